"""Resources that break a rule, and some that keep it: data, in `cases/`.

A case is a resource (`type`, `inputs`, and where it matters `name`, `provider`, `protect`, `left_alone`), or, for a
rule about how resources fit together, several as `stack`, which may be a `part` of one. The text UNKNOWN stands for a
value that is first known during the update. `settings` is the page's section `policies`. A case that fails `says` what
is wrong, and one that cannot be judged has `unknown`, the path that is not known.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from anykube.settings.policies import Policies
from anykube_policies.fields import UNKNOWN, Fields
from anykube_policies.rule import Broken, ResourceRule, StackRule, Unjudged
from anykube_policies.subject import Provider, Resource, Stack
from anykube_policies.table import RULES

_FOLDER = Path(__file__).parent / "cases"
BY_NAME = {rule.name: rule for rule in RULES}


@dataclass(frozen=True)
class Case:
    """One case of a rule."""

    rule: str
    fails: bool
    content: Mapping[str, Any]

    def judge(self) -> tuple[list[str], list[str]]:
        """What the rule says is wrong, and the paths that it would have to know."""
        rule = BY_NAME[self.rule]
        resources = [
            _resource(one, self.content.get("settings", {})) for one in self.content.get("stack", [self.content])
        ]
        if isinstance(rule, StackRule):
            verdicts = list(rule.judge(Stack(resources)))
        else:
            assert isinstance(rule, ResourceRule)
            verdicts = [verdict for resource in resources for verdict in rule.judge(resource)]
        broken = [verdict.what for verdict in verdicts if isinstance(verdict, Broken)]
        unknown = [".".join(verdict.path) for verdict in verdicts if isinstance(verdict, Unjudged)]
        return broken, unknown


@cache
def cases() -> tuple[Case, ...]:
    """All of them."""
    return tuple(_read())


def _read() -> Iterator[Case]:
    for file in sorted(_FOLDER.glob("*.yaml")):
        for rule, both in yaml.safe_load(file.read_text()).items():
            assert set(both) <= {"fails", "passes"}, f"{file.name}: {rule}"
            for kind, listed in both.items():
                yield from (Case(rule, kind == "fails", content) for content in listed)


def _resource(one: Mapping[str, Any], settings: Mapping[str, Any]) -> Resource:
    known = {"type", "name", "inputs", "provider", "protect", "left_alone", "settings", "says", "unknown"}
    assert set(one) <= known, f"a case has {set(one) - known}"
    name = one.get("name", "it")
    provider = one.get("provider", {"name": "cluster"})
    return Resource(
        type=Resource.kind(one["type"]),
        name=name,
        urn=f"urn:pulumi:stack::project::{one['type']}::{name}",
        inputs=Fields(_values(one["inputs"])),
        provider=Provider(provider["name"], Fields(_values(provider.get("inputs", {})))),
        is_protected=one.get("protect", False),
        left_alone=one.get("left_alone", ()),
        settings=Policies.model_validate(settings),
    )


def _values(value: object) -> object:
    if isinstance(value, dict):
        return {str(name): _values(item) for name, item in value.items()}
    if isinstance(value, list):
        return [_values(item) for item in value]
    return UNKNOWN if value == "UNKNOWN" else value
