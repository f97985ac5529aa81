"""Compares each field of the input with what the settings render."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from typing import Any

from anykube_cli.importing import knowledge, paths
from anykube_cli.importing.objects import InputObject, KubernetesObject
from anykube_cli.importing.paths import MISSING, Path


class Status(StrEnum):
    """What became of a field of the input."""

    SAME = "same"
    CHANGED = "changed by Anykube"
    NOT_EXPRESSED = "not expressed"


@dataclass(frozen=True)
class Entry:
    """A field of the input, and what became of it."""

    status: Status
    item: InputObject
    path: Path
    """Empty: the whole object."""
    value: Any
    """MISSING: the input has no such field, and Anykube adds it."""
    rendered: Any = MISSING
    note: str = ""


Judge = Callable[["Pair", Path, Any], "Entry | None"]
"""Judges a field that is not simply compared with the rendered field. None: it has no opinion."""


@dataclass(frozen=True)
class Pair:
    """An object of the input, and the rendered object that stands for it."""

    item: KubernetesObject
    aligned: Mapping[str, Any]
    """The object, with names as in the settings."""
    rendered: Mapping[str, Any]
    judges: Sequence[tuple[str, Judge]] = ()
    reasons: Mapping[Path, str] = field(default_factory=dict)
    """Why the rules refuse settings that come from these fields."""

    def entries(self) -> Iterator[Entry]:
        """What became of each field of the object."""
        for path, value in self.item.leaves():
            yield self._entry(path, value)

    def additions(self) -> Iterator[Entry]:
        """Fields that the input does not have, and that Anykube sets to something other than the API's default."""
        for path, value in paths.leaves(self.rendered):
            if _any(_OWN, path) or (path and path[-1] in knowledge.NO_EFFECT_IF_EMPTY and value in ({}, [], "")):
                continue
            if locate(path, self.rendered, self.aligned) is MISSING and not _is_default(path, value):
                note = "Anykube's default"
                yield Entry(Status.CHANGED, self.item, path, MISSING, value, note)

    def rendered_at(self, path: Path) -> Any:
        """The rendered value of a field."""
        return locate(path, self.aligned, self.rendered)

    def entry(self, status: Status, path: Path, value: Any, rendered: Any = MISSING, note: str = "") -> Entry:
        """An entry about a field of the object."""
        return Entry(status, self.item, path, value, rendered, note)

    def not_expressed(self, path: Path, value: Any, rendered: Any = MISSING) -> Entry:
        """An entry about a field that the settings do not express, with the reason."""
        reason = next((text for start, text in self.reasons.items() if path[: len(start)] == start), None)
        hint = next((text for pattern, text in knowledge.HINTS if paths.matches(pattern, path)), None)
        return self.entry(Status.NOT_EXPRESSED, path, value, rendered, reason or hint or knowledge.PATCH)

    def _entry(self, path: Path, value: Any) -> Entry:
        for pattern, judge in self.judges:
            if paths.matches(pattern, path) and (entry := judge(self, path, value)):
                return entry
        rendered = self.rendered_at(path)
        is_comparable = rendered is not MISSING or self._may_be_absent(path[:-1])
        if is_comparable and equal(path, paths.get(self.aligned, path), rendered):
            if paths.get(self.aligned, path) == value:
                return self.entry(Status.SAME, path, value, rendered)
        elif not known_change(path):
            return self.not_expressed(path, value, rendered)
        return self.entry(Status.CHANGED, path, value, rendered, known_change(path) or "it has another name")

    def _may_be_absent(self, path: Path) -> bool:
        """Whether a field below the path can have its default, although it is not rendered."""
        return (
            not path
            or self.rendered_at(path) is not MISSING
            or (path[-1] in knowledge.NO_EFFECT_IF_EMPTY and self._may_be_absent(path[:-1]))
        )


def known_change(path: Path) -> str | None:
    """Why Anykube sets a field in its own way. None: it does not."""
    return next((note for pattern, note in knowledge.CHANGED if paths.matches(pattern, path)), None)


_OWN = (
    "apiVersion",
    "kind",
    "metadata.**",
    "**.template.metadata.labels.**",
    "**.jobTemplate.metadata.**",
    "**.volumeClaimTemplates.*.metadata.labels.**",
    "spec.selector.**",
    "**.labelSelector.**",
    "spec.type",
    "**.containers.*.name",
    "**.ports.*.name",
)
"""Fields that every rendered object has."""


def _any(patterns: Sequence[str], path: Path) -> bool:
    return any(paths.matches(pattern, path) for pattern in patterns)


def _is_default(path: Path, value: Any) -> bool:
    defaults = (*knowledge.API_DEFAULTS, *knowledge.UNSET)
    return any(value == default and paths.matches(pattern, path) for pattern, default in defaults)


def equal(path: Path, value: Any, rendered: Any) -> bool:
    """Whether the rendered value means the same as the value of the input."""
    if rendered is MISSING or rendered is None:
        without = path and path[-1] in knowledge.NO_EFFECT_IF_EMPTY and value in ({}, [], "")
        return bool(without) or _is_default(path, value)
    if value == {}:
        return isinstance(rendered, Mapping)
    if value == []:
        return bool(path) and path[-1] in knowledge.NO_EFFECT_IF_EMPTY and not rendered
    if isinstance(value, bool) or isinstance(rendered, bool):
        return value is rendered
    if value == rendered:
        return True
    if _any(_QUANTITIES, path):
        amount = quantity(value)
        return amount is not None and amount == quantity(rendered)
    return not isinstance(value, (list, Mapping)) and str(value) == str(rendered)


_QUANTITIES = ("**.requests.*", "**.limits.*", "**.sizeLimit")
_SUFFIXES = {"n": -9, "u": -6, "m": -3, "": 0, "k": 3, "M": 6, "G": 9, "T": 12, "P": 15, "E": 18}
_BINARY = {"Ki": 1, "Mi": 2, "Gi": 3, "Ti": 4, "Pi": 5, "Ei": 6}
_QUANTITY = re.compile(r"([+-]?(?:\d+\.?\d*|\.\d+))(?:([KMGTPE]i|[numkMGTPE]?)|[eE]([+-]?\d+))")


def quantity(value: Any) -> Decimal | None:
    """The number that a quantity stands for. None: it is no quantity.

    https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/quantity/
    """
    match = _QUANTITY.fullmatch(str(value))
    if not match:
        return None
    number, suffix, exponent = Decimal(match[1]), match[2] or "", match[3]
    if exponent:
        return number.scaleb(int(exponent))
    return number * 1024 ** _BINARY[suffix] if suffix in _BINARY else number.scaleb(_SUFFIXES[suffix])


def _port(item: Mapping[str, Any]) -> object:
    return item.get("containerPort", item.get("port")), item.get("protocol", "TCP")


def _named(item: Mapping[str, Any]) -> object:
    return item.get("name")


_KEYS: Mapping[str, Callable[[Mapping[str, Any]], object]] = {
    "containers": _named,
    "env": _named,
    "hostAliases": lambda item: item.get("ip"),
    "imagePullSecrets": _named,
    "initContainers": _named,
    "listeners": _named,
    "metrics": lambda item: (item.get("type"), paths.get(item, "resource.name")),
    "paths": lambda item: (item.get("path", "/"), item.get("pathType") == "Exact"),
    "ports": _port,
    "rules": lambda item: item.get("host") or None,
    "tls": lambda item: tuple(item.get("hosts", ())),
    "tolerations": lambda item: tuple(
        (name, item.get(name, default))
        for name, default in (
            ("key", None),
            ("operator", "Equal"),
            ("value", ""),
            ("effect", None),
            ("tolerationSeconds", None),
        )
    ),
    "topologySpreadConstraints": lambda item: (item.get("topologyKey"), item.get("whenUnsatisfiable")),
    "volumeClaimTemplates": lambda item: paths.get(item, "metadata.name"),
    "volumeDevices": lambda item: item.get("devicePath"),
    "volumeMounts": lambda item: str(item.get("mountPath", "")).rstrip("/"),
    "volumes": _named,
}
"""What identifies an element of a list. Elements of other lists are identified by their position."""


def locate(path: Path, source: Any, target: Any) -> Any:
    """The value of `target` that corresponds to the one at a path of `source`."""
    for position, step in enumerate(path):
        if isinstance(step, int) and isinstance(source, list):
            key = _KEYS.get(str(path[position - 1])) if position else None
            if not isinstance(target, list):
                return MISSING
            if key and isinstance(source[step], Mapping):
                sought = key(source[step])
                target = next((item for item in target if isinstance(item, Mapping) and key(item) == sought), MISSING)
            else:
                target = target[step] if step < len(target) else MISSING
            source = source[step]
        else:
            source = paths.get(source, (step,))
            target = paths.get(target, (step,))
        if target is MISSING:
            return MISSING
    return target
