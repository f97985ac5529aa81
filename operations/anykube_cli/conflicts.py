"""Explains server-side apply conflicts: fields that somebody changed outside Anykube, such as with `kubectl scale`.

The API server records who set each field, and refuses to change a field that another manager set:
https://kubernetes.io/docs/reference/using-api/server-side-apply/#conflicts
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

import orjson

_MARK = b"Apply failed with "
_MANAGER = re.compile(
    r'conflicts? with "(?P<manager>[^"]+)"(?: with subresource "(?P<subresource>[^"]+)")?(?: using [^:\s]+)?:'
    r"(?P<fields>(?:\s+-? ?\.\S+)+)"
)
_FIELD = re.compile(r"\s-? ?\.(\S+)")


class Conflict(NamedTuple):
    """A field of an object that another manager set."""

    urn: str
    field: str
    """Such as `spec.replicas`."""
    manager: str
    """Such as `kubectl (scale)`."""


def read_conflicts(events: Iterable[bytes]) -> list[Conflict]:
    """The conflicts in Pulumi's event log, one JSON document per line."""
    return list(dict.fromkeys(conflict for line in events if _MARK in line for conflict in _conflicts(line)))


def _conflicts(line: bytes) -> Iterator[Conflict]:
    event = orjson.loads(line).get("diagnosticEvent") or {}
    for match in _MANAGER.finditer(event.get("message", "")):
        manager = f"{match['manager']} ({match['subresource']})" if match["subresource"] else match["manager"]
        for field in _FIELD.findall(match["fields"]):
            yield Conflict(event.get("urn", ""), field, manager)


def explain(conflicts: Iterable[Conflict], stack: str, deployment: Mapping[str, Any]) -> Iterator[str]:
    """For each conflict a sentence, and the command that helps."""
    resources = {resource["urn"]: resource for resource in deployment.get("resources") or ()}
    names: dict[str, None] = {}
    for urn, field, manager in conflicts:
        resource = resources.get(urn, {})
        name = option_name(urn, resource.get("parent") or "")
        names[name] = None
        kind, _, pulumi_name = urn.rpartition("$")[2].partition("::")
        yield (
            f"{name}: {field} of {kind.rpartition(':')[2]} {resource.get('id') or pulumi_name} was changed outside "
            f"Anykube, and belongs to {manager} since then.{_HINTS.get(manager, '')}"
        )
    if names:
        options = " ".join(f"--take-back {name}" for name in names)
        yield (
            "Nothing of this was overwritten. To set it as your settings say, in one run: "
            f"anykube up --stack {stack} {options}"
        )
        yield f"To keep a change, set the same value in stacks/environments/{stack}.yaml."


_HINTS = {
    "kube-controller-manager (scale)": " A HorizontalPodAutoscaler outside this stack sets it: delete that first, or "
    "use `autoscaling` in place of `replicas`.",
}


def option_name(urn: str, parent: str) -> str:
    """The name for --take-back: the app that the object belongs to, or else the object's Pulumi name."""
    is_app = parent.rpartition("$")[2].rpartition("::")[0].partition("anykube:index:")[2] not in ("", "Namespace")
    return (parent if is_app else urn).rpartition("::")[2]
