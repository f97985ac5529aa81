"""`python -m sandbox.azure.account FOLDER`: the subscription as a process, which ends on SIGTERM."""

import json
import os
import sys
from pathlib import Path

from sandbox.azure.account import directory
from sandbox.azure.account.access import review
from sandbox.azure.account.faults import Faults
from sandbox.azure.account.functions import FUNCTIONS
from sandbox.azure.account.kinds import TYPES
from sandbox.azure.account.rest import APIS
from sandbox.azure.account.rules.all import RULES
from sandbox.cloud.account.account import Account
from sandbox.cloud.account.server import Server
from sandbox.cloud.process import serve


def make(folder: Path) -> Account:
    """The subscription in a folder. Raises ValueError or TypeError where a file in it is wrong."""
    directory.enter(folder)
    file = folder / "faults.json"
    faults = Faults.model_validate(json.loads(file.read_text()) if file.is_file() else {})
    account = Account(folder, TYPES, RULES, review, FUNCTIONS, faults, apis=APIS)
    directory.furnish(account)
    return account


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("usage: python -m sandbox.azure.account FOLDER")
    os.umask(0o077)
    place = Path(sys.argv[1]).resolve()
    serve(place, Server(make(place)))
