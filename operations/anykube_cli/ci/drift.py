"""Finds resources that no longer match the Pulumi state, with a refresh that changes nothing.

Pulumi reads each resource through its provider. A resource that somebody created outside the stack is not found,
because no state lists it.
"""

import json
import re
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from anykube_cli import event_log
from anykube_cli.ci.markdown import code, escape, folded, shorten
from anykube_cli.ci.redact import HIDDEN, hidden
from anykube_cli.engine import Engine

NO_DRIFT, DRIFT = "<!-- anykube: drift: none -->", "<!-- anykube: drift: found -->"
"""The first line of a report."""
MARK = "<!-- anykube: drift"
TITLE = "Drift: resources no longer match the Pulumi state"

_KUBERNETES = "kubernetes:"
_MAX_LENGTH = 80
"""Reports show values up to this many characters."""
_DELETED = ("delete", "discard")
_PATH_STEPS = re.compile(r'\["([^"]+)"\]|\[(\d+)\]|([^.\[\]]+)')


@dataclass(frozen=True)
class Field:
    """A property that does not match the state."""

    path: str
    expected: str
    """The value in the state."""
    actual: str
    """The value in the cloud or the cluster."""


@dataclass(frozen=True)
class Drift:
    """A resource that does not match the state."""

    type: str
    name: str
    id: str
    """Its ID in the cloud, or NAMESPACE/NAME in the cluster."""
    fields: Sequence[Field]
    """Empty if the resource no longer exists."""

    @property
    def location(self) -> str:
        """cloud or cluster."""
        return "cluster" if self.type.startswith(_KUBERNETES) else "cloud"

    def lines(self) -> Iterator[str]:
        """The resource and its fields, as text."""
        resource = f"{self.location}: {self.type} {self.name} ({self.id})"
        if not self.fields:
            yield f"{resource} was deleted"
            return
        yield resource
        yield from (f"  {field.path}: {field.expected} → {field.actual}" for field in self.fields)


def find_drift(engine: Engine) -> list[Drift]:
    """The drift of the stack's resources. Raises EngineError."""
    with tempfile.TemporaryDirectory(dir=engine.home / "tmp") as folder:
        log = Path(folder) / "events"
        logging = replace(engine, environment={**engine.environment, **event_log.VARIABLES})
        logging.capture("refresh", "--preview-only", "--event-log", str(log))
        return list(read_drift(log.read_text().splitlines()))


def read_drift(events: Iterable[str]) -> Iterator[Drift]:
    """The drift in the event log of a refresh, one JSON document per line."""
    for line in events:
        step = (json.loads(line).get("resOutputsEvent") or {}).get("metadata")
        if step is None or step["op"] not in ("update", *_DELETED):
            continue
        old, new = (step.get(side) or {} for side in ("old", "new"))
        fields = () if step["op"] in _DELETED else tuple(_fields(step, old, new))
        if fields or step["op"] in _DELETED:
            urn = step["urn"]
            yield Drift(urn.split("::")[2].rpartition("$")[2], urn.rpartition("::")[2], old.get("id") or "", fields)


def report(drift_by_stack: Mapping[str, Sequence[Drift]], failed: Mapping[str, str]) -> str:
    """The report on these stacks, in Markdown. `failed`: the stacks that could not be read, each with the reason."""
    drifted = {stack: resources for stack, resources in drift_by_stack.items() if resources}
    lines = [DRIFT if drifted or failed else NO_DRIFT]
    if not drifted and not failed:
        checked = ", ".join(drift_by_stack) or "no stack is deployed"
        return f"{lines[0]}\nNo drift: every resource matches the Pulumi state. Checked: {checked}.\n"
    lines += [
        "Some resources were changed outside Anykube. Nothing was repaired. To restore objects in the cluster, run "
        "`anykube up --stack STACK --take-back NAME` with the app, or the name below; objects that were deleted do not "
        "need `--take-back`. To restore resources in the cloud, run `pulumi up --refresh --stack STACK`. To keep a "
        "change, first add it to the settings file.",
        "",
    ]
    for stack, resources in drifted.items():
        count = f"{len(resources)} resource{'' if len(resources) == 1 else 's'} with drift"
        lines += [f"#### {code(stack)}: {count}", ""]
        for resource in resources:
            fields = ", ".join(code(field.path) for field in resource.fields) or "deleted"
            lines.append(f"- {resource.location}: {code(resource.type)} {code(resource.name)}: {fields}")
        lines += ["", *folded("expected → actual values", (line for item in resources for line in item.lines()))]
    for stack, reason in failed.items():
        lines += [f"#### {code(stack)} could not be read", "", escape(reason), ""]
    return hidden(shorten("\n".join(lines).rstrip() + "\n"))


def _fields(step: Mapping[str, Any], old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[Field]:
    for path in sorted(step.get("detailedDiff") or step.get("diffs") or ()):
        expected, actual = (_format(value_at(side.get("outputs") or {}, path)) for side in (old, new))
        yield Field(path, expected, actual)


def _format(value: object) -> str:
    text = hidden(json.dumps(value, ensure_ascii=False)) if value is not None else "nothing"
    return text if len(text) <= _MAX_LENGTH else f"{text[:_MAX_LENGTH]}…"


def value_at(content: Any, path: str) -> Any:
    """The value at a path of Pulumi's, such as `spec.ports[0].port` or `metadata.labels["a.b/c"]`; None if missing.

    Everything below a secret is secret.
    """
    for quoted, index, key in _PATH_STEPS.findall(path):
        if content == HIDDEN:
            return content
        if isinstance(content, list) and index:
            content = content[int(index)] if int(index) < len(content) else None
        else:
            content = content.get(quoted or key or index) if isinstance(content, dict) else None
    return content
