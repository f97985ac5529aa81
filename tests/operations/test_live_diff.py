"""Whether a live object is as the last run left it, after what people do with kubectl."""

import copy
from collections.abc import Callable
from typing import Any

import pytest
from anykube_cli.engine import SIGNATURE_KEY
from anykube_cli.live_diff import additions, includes, is_changed, is_suspect

Json = dict[str, Any]

_TEMPLATE: Json = {
    "metadata": {"labels": {"app": "web"}},
    "spec": {"containers": [{"name": "web", "image": "r/web:1", "imagePullPolicy": "IfNotPresent"}], "dnsPolicy": "x"},
}
_METADATA: Json = {"labels": {"app": "web", "team": "shop"}, "resourceVersion": "7", "generation": 1}
_WORKLOAD: Json = {"replicas": 2, "progressDeadlineSeconds": 300, "template": _TEMPLATE}
_LIVE: dict[str, Json] = {
    "Deployment": {"metadata": _METADATA, "spec": _WORKLOAD},
    "CronJob": {"metadata": _METADATA, "spec": {"suspend": False, "jobTemplate": {"spec": {"template": _TEMPLATE}}}},
    "Service": {"metadata": {"labels": {"app": "web"}, "resourceVersion": "7"}, "spec": {"selector": {"app": "web"}}},
    "ConfigMap": {"metadata": {"resourceVersion": "7"}, "data": {"a": "b"}},
}


def _declared(value: Any) -> Any:
    """What the settings declare: the object without what the API server added."""
    if isinstance(value, dict):
        added = ("imagePullPolicy", "dnsPolicy", "progressDeadlineSeconds", "resourceVersion", "generation")
        return {key: _declared(child) for key, child in value.items() if key not in added}
    return [_declared(child) for child in value] if isinstance(value, list) else value


def _pair(kind: str, change: Callable[[Json], object]) -> tuple[Json, Json]:
    """An object in the state, and the live one after a change."""
    live = copy.deepcopy({"kind": kind, **_LIVE[kind]})
    change(live)
    return {"inputs": _declared(_LIVE[kind]), "outputs": _LIVE[kind]}, live


def _set(path: str, value: Any) -> Callable[[Json], object]:
    """Changes a field, as kubectl would, and the versions with it."""

    def change(live: Json) -> None:
        *parents, last = path.split(".")
        target: Any = live
        for key in parents:
            target = target[int(key)] if isinstance(target, list) else target.setdefault(key, {})
        if value is None:
            del target[last]
        else:
            target[last] = value
        live["metadata"]["resourceVersion"] = "8"
        if "generation" in live["metadata"] and parents[0] == "spec":
            live["metadata"]["generation"] = 2

    return change


_CONTAINER = "spec.template.spec.containers.0"


@pytest.mark.parametrize(
    ("kind", "path", "value"),
    [
        ("Deployment", f"{_CONTAINER}.image", "r/web:0"),
        ("Deployment", "spec.template.spec.containers", []),
        ("Deployment", "metadata.labels.team", None),
        ("CronJob", "spec.suspend", True),
        ("Service", "spec.selector.app", "other"),
        ("ConfigMap", "data.a", "c"),
        ("ConfigMap", "data.a", None),
    ],
)
def test_finds_a_changed_field(kind: str, path: str, value: Any) -> None:
    resource, live = _pair(kind, _set(path, value))
    assert is_suspect(resource, live["metadata"])
    assert is_changed(resource, live)
    assert list(additions(resource, live)) == []


@pytest.mark.parametrize(
    ("kind", "path", "value", "pointer"),
    [
        ("Deployment", "spec.paused", True, "/spec/paused"),
        ("Deployment", "spec.template.spec.nodeSelector.x", "y", "/spec/template/spec/nodeSelector"),
        ("Deployment", f"{_CONTAINER}.command", ["sleep"], "/spec/template/spec/containers/0/command"),
        ("Service", "spec.selector.a/b", "y", "/spec/selector/a~1b"),
    ],
)
def test_finds_an_added_field(kind: str, path: str, value: Any, pointer: str) -> None:
    resource, live = _pair(kind, _set(path, value))
    assert is_suspect(resource, live["metadata"])
    assert list(additions(resource, live)) == [pointer]


@pytest.mark.parametrize(
    ("kind", "path", "value"),
    [
        ("Deployment", "spec.replicas", 4),  # judged by its readiness
        ("Deployment", "status.readyReplicas", 1),
        ("Deployment", "metadata.annotations.other", "x"),
        ("Deployment", "spec.template.metadata.annotations.kubectl/restartedAt", "now"),
        ("Service", "status.loadBalancer", {"ingress": []}),
        ("Service", "spec.clusterIP", "10.0.0.1"),
        ("ConfigMap", "metadata.labels.other", "x"),
    ],
)
def test_what_controllers_and_restarts_do_is_no_change(kind: str, path: str, value: Any) -> None:
    resource, live = _pair(kind, _set(path, value))
    assert not is_changed(resource, live)
    assert list(additions(resource, live)) == []


def test_a_field_that_pulumi_ignores_may_change() -> None:
    resource, live = _pair("Service", _set("spec.selector.app", "other"))
    assert not is_changed({**resource, "ignoreChanges": ["spec"]}, live)


def test_reads_only_objects_whose_version_changed() -> None:
    for kind in _LIVE:
        resource, live = _pair(kind, lambda _: None)
        assert not is_suspect(resource, live["metadata"])
    resource, live = _pair("Deployment", _set("status.readyReplicas", 1))
    assert not is_suspect(resource, live["metadata"])


@pytest.mark.parametrize(
    ("entry", "expected"),
    [
        ({"manager": "pulumi"}, False),
        ({"manager": "kubectl-edit"}, True),
        ({"manager": "kubectl-edit", "fieldsV1": {"f:metadata": {}}}, False),
    ],
)
def test_a_secret_is_judged_by_who_set_it(entry: Json, expected: bool) -> None:
    encrypted = {SIGNATURE_KEY: "s", "ciphertext": "c"}
    resource = {"inputs": {"data": encrypted}, "outputs": {"data": encrypted, "__fieldManager": "pulumi"}}
    live = {
        "kind": "Secret",
        "metadata": {"managedFields": [{"fieldsV1": {"f:data": {}}, **entry}]},
        "data": {"a": "b"},
    }
    assert is_changed(resource, live) is expected


@pytest.mark.parametrize(
    ("live", "applied", "expected"),
    [
        ({"a": 1, "b": 2}, {"a": 1}, True),
        ({"a": 2}, {"a": 1}, False),
        ({}, {"a": 1}, False),
        (None, {"a": {}}, False),
        ({"env": [{"name": "A", "value": "1"}]}, {"env": [{"name": "A"}]}, True),
        ({"env": [{"name": "A"}, {"name": "B"}]}, {"env": [{"name": "A"}]}, False),
        ({"password": "x"}, {"password": {SIGNATURE_KEY: "s", "ciphertext": "c"}}, True),
    ],
)
def test_compares_what_the_last_run_applied(live: Any, applied: Any, expected: bool) -> None:
    assert includes(live, applied) is expected
