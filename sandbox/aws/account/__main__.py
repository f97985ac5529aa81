"""`python -m sandbox.aws.account FOLDER`: the account as a process, which ends on SIGTERM with all that is in it."""

import json
import os
import signal
import sys
import threading
from pathlib import Path

from sandbox.aws.account.late import LateRuntime
from sandbox.aws.account.server import Account
from sandbox.certificates import write_private


def main(folder: Path, region: str) -> None:
    """Serves, after it said in `account.json` where."""
    os.umask(0o077)
    # Read when the first policy is asked for: the policies that every real account has from AWS.
    os.environ["MOTO_IAM_LOAD_MANAGED_POLICIES"] = "true"
    runtime = LateRuntime(folder, region)
    account = Account(folder, runtime)
    runtime.answers_at(account.url)

    def end(*_: object) -> None:
        threading.Thread(target=account.stop).start()

    signal.signal(signal.SIGTERM, end)
    signal.signal(signal.SIGINT, end)
    where = folder / "account.json"
    write_private(where, json.dumps({"port": account.port, "pid": os.getpid()}))
    try:
        account.serve()
    finally:
        where.unlink(missing_ok=True)


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("usage: python -m sandbox.aws.account FOLDER")
    main(Path(sys.argv[1]).resolve(), os.environ.get("AWS_REGION") or os.environ.get("AWS_DEFAULT_REGION", "eu-west-1"))
