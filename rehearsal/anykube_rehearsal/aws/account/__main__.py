"""`python -m anykube_rehearsal.aws.account FOLDER`: a process, which ends on SIGTERM with all that is in it."""

import os
import sys
from pathlib import Path

from anykube_rehearsal.aws.account.lazy_runtime import LazyRuntime
from anykube_rehearsal.aws.account.server import Account
from anykube_rehearsal.cloud.process import serve


def main(folder: Path, region: str) -> None:
    """Serves, after it said in `account.json` where."""
    os.umask(0o077)
    # Read when the first policy is asked for: the policies that every real account has from AWS.
    os.environ["MOTO_IAM_LOAD_MANAGED_POLICIES"] = "true"
    runtime = LazyRuntime(folder, region)
    account = Account(folder, runtime)
    runtime.set_url(account.url)
    serve(folder, account)


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("usage: python -m anykube_rehearsal.aws.account FOLDER")
    main(Path(sys.argv[1]).resolve(), os.environ.get("AWS_REGION") or os.environ.get("AWS_DEFAULT_REGION", "eu-west-1"))
