"""Makes terraform.json: what the Terraform provider says of the attributes of the types that stacks use.

    python -m tests.sandbox.aws.plugin.make_terraform SCHEMAS_JSON

Under the provider's own names, and apart from table.json, which the tests compare with it.
"""

import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from sandbox.aws.plugin.make_table import TYPES


def kinds(facts: Mapping[str, Mapping[str, Any]]) -> dict[str, list[str]]:
    """Attributes by what a change of them does; those that the provider fills in, and those that nobody can set."""
    given = {name for name, fact in facts.items() if fact.get("optional") or fact.get("required")}
    replacing = {name for name in given if facts[name].get("replaces")}
    return {
        "replaces": sorted(replacing),
        "updates": sorted(given - replacing),
        "filledIn": sorted(name for name in given if facts[name].get("computed")),
        "readOnly": sorted(facts.keys() - given),
    }


def main(schemas: Path) -> None:
    """Writes terraform.json beside this file."""
    facts = json.loads(schemas.read_text())
    types = []
    for name in sorted(set(TYPES.values())):
        rows = ",\n".join(f'  "{kind}": {json.dumps(names)}' for kind, names in kinds(facts[f"aws_{name}"]).items())
        types.append(f' "aws_{name}": {{\n{rows}\n }}')
    Path(__file__).with_name("terraform.json").write_text("{\n" + ",\n".join(types) + "\n}\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
