"""Partial updates: the apps that changed since the last successful run, or the whole stack in any doubt."""

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


def _settings(**apps: dict[str, Any]) -> StackSettings:
    named = {name: {"image": "registry.example/app:1", **app} for name, app in apps.items()}
    return StackSettings.model_validate_json(
        json.dumps({"cluster": {"stack": "local"}, "namespace": "many", "apps": named})
    )


@pytest.fixture
def stacks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Store:
    monkeypatch.setattr(partial_update, "load_stack_settings", lambda _: _BASE)
    monkeypatch.setattr(paths, "checkout", lambda: tmp_path)
    (tmp_path / "stacks").mkdir()
    (tmp_path / "stacks" / "web.py").write_text("first = 1\n")
    store = Store(tmp_path / "state")
    store.stack("anykube", "local").create({})
    return store


@pytest.fixture
def stack(stacks: Store) -> Stack:
    stack = stacks.stack("anykube", "many")
    stack.create({})
    return stack


def _run(stack: Stack, stacks: Store, settings: StackSettings, *, succeeds: bool = True) -> str | None:
    """Simulates a run, which creates a component for each app. Returns the partial update, or None."""
    inputs, update = partial_update.plan(stack, settings, stacks)
    partial_update.begin(stack, inputs)
    state = stack.deployment()
    component = "urn:pulumi:many::anykube::anykube:index:WebService::"
    state["deployment"]["resources"] = [
        {"urn": component + name, "type": "anykube:index:WebService"} for name in settings.apps
    ]
    stack.import_state(state)
    if succeeds:
        partial_update.confirm(stack, inputs)
    return update


_THREE: dict[str, dict[str, Any]] = {"a": {}, "b": {}, "c": {}}


def test_the_first_run_covers_the_whole_stack(stack: Stack, stacks: Store) -> None:
    assert _run(stack, stacks, _settings(**_THREE)) is None


@pytest.mark.parametrize(
    ("apps", "update"),
    [
        ({**_THREE, "b": {"replicas": 3}}, "many/b"),
        ({"a": {}, "c": {}}, "many/b"),
        ({**_THREE, "d": {}}, "many/d"),
        ({"a": {"port": 1}, "b": {}, "d": {}}, "many/a,c,d"),
        # The NetworkPolicy of an app lists its clients.
        ({**_THREE, "b": {"talks_to": ["c"]}, "c": {"talks_to": []}}, "many/b,c"),
        (_THREE, None),
    ],
)
def test_a_run_covers_only_changed_apps(
    stack: Stack, stacks: Store, apps: dict[str, dict[str, Any]], update: str | None
) -> None:
    _run(stack, stacks, _settings(**_THREE))
    assert _run(stack, stacks, _settings(**apps)) == update


def test_a_failed_app_is_covered_until_a_run_succeeds(stack: Stack, stacks: Store) -> None:
    _run(stack, stacks, _settings(**_THREE))
    changed = _settings(**{**_THREE, "b": {"replicas": 3}})
    assert _run(stack, stacks, changed, succeeds=False) == "many/b"
    assert _run(stack, stacks, _settings(**_THREE), succeeds=False) == "many/b", "even with its earlier settings"
    assert _run(stack, stacks, changed) == "many/b"
    assert _run(stack, stacks, changed) is None


def test_a_removed_app_is_covered_until_a_run_succeeds(stack: Stack, stacks: Store) -> None:
    _run(stack, stacks, _settings(**_THREE))
    fewer = _settings(a={}, b={})
    for _ in range(2):
        assert _run(stack, stacks, fewer, succeeds=False) == "many/c"


def test_covers_the_whole_stack_with_secrets_from_the_environment(
    stack: Stack, stacks: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    changed = {**_THREE, "b": {"replicas": 3}}
    _run(stack, stacks, _settings(**_THREE))
    for value in ("one", "another"):
        monkeypatch.setenv("ANYKUBE_SECRET_KEY", value)
        assert _run(stack, stacks, _settings(**changed)) is None
    monkeypatch.delenv("ANYKUBE_SECRET_KEY")
    assert _run(stack, stacks, _settings(**_THREE)) is None
    assert _run(stack, stacks, _settings(**changed)) == "many/b"


def test_covers_the_whole_stack_with_secrets_from_a_manager(stack: Stack, stacks: Store) -> None:
    secrets = {"secrets": {"key": "projects/shop/secrets/key"}}
    for replicas in (2, 3, 4):
        settings = _settings(**{**_THREE, "b": {"replicas": replicas}}).model_copy(update=secrets)
        assert _run(stack, stacks, settings) is None


@pytest.mark.parametrize("changed", ["source", "config", "base", "run", "record"])
def test_covers_the_whole_stack_after_another_change(stack: Stack, stacks: Store, tmp_path: Path, changed: str) -> None:
    _run(stack, stacks, _settings(**_THREE))
    match changed:
        case "source":
            (tmp_path / "stacks" / "web.py").write_text("first = 2\n")
        case "config":
            (tmp_path / "stacks" / "Pulumi.many.yaml").write_text("config: {}\n")
        case "base":
            base = stacks.stack("anykube", "local")
            base.import_state(base.deployment())
        case "run":
            stack.import_state(stack.deployment())
        case "record":
            stack.applied.write_text("{")
    assert _run(stack, stacks, _settings(**{**_THREE, "b": {"replicas": 3}})) is None


def test_covers_the_whole_stack_with_its_own_cluster(stack: Stack, stacks: Store) -> None:
    settings = _settings(**_THREE)
    assert isinstance(settings.cluster, ClusterReference)
    original = settings.model_copy(update={"cluster": _BASE.cluster})
    changed = _settings(**{**_THREE, "b": {"replicas": 3}}).model_copy(update={"cluster": _BASE.cluster})
    _run(stack, stacks, original)
    assert _run(stack, stacks, changed) is None


def test_covers_the_whole_stack_if_many_apps_changed(stack: Stack, stacks: Store) -> None:
    apps: dict[str, dict[str, Any]] = {f"app{number}": {} for number in range(partial_update._MAX_APPS + 2)}
    _run(stack, stacks, _settings(**apps))
    changed = {name: {"replicas": 3} if name != "app0" else {} for name in apps}
    assert _run(stack, stacks, _settings(**changed)) is None
