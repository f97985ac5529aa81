"""Generates terraform.json next to this file: `python -m tests.rehearsal.gcp.plugin.make_terraform SCHEMAS_JSON`."""

import sys
from pathlib import Path

from anykube_rehearsal.gcp.plugin.make_table import TYPES

from tests.rehearsal.cloud.terraform import write

if __name__ == "__main__":
    write(Path(sys.argv[1]), [f"google_{name}" for name in TYPES.values()], Path(__file__).parent)
