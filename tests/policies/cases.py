"""Test cases of the policy rules: resources that break a rule or pass it, as data in `cases/`.

A case is a resource (`type`, `inputs`, and optionally `name`, `provider`, `protect`, `ignore_changes`) or, for a stack
rule, several resources as `stack`. The string UNKNOWN stands for a value that is only known during the update.
`settings` is the section `policies` of the stack's settings. A failing case has the expected `message`, or `unknown`:
the path of the value that keeps the rule from being evaluated.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from anykube.settings.policies import Policies
from anykube_policies.fields import UNKNOWN, Fields
from anykube_policies.resource import Provider, Resource, Stack
from anykube_policies.rule import ResourceRule, StackRule, Undetermined, Violation
from anykube_policies.table import RULES

_FOLDER = Path(__file__).parent / "cases"
BY_NAME = {rule.name: rule for rule in RULES}


@dataclass(frozen=True)
class Case:
    """One case of a rule."""

    rule: str
    fails: bool
    content: Mapping[str, Any]

    def evaluate(self) -> tuple[list[str], list[str]]:
        """The messages of the violations, and the paths of the unknown values."""
        rule = BY_NAME[self.rule]
        resources = [
            _resource(fields, self.content.get("settings", {})) for fields in self.content.get("stack", [self.content])
        ]
        if isinstance(rule, StackRule):
            results = list(rule.evaluate(Stack(resources)))
        else:
            assert isinstance(rule, ResourceRule)
            results = [result for resource in resources for result in rule.evaluate(resource)]
        messages = [result.message for result in results if isinstance(result, Violation)]
        unknown = [".".join(result.path) for result in results if isinstance(result, Undetermined)]
        return messages, unknown


@cache
def cases() -> tuple[Case, ...]:
    """All cases."""
    return tuple(_read())


def _read() -> Iterator[Case]:
    for file in sorted(_FOLDER.glob("*.yaml")):
        for rule, by_outcome in yaml.safe_load(file.read_text()).items():
            assert set(by_outcome) <= {"fails", "passes"}, f"{file.name}: {rule}"
            for outcome, contents in by_outcome.items():
                yield from (Case(rule, outcome == "fails", content) for content in contents)


def _resource(fields: Mapping[str, Any], settings: Mapping[str, Any]) -> Resource:
    allowed = {"type", "name", "inputs", "provider", "protect", "ignore_changes", "settings", "message", "unknown"}
    assert set(fields) <= allowed, f"a case has unknown fields: {set(fields) - allowed}"
    name = fields.get("name", "it")
    provider = fields.get("provider", {"name": "cluster"})
    return Resource(
        type=Resource.kind(fields["type"]),
        name=name,
        urn=f"urn:pulumi:stack::project::{fields['type']}::{name}",
        inputs=Fields(_values(fields["inputs"])),
        provider=Provider(provider["name"], Fields(_values(provider.get("inputs", {})))),
        is_protected=fields.get("protect", False),
        ignore_changes=fields.get("ignore_changes", ()),
        settings=Policies.model_validate(settings),
    )


def _values(value: object) -> object:
    if isinstance(value, dict):
        return {str(name): _values(item) for name, item in value.items()}
    if isinstance(value, list):
        return [_values(item) for item in value]
    return UNKNOWN if value == "UNKNOWN" else value
