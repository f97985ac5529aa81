"""Reads the tables of rules that the API server has, too."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import yaml

TABLES: Mapping[str, Mapping[str, Any]] = {
    path.stem: yaml.safe_load(path.read_text(encoding="utf-8")) for path in sorted(Path(__file__).parent.glob("*.yaml"))
}
"""The tables by the name of their file."""


class Row(NamedTuple):
    """A value of a table."""

    table: str
    value: str
    app: Mapping[str, Any]
    """An app that has the value."""
    path: str
    """The path of the mistake below the app."""
    manifest: Mapping[str, Any]
    """An object that has the value."""


def rows(*verdicts: str) -> Iterator[Row]:
    """The values of all tables with these verdicts: `valid`, `invalid`, `stricter`."""
    for name, table in TABLES.items():
        for value in (value for verdict in verdicts for value in table[verdict]):
            app, manifest = (_with(table[field], value) for field in ("app", "manifest"))
            yield Row(name, value, app, table["path"].replace("VALUE", value), manifest)


def _with(template: object, value: str) -> Any:
    """The template with the value in place of VALUE."""
    return json.loads(json.dumps(template).replace('"VALUE"', json.dumps(value)))


class RuleCase(NamedTuple):
    """Apps that a rule across fields rejects."""

    rule: str
    apps: Mapping[str, Any]
    manifest: Mapping[str, Any] | None = None
    """An object with the same mistake, if the apps cannot be rendered."""


_ACROSS_FIELDS = Path(__file__).parent / "across_fields"
_RULES: Mapping[str, Sequence[Mapping[str, Any]]] = yaml.safe_load(
    (_ACROSS_FIELDS / "rules.yaml").read_text().replace("MEBIBYTE", "x" * 2**20)
)
RULE_CASES: Sequence[RuleCase] = [RuleCase(rule, **case) for rule, cases in _RULES.items() for case in cases]
"""The cases of the rules that stand for rules of the API server."""
ONLY_OURS: Mapping[str, str] = yaml.safe_load((_ACROSS_FIELDS / "only_ours.yaml").read_text())
"""The other rules, and what they are about."""


def rule_name(rule: Callable[..., object]) -> str:
    """The name of a rule in the inventory, such as `apps.limits`."""
    package = rule.__module__.removeprefix("anykube.").removeprefix("_rules.").removeprefix("_clusters.")
    return f"{package}.{rule.__qualname__}"
