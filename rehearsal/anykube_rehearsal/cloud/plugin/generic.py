"""Types that nothing is made for: their inputs are kept in a file, their outputs made up."""

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


def plausible(
    cloud: Cloud[A], signature: Signature, account: A, identifier: str, inputs: Mapping[str, Any]
) -> dict[str, object]:
    """Values of the declared types for every output that the inputs do not give."""
    made: dict[str, object] = {}
    for wire, prop in signature.outputs.items():
        if inputs.get(wire) is not None:
            made[wire] = inputs[wire]
        elif (own := cloud.plausible(account, signature, wire, prop, identifier)) is not None:
            made[wire] = own
        elif wire in ("id", "name") and prop.required:
            made[wire] = identifier
        elif prop.required:
            made[wire] = _empty(prop)
    return made


def _empty(prop: Property) -> object:
    if prop.type.kind == "object":
        return {wire: _empty(inner) for wire, inner in prop.type.properties.items() if inner.required}
    return _EMPTY.get(prop.type.kind)


def identify(urn: str, inputs: Mapping[str, Any]) -> str:
    """An id that is the same for the same making: a name where there is one."""
    name = inputs.get("name") or inputs.get("bucket")
    digest = hashlib.sha256(json.dumps([urn, dict(inputs)], sort_keys=True, default=str).encode()).hexdigest()
    return str(name) if name else f"{urn.rpartition('::')[2].lower()}-{digest[:17]}"


def _file(urn: str, identifier: str) -> Path:
    folder = os.environ.get(simulation.VARIABLE)
    if not folder:
        raise ValueError(f"{simulation.VARIABLE} is not set: it names the folder that simulated resources are kept in")
    token = urn.split("::")[-2].rpartition("$")[2]
    return Path(folder) / "resources" / quote(token, safe="") / f"{quote(identifier, safe='')[:200]}.json"


def keep(urn: str, identifier: str, outputs: Mapping[str, object]) -> None:
    """Keeps the outputs of a resource."""
    file = _file(urn, identifier)
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    beside = file.with_suffix(f".{os.getpid()}.tmp")
    beside.touch(mode=0o600)  # inputs may be secret
    beside.write_text(json.dumps(outputs))
    beside.replace(file)


def kept(urn: str, identifier: str) -> dict[str, object] | None:
    """The outputs of a resource; None where there is none."""
    try:
        outputs: dict[str, object] = json.loads(_file(urn, identifier).read_text())
    except FileNotFoundError:
        return None
    return outputs


def forget(urn: str, identifier: str) -> None:
    """Removes a resource; one that is gone already is well."""
    _file(urn, identifier).unlink(missing_ok=True)
