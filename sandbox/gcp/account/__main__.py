"""`python -m sandbox.gcp.account FOLDER`: the account as a process, which ends on SIGTERM; what is in it stays."""

import json
import os
import sys
from pathlib import Path

from sandbox.cloud.account.account import Account
from sandbox.cloud.account.server import Server
from sandbox.cloud.process import serve
from sandbox.gcp.account.access import review
from sandbox.gcp.account.functions import FUNCTIONS
from sandbox.gcp.account.model import Faults
from sandbox.gcp.account.rest import APIS
from sandbox.gcp.account.rules import RULES
from sandbox.gcp.account.types import TYPES


def made(folder: Path) -> Account:
    """The account in a folder, with what its faults.json says."""
    file = folder / "faults.json"
    faults = Faults.model_validate(json.loads(file.read_text("utf-8"))) if file.exists() else Faults()
    return Account(folder, TYPES, RULES, review, FUNCTIONS, faults, apis=APIS)


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("usage: python -m sandbox.gcp.account FOLDER")
    os.umask(0o077)
    place = Path(sys.argv[1]).resolve()
    serve(place, Server(made(place)))
