from typing import Any

import pulumi
import pytest
from anykube._workloads.app import AppSpec
from anykube._workloads.patches import merge, patch_transform, reject_unused_patches
from anykube._workloads.pods.volumes import Volume
from anykube._workloads.routes.spec import Route, Tls
from anykube._workloads.service import ServiceSpec
from anykube._workloads.stateful.spec import StatefulServiceSpec
from anykube._workloads.web.spec import WebServiceSpec
from anykube._workloads.worker.spec import WorkerSpec

from tests.components.workloads.rendering import rendered

CONTAINERS: Any = {"containers": [{"name": "a", "image": "a:1", "args": ["x"]}, {"name": "b", "image": "b:1"}]}


@pytest.mark.parametrize(
    ("base", "changes", "expected"),
    [
        ({"a": 1, "b": {"c": 2, "d": 3}}, {"b": {"c": 4}}, {"a": 1, "b": {"c": 4, "d": 3}}),
        ({"a": 1, "b": 2}, {"b": None}, {"a": 1}),
        ({"a": [1, 2]}, {"a": [3]}, {"a": [3]}),
        ({}, {"a": {"b": {"c": None, "d": 1}}}, {"a": {"b": {"d": 1}}}),
        (
            CONTAINERS,
            {"containers": [{"name": "b", "image": "b:2"}, {"name": "c", "image": "c:1"}]},
            {
                "containers": [
                    {"name": "a", "image": "a:1", "args": ["x"]},
                    {"name": "b", "image": "b:2"},
                    {"name": "c", "image": "c:1"},
                ]
            },
        ),
        (CONTAINERS, {"containers": [{"name": "a", "$patch": "delete"}]}, {"containers": CONTAINERS["containers"][1:]}),
        (
            {"ports": [{"port": 80, "name": "http"}]},
            {"ports": [{"port": 80, "nodePort": 30080}]},
            {"ports": [{"port": 80, "name": "http", "nodePort": 30080}]},
        ),
        ({"tolerations": [{"key": "a"}]}, {"tolerations": [{"key": "b"}]}, {"tolerations": [{"key": "b"}]}),
    ],
)
def test_merge(base: Any, changes: Any, expected: Any) -> None:
    before = repr(base)
    assert merge(base, changes) == expected
    assert repr(base) == before


def test_patches_only_the_given_kind() -> None:
    patch = patch_transform({"Deployment": {"spec": {"paused": True}}})
    web: Any = {"metadata": {"name": "web"}}
    assert patch({"kind": "Deployment", **web}) == {"kind": "Deployment", **web, "spec": {"paused": True}}
    assert patch({"kind": "Service", **web}) == {"kind": "Service", **web}


def patched(spec: AppSpec, **patches: dict[str, Any]) -> set[str]:
    """The names of the objects that patches change."""
    transform = patch_transform(patches)
    return {
        str(manifest["metadata"]["name"])
        for manifest in rendered("db", "demo", spec).values()
        if transform(manifest) != manifest
    }


def test_a_patch_of_the_service_leaves_the_headless_one() -> None:
    spec = StatefulServiceSpec(image="db:1", port=5432)
    balancer = {"spec": {"type": "LoadBalancer"}}
    assert patched(spec, Service=balancer) == {"db"}
    assert patched(spec, **{"Service/db-headless": {"metadata": {"labels": {"a": "b"}}}}) == {"db-headless"}
    assert patched(
        StatefulServiceSpec(image="db:1", port=5432, service=ServiceSpec(headless=True)), Service=balancer
    ) == {"db"}


def test_a_patch_of_routes_leaves_the_redirect() -> None:
    route = Route(host="a.example.com", tls=Tls(issuer="cluster"), redirect=True)
    spec = WebServiceSpec(image="web:1", via="gateway", routes=(route,))
    assert patched(spec, HTTPRoute={"spec": {"rules": []}}) == {"db.a.example.com"}
    assert patched(spec, **{"HTTPRoute/db.a.example.com-redirect": {"spec": {"rules": []}}}) == {
        "db.a.example.com-redirect"
    }


def test_patches_one_of_several_objects_by_its_name() -> None:
    volumes = {name: Volume(type="claim", size="1Gi", access="ReadWriteMany") for name in ("a", "b")}
    spec = WorkerSpec(image="w:1", volumes=volumes)
    assert patched(spec, **{"PersistentVolumeClaim/db-b": {"spec": {"volumeName": "x"}}}) == {"db-b"}
    assert patched(spec, PersistentVolumeClaim={"spec": {"volumeName": "x"}}) == {"db-a", "db-b"}


def test_rejects_a_patch_without_an_object() -> None:
    with pytest.raises(pulumi.RunError, match=r"^Job load: patches\.Service does not match any .* kinds: Job\.$"):
        reject_unused_patches("Job", "load", {"Service": {}}, [{"kind": "Job", "metadata": {"name": "load"}}])
