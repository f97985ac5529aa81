"""Makes a cloud's table.json out of what a provider's schema says of each attribute, under the names of the SDK.

A cloud's own `make_table` names the types, where its facts are from, and runs when the SDK's version moves. The facts
are the provider's; the names, the selection and what is added are ours.
"""

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from anykube_rehearsal.cloud.plugin.sdk import Property, Sdk

KEPT = ("values", "min", "max", "minItems", "maxItems", "pattern", "format", "default", "computed")
ADDED = "added.json"
"""What the provider decides while it plans, which its schema does not say, and what its later versions have: each with
where the fact is from.
"""
Rows = dict[str, dict[str, Any]]


def _snake(wire: str) -> str:
    return re.sub(r"(?<=[a-z0-9])([A-Z])", lambda found: f"_{found[1].lower()}", wire)


def _candidates(prop: Property, wire: str) -> list[str]:
    """Terraform's possible names: Pulumi puts lists in the plural."""
    found = []
    for name in (prop.name, _snake(wire), re.sub(r"(?<=[a-z])(\d)", r"_\1", prop.name)):
        found += [name, name.removesuffix("s"), re.sub(r"ies$", "y", name), re.sub(r"(ss|x|ch)es$", r"\1", name)]
    return found


def _walk(
    properties: Mapping[str, Property], facts: Mapping[str, Any], wire_above: str, above: str
) -> dict[str, str | None]:
    """Terraform's path by wire path."""
    found: dict[str, str | None] = {}
    for wire, prop in properties.items():
        names = [f"{above}{name}" for name in _candidates(prop, wire)]
        place = next((name for name in names if name in facts), None)
        found[f"{wire_above}{wire}"] = place
        inner = prop.type.items if prop.type.kind == "list" and prop.type.items else prop.type
        found |= _walk(inner.properties, facts, f"{wire_above}{wire}.", f"{place or names[0]}.")
    return found


def make(
    sdk: Sdk,
    token: str,
    facts: Mapping[str, Mapping[str, Any]],
    added: Mapping[str, Mapping[str, Any]],
    everywhere: Mapping[str, Mapping[str, Any]],
) -> Rows:
    """What is known of each input property of a type, by wire path.

    `everywhere` are rows for any type that has such a property.
    """
    names = _walk(sdk.resource(token).inputs, facts, "", "")
    wires = {place: wire for wire, place in names.items() if place}
    table: Rows = {}
    for wire, place in sorted(names.items()):
        if place is None:
            table[wire] = {"replaces": None}
            continue
        fact = facts[place]
        row: dict[str, Any] = {"replaces": bool(fact.get("replaces"))}
        row |= {key: fact[key] for key in KEPT if key in fact}
        if not fact.get("optional") and not fact.get("required"):
            row["readOnly"] = True
        if str(fact["type"]).startswith("Set"):
            row["set"] = True
        for key in ("conflicts", "exactlyOneOf"):
            others = [
                wires[name] for name in (other.replace(".0.", ".") for other in fact.get(key, [])) if name in wires
            ]
            if others:
                row[key] = sorted(others)
        table[wire] = row
    for wire, more in {**added, **{wire: row for wire, row in everywhere.items() if wire in table}}.items():
        table[wire] |= more
    return table


def write(folder: Path, source: str, sdk: Sdk, types: Mapping[str, Rows]) -> None:
    """Writes table.json into a folder."""
    lines = []
    for token, table in types.items():
        rows = ",\n".join(f"   {json.dumps(wire)}: {json.dumps(row)}" for wire, row in table.items())
        lines.append(f"  {json.dumps(token)}: {{\n{rows}\n  }}")
    body = ",\n".join(lines)
    names = f"{sdk.source.module.replace('_', '-')} {sdk.source.version}"
    header = f' "source": "{source}",\n "names": "{names}",\n'
    (folder / "table.json").write_text(f'{{\n{header} "types": {{\n{body}\n }}\n}}\n')


def added(folder: Path) -> Mapping[str, Mapping[str, Mapping[str, Any]]]:
    """The rows that are added, by token and wire path."""
    found: Mapping[str, Mapping[str, Mapping[str, Any]]] = json.loads((folder / ADDED).read_text())
    return found
