"""A program of raw resources: registers what a file says, by the engine's own names, past every component of ours."""

import json
import os
import re
from pathlib import Path
from typing import Any

import pulumi

_REFERENCE = re.compile(r"\$\{([^.}]+)\.([^}]+)\}")
_made: dict[str, "Raw"] = {}


class Raw(pulumi.CustomResource):
    """Any resource: no SDK is asked whether its properties are right."""

    def __init__(self, token: str, name: str, properties: dict[str, Any], outputs: list[str]) -> None:
        super().__init__(token, name, {**dict.fromkeys(outputs), **properties})


def _resolved(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _resolved(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_resolved(item) for item in value]
    if isinstance(value, str) and (found := _REFERENCE.fullmatch(value)):
        made = _made[found[1]]
        return made.id if found[2] == "id" else getattr(made, found[2])
    return value


_text = Path(os.environ["RAW_RESOURCES"]).read_text()
for _one in json.loads(_text):
    _asked = {found[2] for found in _REFERENCE.finditer(_text) if found[1] == _one["name"]} - {"id"}
    _made[_one["name"]] = Raw(_one["type"], _one["name"], _resolved(_one["properties"]), sorted(_asked))
