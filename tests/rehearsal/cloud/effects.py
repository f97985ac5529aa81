"""Changes every property of the types that stacks use, and compares the plugin's Diff with the provider's documents.

The two sides have independent sources: the plugin's response to the engine's Diff, and terraform.json with the facts of
the Terraform provider, under Terraform's names. added.json has the facts that this version of the provider lacks or
decides while it plans, each with its source. The types come from the components' calls and from recorded states, the
properties from the installed SDK.
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
from anykube_cli.plugin.values import property_values
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


def called_types(sdk: Sdk, module: str) -> set[str]:
    """The types that components register: every `aws.module.Class(` in their sources."""
    tokens = set()
    for source in Path(next(iter(anykube.__path__))).rglob("*.py"):
        for node in ast.walk(ast.parse(source.read_text())):
            name = ast.unparse(node.func) if isinstance(node, ast.Call) else ""
            folder, _, kind = name.removeprefix(f"{module}.").partition(".")
            if name.startswith(f"{module}.") and kind:
                tokens |= {
                    token
                    for token, file in sdk.source.index.items()
                    if file.startswith(f"{folder}/") and token.rpartition(":")[2] == kind
                }
    return tokens


def recorded_types(package: str) -> set[str]:
    """The types in the golden states."""
    states = [json.loads(file.read_text()) for file in (_TESTS / "golden").glob("*.json")]
    tokens = {resource["type"] for state in states for resource in state["deployment"]["resources"]}
    return {token for token in tokens if token.startswith(f"{package}:")}


@dataclass(frozen=True)
class Effects:
    """The plugin of a cloud and the documents to compare it with."""

    cloud: Cloud[Any]
    facts: Path
    """terraform.json."""
    added: Path
    """added.json."""
    names: Mapping[str, str]
    """Terraform's name of a type by its token."""
    everywhere: Mapping[str, bool] = field(default_factory=dict)
    """Whether a change of a property that many types have replaces, by property."""

    def diff(self, token: str, old: Mapping[str, object], new: Mapping[str, object]) -> pulumi_provider.DiffResponse:
        """The plugin's Diff of a resource with these inputs in its state."""
        state = {INPUTS: PropertyValue(property_values(old))}
        urn = f"urn:pulumi:dev::anykube::{token}::one"
        request = pulumi_provider.DiffRequest(urn, "id", state, property_values(new), [])
        return asyncio.run(self._provider.diff(request))

    @cached_property
    def _provider(self) -> Provider[Any]:
        return Provider(self.cloud)

    def effect(self, token: str, old: Mapping[str, object], new: Mapping[str, object]) -> str:
        """The effect of a change: nothing, update or replacement."""
        return _effect(self.diff(token, old, new))

    def check_changes(self, token: str) -> list[str]:
        """Changes each property, and returns the differences from the documents."""
        document, problems = _Document(self, token), []
        for prop in properties(self.cloud.sdk.resource(token).inputs):
            try:
                rule = document.rule(prop.path)
            except KeyError:
                problems.append(f"{prop.path}: in no document")
                continue
            for before, after, expected in _changes(prop, rule):
                diff = self.diff(token, prop.inputs(before), prop.inputs(after))
                if (effect := _effect(diff)) != expected:
                    problems.append(f"{prop.path}: {before!r} to {after!r} is {effect}, expected {expected}")
                elif expected != "nothing" and not prop.in_list and set(diff.detailed_diff) != {prop.path}:
                    problems.append(f"{prop.path}: reported as {sorted(diff.detailed_diff)}")
        return problems

    def check_removals(self, token: str) -> list[str]:
        """Unsets each property, and returns the differences from the documents. Properties that the provider computes
        keep their value; all others are removed with the effect of a change."""
        document, table, problems = _Document(self, token), self.cloud.tables.table(token), []
        for prop in properties(self.cloud.sdk.resource(token).inputs):
            values = samples(prop.type)
            if values is None or len(prop.steps) > 1 or isinstance(document.rule(prop.path), list):
                continue
            value = next(value for value in values if value != table.row(prop.path).get("default"))
            if document.fills_in(prop.path):
                expected = "nothing"
            else:
                expected = "update" if document.rule(prop.path) is False else "replacement"
            if (effect := self.effect(token, prop.inputs(value), {})) != expected:
                problems.append(f"{prop.path}: unset is {effect}, expected {expected}")
        return problems

    def problems(self, token: str) -> list[str]:
        """All differences, and the properties without a known effect, which the plugin reports at every change."""
        unknown = [f"{path}: effect unknown" for path in self.unknown(token)]
        return [*self.check_changes(token), *self.check_removals(token), *unknown]

    def unknown(self, token: str) -> list[str]:
        """The properties whose effect is not known."""
        return [path for path, row in self.cloud.tables.table(token).rows.items() if row["replaces"] is None]


@dataclass(frozen=True)
class Flat:
    """A property at any depth."""

    path: str
    type: PropertyType
    steps: tuple[tuple[str, bool], ...]
    """The names on the path, each with whether it is a list."""

    @property
    def in_list(self) -> bool:
        return any(is_list for _, is_list in self.steps[:-1])

    def inputs(self, value: object) -> dict[str, object]:
        """Inputs with only this property."""
        (last, _), parents = self.steps[-1], self.steps[:-1]
        inputs: dict[str, object] = {last: value}
        for name, is_list in reversed(parents):
            inputs = {name: [inputs] if is_list else inputs}
        return inputs


def properties(
    level: Mapping[str, Property],
    only: Container[str] | None = None,
    prefix: str = "",
    steps: tuple[tuple[str, bool], ...] = (),
) -> Iterator[Flat]:
    """All properties at any depth. `only` limits the paths, which types that contain themselves need."""
    for wire, prop in level.items():
        is_list, path = prop.type.kind == "list", f"{prefix}{wire}"
        if only is not None and path not in only:
            continue
        inner = prop.type.items if is_list and prop.type.items else prop.type
        path_steps = (*steps, (wire, is_list))
        yield Flat(path, prop.type, path_steps)
        yield from properties(inner.properties, only, f"{path}.", path_steps)


def samples(kind: PropertyType) -> tuple[object, object] | None:
    """Two values of a type; None for an object, whose properties change one by one."""
    if kind.kind == "list" and kind.items:
        inner = samples(kind.items)
        return inner and ([inner[0]], [inner[1]])
    return _SAMPLES.get(kind.kind)


class _Document:
    """The facts of the documents about a type."""

    def __init__(self, effects: Effects, token: str) -> None:
        facts = _read(effects.facts)[effects.names[token]]
        self._added, self._everywhere = _read(effects.added).get(token, {}), effects.everywhere
        self._replaces = {
            _normalize(path): kind == "replaces" for kind in ("replaces", "updates") for path in facts[kind]
        }
        self._filled_in = {_normalize(path) for path in facts["filledIn"]}
        self._read_only = {_normalize(path) for path in facts["readOnly"]}

    def rule(self, path: str) -> Any:
        """True, false, "read only" or a rule of table.py. Raises KeyError if no document has the property."""
        added = self._added.get(path, {})
        if added.get("readOnly"):
            return "read only"
        if "replaces" in added:
            return added["replaces"]
        if path in self._everywhere:
            return self._everywhere[path]
        return "read only" if _normalize(path) in self._read_only else self._replaces[_normalize(path)]

    def fills_in(self, path: str) -> bool:
        """Whether the provider computes a value if none is set."""
        return bool(_normalize(path) in self._filled_in or self._added.get(path, {}).get("computed"))


@cache
def _read(file: Path) -> Any:
    return json.loads(file.read_text())


def _normalize(path: str) -> str:
    """Normalizes Terraform's and Pulumi's names: lower case, singular."""
    return ".".join(re.sub(r"(?:ies|y|e?s|e)+$", "", step.replace("_", "").lower()) for step in path.split("."))


def _effect(diff: pulumi_provider.DiffResponse) -> str:
    if not diff.changes:
        assert not diff.replaces
        assert not diff.detailed_diff
        return "nothing"
    replacing = any(change.kind.name.endswith("REPLACE") for change in diff.detailed_diff.values())
    assert replacing == bool(diff.replaces)
    return "replacement" if replacing else "update"


def _changes(prop: Flat, rule: Any) -> Iterator[tuple[object, object, str]]:
    """Values before and after, and the expected effect."""
    values = samples(prop.type)
    if isinstance(rule, list):
        for before, after in rule:
            yield before, after, "replacement"
            yield after, before, "update"
    elif values and rule == "read only":
        yield *values, "nothing"
    elif values:
        yield *values, "replacement" if rule in (True, "changed") else "update"
        yield values[1], values[0], "replacement" if rule in (True, "changed") else "update"
        yield values[0], values[0], "nothing"
