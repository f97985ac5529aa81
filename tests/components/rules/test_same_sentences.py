"""A wrong combination gets the same sentence in a settings file and in a program, before anything is registered."""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

import pulumi
import pytest
from anykube._clusters.aks.spec import AksClusterSpec
from anykube._clusters.eks.spec import EksClusterSpec
from anykube._clusters.gke.spec import GkeClusterSpec
from anykube._clusters.spec import ClusterReference, ExistingClusterSpec, LocalClusterSpec
from anykube._clusters.unions import ClusterSpec
from anykube._model import WITHOUT_RULES, Model
from anykube._rules.findings import sentence
from anykube._rules.source import SourceNode
from anykube._validation import validated
from anykube._workloads.unions import DEFAULT_KIND, KINDS
from anykube.settings.combinations import ALL, COMBINATIONS
from anykube.settings.loader import validate
from anykube.settings.model import Cluster
from anykube.settings.tree import parse
from pydantic import TypeAdapter, ValidationError

from tests.stacks.settings import test_app_rules, test_rules

CLUSTERS: Mapping[str, type[Model]] = {
    "local": LocalClusterSpec,
    "aws": EksClusterSpec,
    "gcp": GkeClusterSpec,
    "azure": AksClusterSpec,
    "existing": ExistingClusterSpec,
}
WHOLE_STACK_ONLY = {
    "itself": "refers to another stack's settings",
    "no such page": "refers to another stack's settings",
    "digit first": "components refuse names by what their objects allow",
    "long name": "components refuse names by what their objects allow",
    "long cronjob": "components refuse names by what their objects allow",
    "long stateful": "components refuse names by what their objects allow",
    "too long for a label": "a name is no argument",
    "route elsewhere": "names another app",
    "talks to nobody": "names another app",
    "named as another": "names another app",
    "route to a worker": "names another app",
    "unknown kind": "a component's class is its kind",
    "kind is no text": "a component's class is its kind",
}
"""Cases that only make sense for the settings of a whole stack, and why."""
CASES = {
    **{name: page for name, (page, *_) in test_rules.WRONG.items()},
    **{name: page for name, (page, *_) in test_app_rules.WRONG.items()},
}


class Message(NamedTuple):
    subject: str
    """`cluster`, or the name of an app."""
    sentence: str


def from_settings(source: SourceNode) -> set[Message]:
    _, problems = validate(source, "page")
    return {_message(problem.path, problem.message, problem.remedy) for problem in problems}


def _message(path: str, what: str, remedy: str) -> Message:
    """The subject is left out of the path, as a component's arguments begin below it."""
    section, _, below = path.partition(".")
    if section == "cluster":
        return Message("cluster", sentence(below, what, remedy))
    app, _, below = below.partition(".")
    return Message(app, sentence(below, what, remedy))


def from_program(settings: Mapping[str, Any], *, as_models: bool = False) -> set[Message]:
    """The same cluster and apps, each passed to its component."""
    cluster, apps = settings.get("cluster") or {}, settings.get("apps") or {}
    model = CLUSTERS.get(cluster.get("cloud", ""), ClusterReference)
    messages = set(_rejections("cluster", model, cluster, None, as_models))
    for name, app in apps.items():
        kind = KINDS[app.get("kind", DEFAULT_KIND)]
        messages |= set(_rejections(name, kind, app, _spec(cluster), as_models))
    return messages


def _rejections(
    name: str, model: type[Model], args: Mapping[str, Any], cluster: ClusterSpec | None, as_models: bool
) -> Iterator[Message]:
    try:
        built = model.model_validate(args, context=WITHOUT_RULES) if as_models else args
        validated("Thing", name, model, built, cluster=cluster)
    except pulumi.RunError as refused:
        for line in str(refused).splitlines():
            assert line.startswith(f"Thing {name}: ")
            yield Message(name, line.removeprefix(f"Thing {name}: "))


def _spec(cluster: Mapping[str, Any]) -> ClusterSpec | None:
    try:
        spec: ClusterSpec = TypeAdapter[Any](Cluster).validate_python(cluster, context=WITHOUT_RULES)
    except ValidationError:
        return None
    return spec


def _plain(source: SourceNode) -> dict[str, Any]:
    plain = source.to_data()
    assert isinstance(plain, dict)
    return plain


@pytest.mark.parametrize("name", [name for name in CASES if name not in WHOLE_STACK_ONLY])
def test_program_and_settings_have_the_same_messages(name: str) -> None:
    source, _ = parse(CASES[name], "page.yaml")
    messages = from_settings(source)
    assert messages
    assert from_program(_plain(source)) == messages


@pytest.mark.parametrize("name", WHOLE_STACK_ONLY)
def test_mistakes_that_only_settings_can_have(name: str) -> None:
    source, _ = parse(CASES[name], "page.yaml")
    assert from_settings(source)
    if not name.endswith(("kind", "text")):
        assert from_program(_plain(source)) == set()


@pytest.mark.parametrize("combination", COMBINATIONS, ids=lambda combination: combination.label)
def test_combinations_have_the_same_messages(combination: Any) -> None:
    for column in ALL:
        source = combination.settings(column)
        if source is not None:
            assert from_program(_plain(source)) == from_settings(source), column.title


@pytest.mark.parametrize("name", CASES)
def test_models_and_mappings_have_the_same_messages(name: str) -> None:
    source, _ = parse(CASES[name], "page.yaml")
    settings = _plain(source)
    if name in WHOLE_STACK_ONLY:
        return
    try:
        messages = from_program(settings, as_models=True)
    except ValidationError:
        return  # a mistake of a single field: there is no such model
    assert messages == from_program(settings)


def test_valid_settings_are_valid_arguments() -> None:
    for name, page in {**test_rules.RIGHT, **test_app_rules.RIGHT}.items():
        source, _ = parse(page, "page.yaml")
        assert from_program(_plain(source)) == set(), name
