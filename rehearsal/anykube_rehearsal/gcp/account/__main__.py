"""`python -m anykube_rehearsal.gcp.account FOLDER`: a process, which ends on SIGTERM; its content stays."""

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
from anykube_rehearsal.gcp.account.rest import APIS
from anykube_rehearsal.gcp.account.rules import RULES
from anykube_rehearsal.gcp.account.types import TYPES


def made(folder: Path) -> Account:
    """The account in a folder, with what its faults.json says."""
    file = folder / "faults.json"
    faults = Faults.model_validate(json.loads(file.read_text("utf-8"))) if file.exists() else Faults()
    return Account(folder, TYPES, RULES, review, FUNCTIONS, faults, apis=APIS)


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("usage: python -m anykube_rehearsal.gcp.account FOLDER")
    os.umask(0o077)
    place = Path(sys.argv[1]).resolve()
    serve(place, Server(made(place)))
