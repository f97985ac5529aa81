"""Which apps a run is about: what changed since the last one that went well; all where anything is uncertain."""

import json
from pathlib import Path
from typing import Any

import pytest
from anykube._clusters.spec import ClusterReference
from anykube.settings.model import StackSettings
from anykube_cli import partial_update
from anykube_cli.state_service.store import Stack, Store
from anykube_cli.toolchain import paths

_BASE = StackSettings.model_validate_json(
    '{"cluster": {"cloud": "local", "name": "local",'
    ' "pools": {"servers": {"count": 1, "machine": {"cpu": 1, "memory": "1Gi"}}}}}'
)


def _page(**apps: dict[str, Any]) -> StackSettings:
    named = {name: {"image": "registry.example/app:1", **app} for name, app in apps.items()}
    return StackSettings.model_validate_json(
        json.dumps({"cluster": {"stack": "local"}, "namespace": "many", "apps": named})
    )


@pytest.fixture
def stacks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Store:
    monkeypatch.setattr(partial_update, "page_of", lambda _: _BASE)
    monkeypatch.setattr(paths, "checkout", lambda: tmp_path)
    (tmp_path / "stacks").mkdir()
    (tmp_path / "stacks" / "web.py").write_text("first = 1\n")
    store = Store(tmp_path / "state")
    store.stack("anykube", "local").create({})
    return store


@pytest.fixture
def stack(stacks: Store) -> Stack:
    made = stacks.stack("anykube", "many")
    made.create({})
    return made


def _ran(stack: Stack, stacks: Store, page: StackSettings, *, well: bool = True) -> str | None:
    """A run that leaves a component for each app, and what it was about."""
    made, about = partial_update.plan(stack, page, stacks)
    partial_update.expect(stack, made)
    state = stack.deployment()
    component = "urn:pulumi:many::anykube::anykube:index:WebService::"
    state["deployment"]["resources"] = [
        {"urn": component + name, "type": "anykube:index:WebService"} for name in page.apps
    ]
    stack.import_state(state)
    if well:
        partial_update.confirm(stack, made)
    return about


_THREE: dict[str, dict[str, Any]] = {"a": {}, "b": {}, "c": {}}


def test_the_first_run_is_about_everything(stack: Stack, stacks: Store) -> None:
    assert _ran(stack, stacks, _page(**_THREE)) is None


@pytest.mark.parametrize(
    ("apps", "about"),
    [
        ({**_THREE, "b": {"replicas": 3}}, "many/b"),
        ({"a": {}, "c": {}}, "many/b"),
        ({**_THREE, "d": {}}, "many/d"),
        ({"a": {"port": 1}, "b": {}, "d": {}}, "many/a,c,d"),
        # Who is talked to knows by whom.
        ({**_THREE, "b": {"talks_to": ["c"]}, "c": {"talks_to": []}}, "many/b,c"),
        (_THREE, None),
    ],
)
def test_a_run_is_about_what_changed(
    stack: Stack, stacks: Store, apps: dict[str, dict[str, Any]], about: str | None
) -> None:
    _ran(stack, stacks, _page(**_THREE))
    assert _ran(stack, stacks, _page(**apps)) == about


def test_what_failed_is_uncertain_until_it_went_well(stack: Stack, stacks: Store) -> None:
    _ran(stack, stacks, _page(**_THREE))
    changed = _page(**{**_THREE, "b": {"replicas": 3}})
    assert _ran(stack, stacks, changed, well=False) == "many/b"
    assert _ran(stack, stacks, _page(**_THREE), well=False) == "many/b", "also when it is as it was before"
    assert _ran(stack, stacks, changed) == "many/b"
    assert _ran(stack, stacks, changed) is None


def test_a_removed_app_stays_uncertain_until_it_is_gone(stack: Stack, stacks: Store) -> None:
    _ran(stack, stacks, _page(**_THREE))
    fewer = _page(a={}, b={})
    for _ in range(2):
        assert _ran(stack, stacks, fewer, well=False) == "many/c"


def test_everything_where_the_environment_gives_a_secret_or_gave_one(
    stack: Stack, stacks: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    changed = {**_THREE, "b": {"replicas": 3}}
    _ran(stack, stacks, _page(**_THREE))
    for value in ("one", "another"):
        monkeypatch.setenv("ANYKUBE_SECRET_KEY", value)
        assert _ran(stack, stacks, _page(**changed)) is None
    monkeypatch.delenv("ANYKUBE_SECRET_KEY")
    assert _ran(stack, stacks, _page(**_THREE)) is None
    assert _ran(stack, stacks, _page(**changed)) == "many/b"


def test_everything_where_a_manager_keeps_a_secret(stack: Stack, stacks: Store) -> None:
    kept = {"secrets": {"key": "projects/shop/secrets/key"}}
    for replicas in (2, 3, 4):
        page = _page(**{**_THREE, "b": {"replicas": replicas}}).model_copy(update=kept)
        assert _ran(stack, stacks, page) is None


@pytest.mark.parametrize("what", ["source", "config", "base", "run", "record"])
def test_everything_after_anything_else_changed(stack: Stack, stacks: Store, tmp_path: Path, what: str) -> None:
    _ran(stack, stacks, _page(**_THREE))
    match what:
        case "source":
            (tmp_path / "stacks" / "web.py").write_text("first = 2\n")
        case "config":
            (tmp_path / "stacks" / "Pulumi.many.yaml").write_text("config: {}\n")
        case "base":
            below = stacks.stack("anykube", "local")
            below.import_state(below.deployment())
        case "run":
            stack.import_state(stack.deployment())
        case "record":
            stack.applied.write_text("{")
    assert _ran(stack, stacks, _page(**{**_THREE, "b": {"replicas": 3}})) is None


def test_everything_where_the_stack_has_a_cluster_of_its_own(stack: Stack, stacks: Store) -> None:
    page = _page(**_THREE)
    assert isinstance(page.cluster, ClusterReference)
    own = page.model_copy(update={"cluster": _BASE.cluster})
    changed = _page(**{**_THREE, "b": {"replicas": 3}}).model_copy(update={"cluster": _BASE.cluster})
    _ran(stack, stacks, own)
    assert _ran(stack, stacks, changed) is None


def test_everything_where_most_of_it_changed(stack: Stack, stacks: Store) -> None:
    apps: dict[str, dict[str, Any]] = {f"app{number}": {} for number in range(partial_update._MOST + 2)}
    _ran(stack, stacks, _page(**apps))
    changed = {name: {"replicas": 3} if name != "app0" else {} for name in apps}
    assert _ran(stack, stacks, _page(**changed)) is None
