"""`python -m anykube_rehearsal.aws.account FOLDER`: runs the account until SIGTERM. Its content is not persisted."""

import os
import sys
from pathlib import Path

from anykube_rehearsal.aws.account.lazy_runtime import LazyRuntime
from anykube_rehearsal.aws.account.server import Account
from anykube_rehearsal.cloud.process import serve


def main(folder: Path, region: str) -> None:
    """Serves, after it wrote its port to `account.json`."""
    os.umask(0o077)
    # moto reads this at the first request for a policy, and then has AWS' managed policies.
    os.environ["MOTO_IAM_LOAD_MANAGED_POLICIES"] = "true"
    runtime = LazyRuntime(folder, region)
    account = Account(folder, runtime)
    runtime.set_url(account.url)
    serve(folder, account)


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("usage: python -m anykube_rehearsal.aws.account FOLDER")
    main(Path(sys.argv[1]).resolve(), os.environ.get("AWS_REGION") or os.environ.get("AWS_DEFAULT_REGION", "eu-west-1"))
