"""What is not as the state says: found by a refresh that changes nothing, and repaired by nobody.

The engine asks each resource's provider for it. So what somebody made beside a stack is not found: no state knows it.
"""

import json
import re
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from anykube_cli import event_log
from anykube_cli.ci.markdown import code, folded, said, short
from anykube_cli.ci.redact import HIDDEN, hidden
from anykube_cli.engine import Engine

WELL, FOUND = "<!-- anykube: drift: none -->", "<!-- anykube: drift: found -->"
"""The first line of a report: whether there is any."""
MARK = "<!-- anykube: drift"
TITLE = "Drift: something is not as the state says"

"""Without this the engine has no `--event-log`."""
_IN_CLUSTER = "kubernetes:"
_LONGEST = 80
"""Characters of a value that are shown."""
_GONE = ("delete", "discard")
_STEPS = re.compile(r'\["([^"]+)"\]|\[(\d+)\]|([^.\[\]]+)')
"""The steps of a path."""


@dataclass(frozen=True)
class Field:
    """A property that is not as the state says."""

    path: str
    kept: str
    """What the state says."""
    found: str


@dataclass(frozen=True)
class Drift:
    """A resource that is not as the state says."""

    type: str
    name: str
    identifier: str
    """What it is called in the cloud, or NAMESPACE/NAME in the cluster."""
    fields: Sequence[Field]
    """None of them: it is gone."""

    @property
    def place(self) -> str:
        """Where it is."""
        return "cluster" if self.type.startswith(_IN_CLUSTER) else "cloud"

    def lines(self) -> Iterator[str]:
        """For a person: the resource, and then its fields."""
        head = f"{self.place}: {self.type} {self.name} ({self.identifier})"
        if not self.fields:
            yield f"{head} is gone"
            return
        yield head
        yield from (f"  {field.path}: {field.kept} → {field.found}" for field in self.fields)


def drift(engine: Engine) -> list[Drift]:
    """What the stack's resources have become behind the engine's back. Raises EngineError."""
    with tempfile.TemporaryDirectory(dir=engine.home / "tmp") as folder:
        log = Path(folder) / "events"
        logging = replace(engine, environment={**engine.environment, **event_log.VARIABLES})
        logging.ask("refresh", "--preview-only", "--event-log", str(log))
        return list(drifted(log.read_text().splitlines()))


def drifted(events: Iterable[str]) -> Iterator[Drift]:
    """The same in an event log of a refresh, one JSON document a line."""
    for line in events:
        step = (json.loads(line).get("resOutputsEvent") or {}).get("metadata")
        if step is None or step["op"] not in ("update", *_GONE):
            continue
        old, new = (step.get(side) or {} for side in ("old", "new"))
        fields = () if step["op"] in _GONE else tuple(_fields(step, old, new))
        if fields or step["op"] in _GONE:
            urn = step["urn"]
            yield Drift(urn.split("::")[2].rpartition("$")[2], urn.rpartition("::")[2], old.get("id") or "", fields)


def report(found: Mapping[str, Sequence[Drift]], failed: Mapping[str, str]) -> str:
    """The report on these stacks, in markdown; `failed`: those that could not be asked, and why."""
    drifting = {stack: those for stack, those in found.items() if those}
    lines = [FOUND if drifting or failed else WELL]
    if not drifting and not failed:
        return f"{lines[0]}\nAll is as the state says: {', '.join(found) or 'no stack is there'}.\n"
    lines += [
        "Something was changed behind Anykube's back, and nothing was repaired. `pulumi up --refresh --stack STACK` "
        "makes it again what the page says; what is to stay belongs on the page first.",
        "",
    ]
    for stack, those in drifting.items():
        lines += [f"#### {code(stack)}: {len(those)} not as the state says", ""]
        for one in those:
            fields = ", ".join(code(field.path) for field in one.fields) or "gone"
            lines.append(f"- {one.place}: {code(one.type)} {code(one.name)}: {fields}")
        lines += ["", *folded("what they were, and are", (line for one in those for line in one.lines()))]
    for stack, why in failed.items():
        lines += [f"#### {code(stack)} could not be asked", "", said(why), ""]
    return hidden(short("\n".join(lines).rstrip() + "\n"))


def _fields(step: Mapping[str, Any], old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[Field]:
    for path in sorted(step.get("detailedDiff") or step.get("diffs") or ()):
        kept, found = (_shown(value_at(side.get("outputs") or {}, path)) for side in (old, new))
        yield Field(path, kept, found)


def _shown(value: object) -> str:
    text = hidden(json.dumps(value, ensure_ascii=False)) if value is not None else "nothing"
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"


def value_at(content: Any, path: str) -> Any:
    """What is at a path of the engine's, such as `spec.ports[0].port` or `metadata.labels["a.b/c"]`; None: nothing.

    Below what is secret all is secret.
    """
    for quoted, index, key in _STEPS.findall(path):
        if content == HIDDEN:
            return content
        if isinstance(content, list) and index:
            content = content[int(index)] if int(index) < len(content) else None
        else:
            content = content.get(quoted or key or index) if isinstance(content, dict) else None
    return content
