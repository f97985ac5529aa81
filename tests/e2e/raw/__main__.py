"""A Pulumi program that registers the raw resources in a JSON file, without any component of Anykube."""

import json
import os
import re
from pathlib import Path
from typing import Any

import pulumi

_REFERENCE = re.compile(r"\$\{([^.}]+)\.([^}]+)\}")
_resources: dict[str, "Raw"] = {}


class Raw(pulumi.CustomResource):
    """A resource of any type. No SDK validates its properties."""

    def __init__(self, token: str, name: str, properties: dict[str, Any], outputs: list[str]) -> None:
        super().__init__(token, name, {**dict.fromkeys(outputs), **properties})


def _resolved(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _resolved(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_resolved(item) for item in value]
    if isinstance(value, str) and (match := _REFERENCE.fullmatch(value)):
        resource = _resources[match[1]]
        return resource.id if match[2] == "id" else getattr(resource, match[2])
    return value


_text = Path(os.environ["RAW_RESOURCES"]).read_text()
for _item in json.loads(_text):
    _name = _item["name"]
    _outputs = {match[2] for match in _REFERENCE.finditer(_text) if match[1] == _name} - {"id"}
    _resources[_name] = Raw(_item["type"], _name, _resolved(_item["properties"]), sorted(_outputs))
