"""Makes table.json: what azure-native does when a property of a type changes, and what Azure allows of it.

    python -m anykube_rehearsal.azure.plugin.make_table ARM_JSON AZURERM_JSON

Run when the SDK's version moves. azure-native replaces for a change of what is part of an id, of what its own list
names, and of what the API's description says can only be set at creation. It knows no more, and so shows an update of
much that Azure then refuses: such rows are `fixed`, and the simulated account refuses what they say.
"""

import ast
import json
import re
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from anykube_rehearsal.azure.plugin.facts import FIXED, FORCE_NEW, MODELS, PATHS, SOURCES, TERRAFORM, TRACKED
from anykube_rehearsal.azure.plugin.sdk import SDK
from anykube_rehearsal.cloud.plugin.make_table import Rows, load_additions, write_table
from anykube_rehearsal.cloud.plugin.sdk import Property, PropertyType

SOURCE = (
    "azure-mgmt-containerservice 41.8, azure-mgmt-network 33.1, Terraform azurerm of August 2026; where a row names no "
    "other source: pulumi-azure-native, provider/pkg/gen: no part of the id, not in forceNewMap, no x-ms-mutability"
)
_ENDS = frozenset(
    {
        "NetworkSecurityGroup",
        "RouteTable",
        "PublicIPAddress",
        "NatGateway",
        "VirtualNetwork",
        "Subnet",
        "ServiceEndpointPolicy",
    }
)
"""Resources of their own that others only point at: of these just the id counts, where they stand in another one."""

Arm = Mapping[str, Mapping[str, Mapping[str, Any]]]


def main(arm: Path, azurerm: Path) -> None:
    """Writes table.json beside this file."""
    here = Path(__file__).parent
    models, terraform, more = json.loads(arm.read_text()), json.loads(azurerm.read_text()), load_additions(here)
    types = {}
    for token in PATHS:
        rows: Rows = dict(sorted(_rows(token, models, terraform.get(TERRAFORM.get(token, ""), {}))))
        for wire, row in more.get(token, {}).items():
            rows[wire] |= row
        types[token] = rows
    write_table(here, SOURCE, SDK, types)


def _rows(token: str, models: Arm, terraform: Mapping[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    name, file = token.rpartition(":")[2], SDK.source.index[token]
    properties = SDK.resource(token).inputs
    given = _walk(properties, file, _arguments(file, name), _model(models, MODELS.get(token)), models, (), "")
    forced: set[str] = set()
    for wire, fact, values in given:
        row: dict[str, Any] = {"replaces": False}
        root, own = "." not in wire, wire.rpartition(".")[2]
        if root and wire in PATHS[token]:
            row |= {"replaces": True, "source": SOURCES["path"]}
        elif own in FORCE_NEW.get(token, ()) or wire.rpartition(".")[0] in forced:
            row |= {"replaces": True, "source": SOURCES["forced"]}
            forced.add(wire)
        elif root and (fact.get("createOnly") or (wire == "location" and token in TRACKED)):
            row |= {"replaces": True, "source": SOURCES["mutability"]}
        elif fact.get("createOnly"):
            row |= {"fixed": True, "source": SOURCES["nested"]}
        elif wire in FIXED.get(token, {}):
            row |= {"fixed": True, "source": FIXED[token][wire]}
        elif terraform.get(_snake(wire), {}).get("replaces"):
            row |= {"fixed": True, "source": SOURCES["azurerm"]}
        if values or fact.get("values"):
            row["values"] = list(values or fact["values"])
        if "range" in fact:
            row["min"], row["max"] = fact["range"]
        yield wire, row


def _arguments(file: str, name: str) -> str:
    """The class of a resource's arguments; it has another name where a nested type has that one already."""
    own = f"{name}InitArgs"
    return own if SDK.source.cut(file, f"class {own}:") else f"{name}Args"


def _walk(
    properties: Mapping[str, Property],
    file: str,
    name: str,
    model: Mapping[str, Any],
    models: Arm,
    above: tuple[str, ...],
    prefix: str,
) -> Iterator[tuple[str, Mapping[str, Any], list[str]]]:
    """Every property: its path, what the model says, and the values of its enumeration."""
    enumerations = _enumerations(file, name)
    for wire, prop in properties.items():
        fact = model.get(wire, {})
        yield f"{prefix}{wire}", fact, enumerations.get(wire, [])
        inner: PropertyType = prop.type.items if prop.type.kind == "list" and prop.type.items else prop.type
        if inner.kind != "object" or inner.name in above:
            continue
        inside = dict(inner.properties)
        if inner.name.removesuffix("Args") in _ENDS and (prefix or prop.type.kind != "list"):
            inside = {key: value for key, value in inside.items() if key == "id"}
        yield from _walk(
            inside,
            inner.file,
            inner.name,
            _model(models, _inner(str(fact.get("type", "")), models)),
            models,
            (*above, inner.name),
            f"{prefix}{wire}.",
        )


def _model(models: Arm, name: str | None) -> Mapping[str, Any]:
    """The fields of a model; those that it keeps under `properties` are the SDK's own."""
    fields = dict(models.get(name or "", {}))
    wrapped = fields.pop("properties", None)
    if wrapped and (inner := _inner(str(wrapped["type"]), models)):
        fields |= models[inner]
    return fields


def _inner(text: str, models: Arm) -> str | None:
    """The model that a type such as Optional[list[Delegation]] is made of."""
    for word in reversed(re.findall(r"\w+", text)):
        for module in ("containerservice", "network"):
            if f"{module}.{word}" in models:
                return f"{module}.{word}"
    return None


def _enumerations(file: str, name: str) -> dict[str, list[str]]:
    """The values of those properties of a class that have an enumeration, open or closed, by wire name."""
    source = SDK.source.cut(file, f"class {name}:")
    if not source:
        return {}
    body = ast.parse(source).body[0]
    assert isinstance(body, ast.ClassDef)
    folder, found = str(Path(file).parent), {}
    for node in body.body:
        if isinstance(node, ast.FunctionDef) and node.returns is not None and node.decorator_list:
            text = ast.unparse(node.returns)
            for word in re.findall(r"'(\w+)'", text):
                if values := _values(folder, word):
                    found[_wire(node)] = values
    return found


def _values(folder: str, name: str) -> list[str]:
    source = SDK.source.cut(f"{folder}/_enums.py", f"class {name}(")
    return re.findall(r"^    [A-Z_0-9]+ = \"([^\"]+)\"", source, re.MULTILINE)


def _wire(node: ast.FunctionDef) -> str:
    for decorator in node.decorator_list:
        if isinstance(decorator, ast.Call):
            for keyword in decorator.keywords:
                if keyword.arg == "name" and isinstance(keyword.value, ast.Constant):
                    return str(keyword.value.value)
    return node.name


def _snake(wire: str) -> str:
    """Terraform's name, as far as it is the same word."""
    return re.sub(r"(?<=[a-z0-9])([A-Z])", lambda found: f"_{found[1].lower()}", wire).lower()


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
