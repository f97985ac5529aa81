"""`python -m anykube_rehearsal.gcp.account FOLDER`: runs the account until SIGTERM. Its resources stay in FOLDER."""

import json
import os
import sys
from pathlib import Path

from anykube_rehearsal.cloud.account.account import Account
from anykube_rehearsal.cloud.account.server import Server
from anykube_rehearsal.cloud.process import serve
from anykube_rehearsal.gcp.account.access import review
from anykube_rehearsal.gcp.account.functions import FUNCTIONS
from anykube_rehearsal.gcp.account.model import Faults
from anykube_rehearsal.gcp.account.reach import reaches
from anykube_rehearsal.gcp.account.rest import APIS
from anykube_rehearsal.gcp.account.rules import RULES
from anykube_rehearsal.gcp.account.types import TYPES


def create_account(folder: Path) -> Account:
    """The account in a folder, with the faults from its faults.json."""
    file = folder / "faults.json"
    faults = Faults.model_validate(json.loads(file.read_text("utf-8"))) if file.exists() else Faults()
    return Account(folder, TYPES, RULES, review, FUNCTIONS, faults, apis=APIS, reaches=reaches)


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("usage: python -m anykube_rehearsal.gcp.account FOLDER")
    os.umask(0o077)
    account_folder = Path(sys.argv[1]).resolve()
    serve(account_folder, Server(create_account(account_folder)))
