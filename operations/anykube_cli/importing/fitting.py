"""Removes settings that the rules refuse, so that the rest is valid."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from anykube._model import WITHOUT_RULES
from anykube._rules.context import RuleContext
from anykube._rules.findings import Finding
from anykube._rules.model_errors import findings
from anykube._rules.node import ConfigNode
from anykube._rules.registry import violations
from anykube._rules.source import source_of
from anykube.settings import secret_managers
from anykube.settings.model import StackSettings
from pydantic import ValidationError

from anykube_cli.importing import paths
from anykube_cli.importing.draft import Draft
from anykube_cli.importing.paths import Path

_STACK = "imported"
_ROUNDS = 12
"""Each round removes at least one setting of each finding. A setting has at most this many levels."""
_UNKNOWN = "unknown field"
"""The tables of fields are for several kinds of app. Not each has each setting."""
_REQUIRED = (
    "apps.*",
    "apps.*.kind",
    "apps.*.image",
    "apps.*.port",
    "apps.*.schedule",
    "apps.*.host",
    "apps.*.containers.*",
    "apps.*.containers.*.name",
    "apps.*.containers.*.image",
    "apps.*.init_containers.*",
    "apps.*.init_containers.*.name",
    "apps.*.init_containers.*.image",
)
"""Settings without which an app would be another one. A finding about them is for the reader."""
_DATA = ("apps.*.volumes.*", "apps.*.volumes.*.**")
"""A rule about a volume is for the reader too: without the volume, data would be lost."""


@dataclass(frozen=True)
class Fitted:
    """Valid settings, and what remains for the reader."""

    settings: StackSettings
    refusals: Sequence[Finding]
    """What `anykube settings check` says about the settings."""


def fit(draft: Draft) -> Fitted:
    """Removes settings from the draft until it is valid."""
    dropped = draft.dropped
    for _ in range(_ROUNDS):
        settings, errors, rule_findings = _judge(draft)
        removable = {_target(draft, finding.path): finding for finding in errors}
        removable |= {
            target: finding
            for finding in rule_findings
            if not _any(_DATA, target := _target(draft, finding.path)) and not _any(_REQUIRED, target)
        }
        removable = {path: finding for path, finding in removable.items() if len(path) > 2}
        blocked = [path for path in removable if _any(_REQUIRED, path)]
        for path in blocked:
            dropped.setdefault(str(path[1]), str(removable.pop(path)))
        dropped |= {str(finding.path[1]): str(finding) for finding in errors if len(_target(draft, finding.path)) == 2}
        for name in dropped:
            draft.data["apps"].pop(name, None)
        for path in sorted(removable, key=lambda path: [str(step).zfill(9) for step in path], reverse=True):
            if path[1] not in dropped:
                if removable[path].message != _UNKNOWN:
                    draft.refusals.append((path, _message(removable[path])))
                _remove(draft, path)
        if settings and not removable:
            return Fitted(settings, rule_findings)
    raise AssertionError(f"the settings do not become valid: {errors} {rule_findings}")


def _judge(draft: Draft) -> tuple[StackSettings | None, list[Finding], list[Finding]]:
    source = source_of(draft.data)
    settings, errors, invalid = None, list[Finding](), frozenset[Path]()
    try:
        settings = StackSettings.model_validate_json(json.dumps(draft.data), context=WITHOUT_RULES)
    except ValidationError as error:
        hints = {secret_managers.PATTERN: secret_managers.HINT}
        errors, invalid = findings(error, StackSettings, source, hints)
    stacks = [_STACK, str(draft.data["cluster"]["stack"])]
    context = RuleContext(ConfigNode(source, (), invalid), _STACK, stacks)
    return settings, errors, list(violations(context))


def _message(finding: Finding) -> str:
    return f"{finding.message}; {finding.remedy}"


def _any(patterns: Sequence[str], path: Path) -> bool:
    return any(paths.matches(pattern, path) for pattern in patterns)


def _target(draft: Draft, path: Path) -> Path:
    """The setting to remove: the one at the path, or the nearest one above it if there is none."""
    while len(path) > 2 and paths.get(draft.data, path) is paths.MISSING:
        path = path[:-1]
    return path


def _remove(draft: Draft, path: Path) -> None:
    parent: Any = paths.get(draft.data, path[:-1])
    if parent is paths.MISSING:
        return
    step = path[-1]
    if isinstance(step, int):
        if step < len(parent):
            parent.pop(step)
            _shift(draft, path)
    else:
        parent.pop(step, None)
    if parent in ({}, []) and len(path) > 3 and path[-2] not in ("paths", "files"):
        _remove(draft, path[:-1])


def _shift(draft: Draft, path: Path) -> None:
    """Renumbers the origins of the elements after a removed one."""
    base, index = path[:-1], path[-1]
    assert isinstance(index, int)
    for old in list(draft.origins):
        if old[: len(base)] == base and len(old) > len(base) and isinstance(number := old[len(base)], int):
            origins = draft.origins.pop(old)
            if number != index:
                draft.origins[(*base, number - (number > index), *old[len(base) + 1 :])] = origins
