"""Generates terraform.json: a Terraform provider's facts about the attributes of the types that stacks use.

It uses Terraform's names and is independent of table.json, which the tests compare with it.
"""

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any


def kinds(facts: Mapping[str, Mapping[str, Any]]) -> dict[str, list[str]]:
    """Attributes by the effect of a change; those that the provider computes, and those that are read-only."""
    inputs = {name for name, fact in facts.items() if fact.get("optional") or fact.get("required")}
    replacing = {name for name in inputs if facts[name].get("replaces")}
    return {
        "replaces": sorted(replacing),
        "updates": sorted(inputs - replacing),
        "filledIn": sorted(name for name in inputs if facts[name].get("computed")),
        "readOnly": sorted(facts.keys() - inputs),
    }


def write(schemas: Path, names: Iterable[str], folder: Path) -> None:
    """Writes terraform.json to a folder, for the types with these Terraform names."""
    facts = json.loads(schemas.read_text())
    types = []
    for name in sorted(set(names)):
        rows = ",\n".join(f'  "{kind}": {json.dumps(names)}' for kind, names in kinds(facts[name]).items())
        types.append(f' "{name}": {{\n{rows}\n }}')
    (folder / "terraform.json").write_text("{\n" + ",\n".join(types) + "\n}\n")
