"""Reads Pulumi's event log while Pulumi still writes it."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import orjson

VARIABLES = {"PULUMI_DEBUG_COMMANDS": "true"}
"""Enables Pulumi's option `--event-log`. Pulumi's own Automation API sets it too."""
_RESOURCE_EVENTS = (b'"resourcePreEvent"', b'"resOutputsEvent"', b'"resOpFailedEvent"', b"registering resource: ")


class EventLog:
    """The resource events in one log.

    https://github.com/pulumi/pulumi/blob/master/sdk/go/common/apitype/events.go
    """

    def __init__(self, file: Path) -> None:
        self._file, self._offset = file, 0

    def new(self) -> Iterator[Mapping[str, Any]]:
        """The events since the last call. An incomplete last line is left for the next call."""
        if not self._file.exists():
            return
        with self._file.open("rb") as file:
            file.seek(self._offset)
            lines = file.read()
        lines = lines[: lines.rfind(b"\n") + 1]
        self._offset += len(lines)
        for line in lines.splitlines():
            if any(kind in line for kind in _RESOURCE_EVENTS):
                yield orjson.loads(line)
