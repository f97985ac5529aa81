from typing import Any

import pulumi
import pytest
from anykube._clusters.context import ClusterContext
from anykube._kubernetes import Manifest
from anykube._ownership import used_by
from anykube._workloads.namespace import Namespace, namespace_manifest


def test_enforces_pod_security_restricted() -> None:
    assert namespace_manifest("shop") == {
        "apiVersion": "v1",
        "kind": "Namespace",
        "metadata": {
            "name": "shop",
            "labels": {
                "app.kubernetes.io/managed-by": "anykube",
                "pod-security.kubernetes.io/enforce": "restricted",
                "pod-security.kubernetes.io/enforce-version": "latest",
                "pod-security.kubernetes.io/audit": "restricted",
                "pod-security.kubernetes.io/audit-version": "latest",
                "pod-security.kubernetes.io/warn": "restricted",
                "pod-security.kubernetes.io/warn-version": "latest",
            },
        },
    }


def test_component_is_the_parent_of_its_objects(engine: Any) -> None:
    def annotate_service_account(manifest: Manifest) -> Manifest:
        return {**manifest, "metadata": {"name": "shop", "annotations": {"team": "till"}}}

    engine.run(lambda: Namespace("shop", {"cluster": ClusterContext(), "transforms": [annotate_service_account]}))

    component, child = engine.resources["Namespace/shop"], engine.resources["Namespace/shop-namespace"]
    assert component.type == "anykube:index:Namespace"
    assert child.type == "kubernetes:core/v1:Namespace"
    assert child.parent == component.urn
    stack = "project/stack"
    assert child.inputs["metadata"]["annotations"] == {"team": "till", used_by(stack): stack}
    policy = engine.resources["NetworkPolicy/shop-others"]
    assert (policy.type, policy.parent) == ("kubernetes:networking.k8s.io/v1:NetworkPolicy", component.urn)
    assert policy.inputs["spec"]["policyTypes"] == ["Ingress"]
    assert engine.outputs == {component.urn: {"name": "shop"}}


@pytest.mark.parametrize("name", ["Shop", "shop_1", "-shop", "", "s" * 64])
def test_rejects_an_invalid_name(name: str) -> None:
    with pytest.raises(pulumi.RunError, match=r"^Namespace .*: the name must be at most 63 lower-case"):
        Namespace(name, {"cluster": ClusterContext()})
