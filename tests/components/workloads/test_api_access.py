"""Access to the Kubernetes API: a token, roles and the NetworkPolicy, only for apps that ask for it."""

from typing import Any

import pytest
from anykube._workloads.web.spec import WebServiceSpec
from anykube_policies import rbac

from tests.components.workloads.rendering import rendered
from tests.components.workloads.test_policies_of_pods import resource

PODS = {"resources": ["pods"], "verbs": ["get", "list"]}
RBAC = {"role", "role-binding", "cluster-role", "cluster-role-binding"}


def manifests(**fields: Any) -> dict[str, Any]:
    return rendered("shop", "demo", WebServiceSpec.model_validate({"image": "shop:1", **fields}))


def mounts_token(parts: dict[str, Any], suffix: str = "deployment") -> Any:
    return parts[suffix]["spec"]["template"]["spec"]["automountServiceAccountToken"]


def test_by_default_there_is_no_token() -> None:
    parts = manifests()
    assert mounts_token(parts) is False
    assert not RBAC & set(parts)


def test_a_token_without_permissions() -> None:
    parts = manifests(api_access={})
    assert mounts_token(parts) is True
    assert not RBAC & set(parts)


def test_roles_are_bound_to_the_service_account() -> None:
    parts = manifests(api_access={"rules": [PODS], "cluster_rules": [{"urls": ["/metrics"], "verbs": ["get"]}]})
    assert parts["role"]["rules"] == [{"apiGroups": [""], **PODS}]
    assert parts["cluster-role"]["rules"] == [{"nonResourceURLs": ["/metrics"], "verbs": ["get"]}]
    for binding, role in (("role-binding", "role"), ("cluster-role-binding", "cluster-role")):
        assert parts[binding]["roleRef"]["name"] == parts[role]["metadata"]["name"]
        [subject] = parts[binding]["subjects"]
        assert subject == {"kind": "ServiceAccount", "name": "shop", "namespace": "demo"}
    assert parts["cluster-role"]["metadata"]["name"] == "demo:shop"


def test_the_next_version_shares_the_roles() -> None:
    parts = manifests(api_access={"rules": [PODS]}, next={"weight": 0})
    assert mounts_token(parts, "next-deployment") is True
    assert not [suffix for suffix in parts if suffix.startswith("next-") and "role" in suffix]


@pytest.mark.parametrize(("access", "expected"), [({}, True), (None, False)])
def test_network_policy_allows_the_api_server(access: dict[str, Any] | None, expected: bool) -> None:
    egress = manifests(api_access=access, talks_to=[])["network-policy"]["spec"]["egress"]
    ports = [port["port"] for rule in egress for port in rule["ports"]]
    assert ({443, 6443} <= set(ports)) is expected


@pytest.mark.parametrize(
    ("rule", "name"),
    [
        ({"resources": ["*"], "verbs": ["get"]}, "rbac-wildcards"),
        ({"resources": ["secrets"], "verbs": ["list"]}, "rbac-secret-reads"),
        ({"groups": ["rbac.authorization.k8s.io"], "resources": ["roles"], "verbs": ["bind"]}, "rbac-escalation"),
    ],
)
@pytest.mark.parametrize("field", ["rules", "cluster_rules"])
def test_policies_judge_the_roles(field: str, rule: dict[str, Any], name: str) -> None:
    parts = manifests(api_access={field: [rule]})
    resources = [resource(manifest) for manifest in parts.values()]
    assert [policy.name for policy in rbac.RULES for item in resources for _ in policy.evaluate(item)] == [name]
