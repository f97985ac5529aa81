"""Generates table.json: whether azure-native updates or replaces when a property changes, and whether Azure allows it.

    python -m anykube_rehearsal.azure.plugin.make_table ARM_JSON AZURERM_JSON

Run it when the version of the SDK changes. azure-native replaces a resource if one of three kinds of properties
changes: those in its id, those in azure-native's own list, and those that the API specification allows only at
creation. For other properties it previews an update, even if Azure rejects it. Such rows are `fixed`, and the simulated
account rejects these updates.
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
    "azure-mgmt-containerservice 41.8, azure-mgmt-network 33.1, Terraform azurerm of August 2026; rows without a "
    "source: pulumi-azure-native, provider/pkg/gen: not part of the id, not in forceNewMap, no x-ms-mutability"
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
"""Separate resources that other resources refer to. Nested in another resource, only their id matters."""

Arm = Mapping[str, Mapping[str, Mapping[str, Any]]]


def main(arm: Path, azurerm: Path) -> None:
    """Writes table.json next to this file."""
    folder = Path(__file__).parent
    models, terraform, extra = json.loads(arm.read_text()), json.loads(azurerm.read_text()), load_additions(folder)
    types = {}
    for token in PATHS:
        rows: Rows = dict(sorted(_rows(token, models, terraform.get(TERRAFORM.get(token, ""), {}))))
        for wire, row in extra.get(token, {}).items():
            rows[wire] |= row
        types[token] = rows
    write_table(folder, SOURCE, SDK, types)


def _rows(token: str, models: Arm, terraform: Mapping[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    name, file = token.rpartition(":")[2], SDK.source.index[token]
    properties = SDK.resource(token).inputs
    facts = _walk(properties, file, _arguments(file, name), _model(models, MODELS.get(token)), models, (), "")
    forced: set[str] = set()
    for wire, fact, values in facts:
        row: dict[str, Any] = {"replaces": False}
        root, last_step = "." not in wire, wire.rpartition(".")[2]
        if root and wire in PATHS[token]:
            row |= {"replaces": True, "source": SOURCES["path"]}
        elif last_step in FORCE_NEW.get(token, ()) or wire.rpartition(".")[0] in forced:
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
    """The class of a resource's arguments. It is called InitArgs if a nested type already has the usual name."""
    init_args = f"{name}InitArgs"
    return init_args if SDK.source.cut(file, f"class {init_args}:") else f"{name}Args"


def _walk(
    properties: Mapping[str, Property],
    file: str,
    name: str,
    model: Mapping[str, Any],
    models: Arm,
    above: tuple[str, ...],
    prefix: str,
) -> Iterator[tuple[str, Mapping[str, Any], list[str]]]:
    """Every property: its path, its entry in the model, and its enumeration values."""
    enumerations = _enumerations(file, name)
    for wire, prop in properties.items():
        fact = model.get(wire, {})
        yield f"{prefix}{wire}", fact, enumerations.get(wire, [])
        inner: PropertyType = prop.type.items if prop.type.kind == "list" and prop.type.items else prop.type
        if inner.kind != "object" or inner.name in above:
            continue
        inner_properties = dict(inner.properties)
        if inner.name.removesuffix("Args") in _ENDS and (prefix or prop.type.kind != "list"):
            inner_properties = {key: value for key, value in inner_properties.items() if key == "id"}
        yield from _walk(
            inner_properties,
            inner.file,
            inner.name,
            _model(models, _inner(str(fact.get("type", "")), models)),
            models,
            (*above, inner.name),
            f"{prefix}{wire}.",
        )


def _model(models: Arm, name: str | None) -> Mapping[str, Any]:
    """The fields of a model. The SDK flattens the ones under `properties`."""
    fields = dict(models.get(name or "", {}))
    wrapped = fields.pop("properties", None)
    if wrapped and (inner := _inner(str(wrapped["type"]), models)):
        fields |= models[inner]
    return fields


def _inner(text: str, models: Arm) -> str | None:
    """The model in a type such as Optional[list[Delegation]]."""
    for name in reversed(re.findall(r"\w+", text)):
        for module in ("containerservice", "network"):
            if f"{module}.{name}" in models:
                return f"{module}.{name}"
    return None


def _enumerations(file: str, name: str) -> dict[str, list[str]]:
    """The enumeration values of a class's properties, open or closed, by wire name."""
    source = SDK.source.cut(file, f"class {name}:")
    if not source:
        return {}
    body = ast.parse(source).body[0]
    assert isinstance(body, ast.ClassDef)
    folder, enumerations = str(Path(file).parent), {}
    for node in body.body:
        if isinstance(node, ast.FunctionDef) and node.returns is not None and node.decorator_list:
            text = ast.unparse(node.returns)
            for enumeration in re.findall(r"'(\w+)'", text):
                if values := _values(folder, enumeration):
                    enumerations[_wire(node)] = values
    return enumerations


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
    """Terraform's name of a property, if it differs only in case style."""
    return re.sub(r"(?<=[a-z0-9])([A-Z])", lambda match: f"_{match[1].lower()}", wire).lower()


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
