"""Every property of the types that stacks use, flipped: the plugin's Diff says what the provider's document says.

Compared are two things that were made apart: on one side what the plugin answers to the engine's Diff; on the other
terraform.json, the facts of the Terraform provider that replace or fill in (its own names), and, for what its version
does not have or decides while it plans, added.json, each row with its source. The types come from the components'
calls and from recorded states, the properties from the installed SDK.
"""

import ast
import asyncio
import json
import re
from collections.abc import Container, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache, cached_property
from pathlib import Path
from typing import Any

import anykube
from anykube_cli.plugin.values import property_map
from anykube_rehearsal.cloud.plugin.cloud import Cloud
from anykube_rehearsal.cloud.plugin.provider import Provider
from anykube_rehearsal.cloud.plugin.resources import INPUTS
from anykube_rehearsal.cloud.plugin.sdk import Property, PropertyType, Sdk
from pulumi.provider.experimental import provider as pulumi_provider
from pulumi.provider.experimental.property_value import PropertyValue

_TESTS = Path(__file__).parents[2]
_SAMPLES: Mapping[str, tuple[object, object]] = {
    "string": ("one", "two"),
    "json": ('{"a": 1}', '{"a": 2}'),
    "integer": (1001, 1002),
    "number": (1001, 1002),
    "bool": (True, False),
    "map": ({"a": "b"}, {"a": "c"}),
}


def called(sdk: Sdk, module: str) -> set[str]:
    """The types that components register: every `aws.module.Class(` in their sources."""
    found = set()
    for file in Path(next(iter(anykube.__path__))).rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text())):
            name = ast.unparse(node.func) if isinstance(node, ast.Call) else ""
            folder, _, kind = name.removeprefix(f"{module}.").partition(".")
            if name.startswith(f"{module}.") and kind:
                found |= {
                    token
                    for token, place in sdk.source.index.items()
                    if place.startswith(f"{folder}/") and token.rpartition(":")[2] == kind
                }
    return found


def recorded(package: str) -> set[str]:
    """The types in the states that are kept as golden files."""
    states = [json.loads(file.read_text()) for file in (_TESTS / "golden").glob("*.json")]
    tokens = {resource["type"] for state in states for resource in state["deployment"]["resources"]}
    return {token for token in tokens if token.startswith(f"{package}:")}


@dataclass(frozen=True)
class Effects:
    """What is compared for a cloud."""

    cloud: Cloud[Any]
    facts: Path
    """terraform.json."""
    added: Path
    """added.json."""
    names: Mapping[str, str]
    """Terraform's name of a type by its token."""
    everywhere: Mapping[str, bool] = field(default_factory=dict)
    """What a change does of properties that any type may have."""

    def diff(self, token: str, old: Mapping[str, object], new: Mapping[str, object]) -> pulumi_provider.DiffResponse:
        """As the engine asks it, of a resource with these inputs in its state."""
        state = {INPUTS: PropertyValue(property_map(old))}
        urn = f"urn:pulumi:dev::anykube::{token}::one"
        request = pulumi_provider.DiffRequest(urn, "id", state, property_map(new), [])
        return asyncio.run(self._provider.diff(request))

    @cached_property
    def _provider(self) -> Provider[Any]:
        return Provider(self.cloud)

    def effect(self, token: str, old: Mapping[str, object], new: Mapping[str, object]) -> str:
        """Of a change: nothing, update or replacement."""
        return _effect(self.diff(token, old, new))

    def flipped(self, token: str) -> list[str]:
        """What is wrong when each property changes its value."""
        document, wrong = _Document(self, token), []
        for prop in properties(self.cloud.sdk.resource(token).inputs):
            try:
                rule = document.rule(prop.path)
            except KeyError:
                wrong.append(f"{prop.path}: no document knows it")
                continue
            for before, after, said in _flips(prop, rule):
                answer = self.diff(token, prop.inputs(before), prop.inputs(after))
                if (seen := _effect(answer)) != said:
                    wrong.append(f"{prop.path}: {before!r} to {after!r} is said to be {said}, and is {seen}")
                elif said != "nothing" and not prop.in_list and set(answer.detailed_diff) != {prop.path}:
                    wrong.append(f"{prop.path}: told as {sorted(answer.detailed_diff)}")
        return wrong

    def removed(self, token: str) -> list[str]:
        """What is wrong when each is no longer given: what the provider fills in stays as it was; all else goes, with
        the effect of its flip."""
        document, facts, wrong = _Document(self, token), self.cloud.tables.table(token), []
        for prop in properties(self.cloud.sdk.resource(token).inputs):
            two = samples(prop.type)
            if two is None or len(prop.steps) > 1 or isinstance(document.rule(prop.path), list):
                continue
            value = next(one for one in two if one != facts.row(prop.path).get("default"))
            if document.fills_in(prop.path):
                said = "nothing"
            else:
                said = "update" if document.rule(prop.path) is False else "replacement"
            if (seen := self.effect(token, prop.inputs(value), {})) != said:
                wrong.append(f"{prop.path}: gone is said to be {said}, and is {seen}")
        return wrong

    def wrong(self, token: str) -> list[str]:
        """All of that, and the properties whose effect nobody knows: the golden files' guard tells of such a change."""
        return [*self.flipped(token), *self.removed(token), *(f"{one}: no effect" for one in self.unknown(token))]

    def unknown(self, token: str) -> list[str]:
        """The properties whose effect nobody knows."""
        return [path for path, row in self.cloud.tables.table(token).rows.items() if row["replaces"] is None]


@dataclass(frozen=True)
class Flat:
    """A property at any depth."""

    path: str
    type: PropertyType
    steps: tuple[tuple[str, bool], ...]
    """The names that lead to it, each with whether it is a list."""

    @property
    def in_list(self) -> bool:
        return any(listed for _, listed in self.steps[:-1])

    def inputs(self, value: object) -> dict[str, object]:
        """Inputs with nothing but this property."""
        (last, _), above = self.steps[-1], self.steps[:-1]
        made: dict[str, object] = {last: value}
        for name, listed in reversed(above):
            made = {name: [made] if listed else made}
        return made


def properties(
    of: Mapping[str, Property],
    known: Container[str] | None = None,
    above: str = "",
    steps: tuple[tuple[str, bool], ...] = (),
) -> Iterator[Flat]:
    """All of them at any depth; with `known` those alone, since some types contain themselves."""
    for wire, prop in of.items():
        listed, path = prop.type.kind == "list", f"{above}{wire}"
        if known is not None and path not in known:
            continue
        inner = prop.type.items if listed and prop.type.items else prop.type
        here = (*steps, (wire, listed))
        yield Flat(path, prop.type, here)
        yield from properties(inner.properties, known, f"{path}.", here)


def samples(kind: PropertyType) -> tuple[object, object] | None:
    """Two values of a type; None for an object, whose properties are flipped one by one."""
    if kind.kind == "list" and kind.items:
        inner = samples(kind.items)
        return inner and ([inner[0]], [inner[1]])
    return _SAMPLES.get(kind.kind)


class _Document:
    """What the documents say of a type."""

    def __init__(self, effects: Effects, token: str) -> None:
        facts = _read(effects.facts)[effects.names[token]]
        self._added, self._everywhere = _read(effects.added).get(token, {}), effects.everywhere
        self._replaces = {_alike(path): kind == "replaces" for kind in ("replaces", "updates") for path in facts[kind]}
        self._filled_in = {_alike(path) for path in facts["filledIn"]}
        self._read_only = {_alike(path) for path in facts["readOnly"]}

    def rule(self, path: str) -> Any:
        """True, false, "read only" or one of the rules of table.py. Raises KeyError where no document knows it."""
        added = self._added.get(path, {})
        if added.get("readOnly"):
            return "read only"
        if "replaces" in added:
            return added["replaces"]
        if path in self._everywhere:
            return self._everywhere[path]
        return "read only" if _alike(path) in self._read_only else self._replaces[_alike(path)]

    def fills_in(self, path: str) -> bool:
        """Whether the provider finds a value of its own where none is given."""
        return bool(_alike(path) in self._filled_in or self._added.get(path, {}).get("computed"))


@cache
def _read(file: Path) -> Any:
    return json.loads(file.read_text())


def _alike(path: str) -> str:
    """Terraform's and Pulumi's names in one form: no case, no plural."""
    return ".".join(re.sub(r"(?:ies|y|e?s|e)+$", "", step.replace("_", "").lower()) for step in path.split("."))


def _effect(answer: pulumi_provider.DiffResponse) -> str:
    if not answer.changes:
        assert not answer.replaces
        assert not answer.detailed_diff
        return "nothing"
    replacing = any(one.kind.name.endswith("REPLACE") for one in answer.detailed_diff.values())
    assert replacing == bool(answer.replaces)
    return "replacement" if replacing else "update"


def _flips(prop: Flat, rule: Any) -> Iterator[tuple[object, object, str]]:
    """Values before and after, and the effect that is said of that."""
    two = samples(prop.type)
    if isinstance(rule, list):
        for before, after in rule:
            yield before, after, "replacement"
            yield after, before, "update"
    elif two and rule == "read only":
        yield *two, "nothing"
    elif two:
        yield *two, "replacement" if rule in (True, "changed") else "update"
        yield two[1], two[0], "replacement" if rule in (True, "changed") else "update"
        yield two[0], two[0], "nothing"
