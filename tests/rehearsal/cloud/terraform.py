"""Makes terraform.json: what a Terraform provider says of the attributes of the types that stacks use.

Under the provider's own names, and apart from table.json, which the tests compare with it.
"""

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any


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


def write(schemas: Path, names: Iterable[str], folder: Path) -> None:
    """Writes terraform.json into a folder, for the types of these names."""
    facts = json.loads(schemas.read_text())
    types = []
    for name in sorted(set(names)):
        rows = ",\n".join(f'  "{kind}": {json.dumps(names)}' for kind, names in kinds(facts[name]).items())
        types.append(f' "{name}": {{\n{rows}\n }}')
    (folder / "terraform.json").write_text("{\n" + ",\n".join(types) + "\n}\n")
