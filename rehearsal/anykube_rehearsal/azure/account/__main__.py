"""`python -m anykube_rehearsal.azure.account FOLDER`: runs the subscription until SIGTERM."""

import json
import os
import sys
from pathlib import Path

from anykube_rehearsal.azure.account import directory
from anykube_rehearsal.azure.account.access import review
from anykube_rehearsal.azure.account.faults import Faults
from anykube_rehearsal.azure.account.functions import FUNCTIONS
from anykube_rehearsal.azure.account.reach import reaches
from anykube_rehearsal.azure.account.rest import APIS
from anykube_rehearsal.azure.account.rules.all import RULES
from anykube_rehearsal.azure.account.types import TYPES
from anykube_rehearsal.cloud.account.account import Account
from anykube_rehearsal.cloud.account.server import Server
from anykube_rehearsal.cloud.process import serve


def create_account(folder: Path) -> Account:
    """The subscription in a folder. Raises ValueError or TypeError if a file in it is invalid."""
    directory.load(folder)
    file = folder / "faults.json"
    faults = Faults.model_validate(json.loads(file.read_text()) if file.is_file() else {})
    account = Account(folder, TYPES, RULES, review, FUNCTIONS, faults, apis=APIS, reaches=reaches)
    directory.add_existing_resources(account)
    return account


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("usage: python -m anykube_rehearsal.azure.account FOLDER")
    os.umask(0o077)
    account_folder = Path(sys.argv[1]).resolve()
    serve(account_folder, Server(create_account(account_folder)))
