"""Generates a cloud's table.json from the attributes of its provider's schema, under the SDK's names.

Each cloud's own `make_table` lists the types and the source of the facts. Run it when the SDK's version changes. The
facts are the provider's; the names, the selection and the additions are ours.
"""

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from anykube_rehearsal.cloud.plugin.sdk import Property, Sdk

COPIED_KEYS = ("values", "min", "max", "minItems", "maxItems", "pattern", "format", "default", "computed")
ADDITIONS_FILE = "added.json"
"""Facts that the schema lacks, since the provider decides them while it plans or has them in later versions; each with
its source."""
Rows = dict[str, dict[str, Any]]


def _snake(wire: str) -> str:
    return re.sub(r"(?<=[a-z0-9])([A-Z])", lambda match: f"_{match[1].lower()}", wire)


def _candidates(prop: Property, wire: str) -> list[str]:
    """Terraform's possible names of a property: Pulumi pluralizes the names of lists."""
    candidates = []
    for name in (prop.name, _snake(wire), re.sub(r"(?<=[a-z])(\d)", r"_\1", prop.name)):
        candidates += [name, name.removesuffix("s"), re.sub(r"ies$", "y", name), re.sub(r"(ss|x|ch)es$", r"\1", name)]
    return candidates


def _walk(
    properties: Mapping[str, Property], facts: Mapping[str, Any], wire_prefix: str, prefix: str
) -> dict[str, str | None]:
    """Terraform's path by Pulumi's path; None if Terraform has no such attribute."""
    paths: dict[str, str | None] = {}
    for wire, prop in properties.items():
        names = [f"{prefix}{name}" for name in _candidates(prop, wire)]
        path = next((name for name in names if name in facts), None)
        paths[f"{wire_prefix}{wire}"] = path
        inner = prop.type.items if prop.type.kind == "list" and prop.type.items else prop.type
        paths |= _walk(inner.properties, facts, f"{wire_prefix}{wire}.", f"{path or names[0]}.")
    return paths


def make_rows(
    sdk: Sdk,
    token: str,
    facts: Mapping[str, Mapping[str, Any]],
    added: Mapping[str, Mapping[str, Any]],
    common: Mapping[str, Mapping[str, Any]],
) -> Rows:
    """The rows of a type, by path of the input property.

    `added` are rows for this type; `common` are rows for every type that has such a property.
    """
    names = _walk(sdk.resource(token).inputs, facts, "", "")
    wires = {path: wire for wire, path in names.items() if path}
    table: Rows = {}
    for wire, path in sorted(names.items()):
        if path is None:
            table[wire] = {"replaces": None}
            continue
        fact = facts[path]
        row: dict[str, Any] = {"replaces": bool(fact.get("replaces"))}
        row |= {key: fact[key] for key in COPIED_KEYS if key in fact}
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
    for wire, additions in {**added, **{wire: row for wire, row in common.items() if wire in table}}.items():
        table[wire] |= additions
    return table


def write_table(folder: Path, source: str, sdk: Sdk, types: Mapping[str, Rows]) -> None:
    """Writes table.json to a folder."""
    lines = []
    for token, table in types.items():
        rows = ",\n".join(f"   {json.dumps(wire)}: {json.dumps(row)}" for wire, row in table.items())
        lines.append(f"  {json.dumps(token)}: {{\n{rows}\n  }}")
    body = ",\n".join(lines)
    names = f"{sdk.source.module.replace('_', '-')} {sdk.source.version}"
    header = f' "source": "{source}",\n "names": "{names}",\n'
    (folder / "table.json").write_text(f'{{\n{header} "types": {{\n{body}\n }}\n}}\n')


def load_additions(folder: Path) -> Mapping[str, Mapping[str, Mapping[str, Any]]]:
    """The added rows, by type token and path."""
    rows: Mapping[str, Mapping[str, Mapping[str, Any]]] = json.loads((folder / ADDITIONS_FILE).read_text())
    return rows
