"""The engine's event log, read while the engine still writes it."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import orjson

VARIABLES = {"PULUMI_DEBUG_COMMANDS": "true"}
"""Without this the engine has no `--event-log`. Pulumi's own Automation API sets it too."""
_ABOUT_RESOURCES = (b'"resourcePreEvent"', b'"resOutputsEvent"', b'"resOpFailedEvent"', b"registering resource: ")


class EventLog:
    """The events about resources in one log.

    https://github.com/pulumi/pulumi/blob/master/sdk/go/common/apitype/events.go
    """

    def __init__(self, file: Path) -> None:
        self._file, self._offset = file, 0

    def new(self) -> Iterator[Mapping[str, Any]]:
        """The events since the last call. A line that is not complete yet is left for the next one."""
        if not self._file.exists():
            return
        with self._file.open("rb") as file:
            file.seek(self._offset)
            lines = file.read()
        lines = lines[: lines.rfind(b"\n") + 1]
        self._offset += len(lines)
        for line in lines.splitlines():
            if any(kind in line for kind in _ABOUT_RESOURCES):
                yield orjson.loads(line)
