"""Resources that do not exist in the account: stores their inputs in a file and makes up their outputs."""

import hashlib
import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import quote

from anykube_cli.toolchain import simulation

from anykube_rehearsal.cloud.plugin.cloud import Cloud
from anykube_rehearsal.cloud.plugin.sdk import Property, Signature

_EMPTY: Mapping[str, object] = {
    "string": "",
    "json": "",
    "integer": 0,
    "number": 0,
    "bool": False,
    "list": [],
    "map": {},
}
A = TypeVar("A")


def default_outputs(
    cloud: Cloud[A], signature: Signature, account: A, identifier: str, inputs: Mapping[str, Any]
) -> dict[str, object]:
    """Every output of a resource: the input of the same name, or a value of the declared type."""
    outputs: dict[str, object] = {}
    for wire, prop in signature.outputs.items():
        if inputs.get(wire) is not None:
            outputs[wire] = inputs[wire]
        elif (value := cloud.default_output(account, signature, wire, prop, identifier)) is not None:
            outputs[wire] = value
        elif wire in ("id", "name") and prop.required:
            outputs[wire] = identifier
        elif prop.required:
            outputs[wire] = _empty(prop)
    return outputs


def _empty(prop: Property) -> object:
    if prop.type.kind == "object":
        return {wire: _empty(inner) for wire, inner in prop.type.properties.items() if inner.required}
    return _EMPTY.get(prop.type.kind)


def identify(urn: str, inputs: Mapping[str, Any]) -> str:
    """The id: the name if there is one, else a digest of URN and inputs, so that a retry gets the same id."""
    name = inputs.get("name") or inputs.get("bucket")
    digest = hashlib.sha256(json.dumps([urn, dict(inputs)], sort_keys=True, default=str).encode()).hexdigest()
    return str(name) if name else f"{urn.rpartition('::')[2].lower()}-{digest[:17]}"


def _file(urn: str, identifier: str) -> Path:
    folder = os.environ.get(simulation.VARIABLE)
    if not folder:
        raise ValueError(f"{simulation.VARIABLE} is not set. Set it to the folder for simulated resources")
    token = urn.split("::")[-2].rpartition("$")[2]
    return Path(folder) / "resources" / quote(token, safe="") / f"{quote(identifier, safe='')[:200]}.json"


def save(urn: str, identifier: str, outputs: Mapping[str, object]) -> None:
    """Writes the outputs of a resource."""
    file = _file(urn, identifier)
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    temporary = file.with_suffix(f".{os.getpid()}.tmp")
    temporary.touch(mode=0o600)  # inputs may be secret
    temporary.write_text(json.dumps(outputs))
    temporary.replace(file)


def load(urn: str, identifier: str) -> dict[str, object] | None:
    """The outputs of a resource; None if it does not exist."""
    try:
        outputs: dict[str, object] = json.loads(_file(urn, identifier).read_text())
    except FileNotFoundError:
        return None
    return outputs


def delete(urn: str, identifier: str) -> None:
    """Deletes a resource. Does nothing if it does not exist."""
    _file(urn, identifier).unlink(missing_ok=True)
