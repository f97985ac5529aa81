"""Access entries and access policies: what an IAM principal may do in a cluster.

https://docs.aws.amazon.com/eks/latest/userguide/access-entries.html
"""

from collections.abc import Mapping
from typing import Protocol

from anykube_rehearsal.aws.account import moto_backends
from anykube_rehearsal.aws.account.eks.state import Call, Cluster, new_id, now
from anykube_rehearsal.aws.account.errors import in_use, invalid_parameter, invalid_request, not_found
from anykube_rehearsal.aws.account.response_shapes import Json

_POLICIES = tuple(
    f"AmazonEKS{name}Policy"
    for name in ("Admin", "AdminView", "AutoNode", "ClusterAdmin", "ClusterInsights", "Edit", "Hybrid", "View")
)
"""https://docs.aws.amazon.com/eks/latest/userguide/access-policies.html, without policies for single AWS services."""

_TYPES = ("STANDARD", "EC2_LINUX", "EC2_WINDOWS", "FARGATE_LINUX", "EC2", "HYBRID_LINUX", "HYPERPOD_LINUX")
_RESERVED = ("system:", "eks:", "aws:", "amazon:", "iam:")

CREATOR_POLICY = "AmazonEKSClusterAdminPolicy"
_GROUPS: Mapping[str, str] = {
    CREATOR_POLICY: "system:masters",
    "AmazonEKSViewPolicy": "anykube:view",
    "AmazonEKSAdminViewPolicy": "anykube:view-all",
}
"""The Kubernetes group for a policy with cluster scope."""


class ClusterLookup(Protocol):
    """Looks up clusters."""

    def find(self, name: str) -> Cluster | None:
        """The cluster with this name; None if there is none."""


def groups_of(clusters: ClusterLookup, cluster_name: str, principal_arn: str) -> set[str] | None:
    """The Kubernetes groups of an IAM principal; None if it has no access."""
    cluster, principal = clusters.find(cluster_name), moto_backends.principal(principal_arn)
    if cluster is None:
        return None
    access = cluster.description["accessConfig"]
    if access["authenticationMode"] == "CONFIG_MAP":
        bootstrap = access["bootstrapClusterCreatorAdminPermissions"]
        return {"system:masters"} if bootstrap and principal == cluster.creator else None
    entry = cluster.entries.get(principal)
    if entry is None:
        return None
    policies = [policy for policy in cluster.policies[principal].values() if policy["accessScope"]["type"] == "cluster"]
    names = [policy["policyArn"].rpartition("/")[2] for policy in policies]
    return {*entry["kubernetesGroups"], *(_GROUPS[name] for name in names if name in _GROUPS)}


def bootstrap(cluster: Cluster) -> None:
    """Gives the cluster's creator access, as an access entry if the cluster supports entries."""
    if cluster.description["accessConfig"]["authenticationMode"] != "CONFIG_MAP":
        add(cluster, cluster.creator, "STANDARD")
        policy = _associated_policy(CREATOR_POLICY, {"type": "cluster"})
        cluster.policies[cluster.creator][policy["policyArn"]] = policy


def add(cluster: Cluster, principal: str, kind: str, params: Json | None = None) -> Json:
    """Adds an entry. `params` are those of CreateAccessEntry."""
    params, session = params or {}, "{{SessionName}}" if ":role/" in principal else ""
    account, _, name = principal.partition(":iam::")[2].partition(":")
    username = f"arn:aws:sts::{account}:assumed-{name}/{session}" if session else principal
    entry = {
        "clusterName": cluster.name,
        "principalArn": principal,
        "kubernetesGroups": params.get("kubernetesGroups", ["system:nodes"] if kind == "EC2_LINUX" else []),
        "accessEntryArn": cluster.arn("access-entry", *name.split("/", 1), new_id()),
        "createdAt": now(),
        "modifiedAt": now(),
        "tags": params.get("tags", {}),
        "username": params.get("username", "system:node:{{EC2PrivateDNSName}}" if kind == "EC2_LINUX" else username),
        "type": kind,
    }
    cluster.entries[principal] = entry
    cluster.policies[principal] = {}
    return entry


def create_access_entry(call: Call) -> Json:
    """https://docs.aws.amazon.com/eks/latest/APIReference/API_CreateAccessEntry.html"""
    cluster, params = _cluster(call), call.params
    principal, kind = params["principalArn"], params.get("type", "STANDARD")
    if ":iam::" not in principal:
        raise invalid_parameter("The principalArn parameter format is not valid")
    if not moto_backends.has_principal(principal):
        raise invalid_parameter(f"The specified principalArn is invalid: invalid principal ({principal})")
    if principal in cluster.entries:
        raise in_use("The specified access entry resource is already in use on this cluster.")
    if kind not in _TYPES:
        raise invalid_parameter(f"type {kind} is not one of {', '.join(_TYPES)}")
    if kind != "STANDARD" and (params.get("kubernetesGroups") or params.get("username")):
        raise invalid_parameter(f"kubernetesGroups and username cannot be specified for an access entry of type {kind}")
    _validate(params)
    return {"accessEntry": add(cluster, principal, kind, params)}


def describe_access_entry(call: Call) -> Json:
    """https://docs.aws.amazon.com/eks/latest/APIReference/API_DescribeAccessEntry.html"""
    return {"accessEntry": _cluster(call).entry(call.params["principalArn"])}


def list_access_entries(call: Call) -> Json:
    """https://docs.aws.amazon.com/eks/latest/APIReference/API_ListAccessEntries.html"""
    cluster, policy = _cluster(call), call.params.get("associatedPolicyArn")
    return call.page(
        "accessEntries",
        [principal for principal in cluster.entries if not policy or policy in cluster.policies[principal]],
    )


def update_access_entry(call: Call) -> Json:
    """https://docs.aws.amazon.com/eks/latest/APIReference/API_UpdateAccessEntry.html"""
    entry = _cluster(call).entry(call.params["principalArn"])
    if entry["type"] != "STANDARD":
        raise invalid_parameter(f"An access entry of type {entry['type']} cannot be updated")
    _validate(call.params)
    entry |= {key: call.params[key] for key in ("kubernetesGroups", "username") if key in call.params}
    entry["modifiedAt"] = now()
    return {"accessEntry": entry}


def delete_access_entry(call: Call) -> Json:
    """https://docs.aws.amazon.com/eks/latest/APIReference/API_DeleteAccessEntry.html"""
    cluster, principal = _cluster(call), call.params["principalArn"]
    cluster.entry(principal)
    del cluster.entries[principal], cluster.policies[principal]
    return {}


def associate_access_policy(call: Call) -> Json:
    """https://docs.aws.amazon.com/eks/latest/APIReference/API_AssociateAccessPolicy.html"""
    cluster, params = _cluster(call), call.params
    principal, policy, scope = params["principalArn"], params["policyArn"], params["accessScope"]
    entry, name = cluster.entry(principal), policy.rpartition("/")[2]
    if name not in _POLICIES or policy != _policy_arn(name):
        raise invalid_parameter(f"The policyArn parameter format is not valid: {policy} is not an access policy")
    if entry["type"] not in ("STANDARD", "EC2"):
        raise invalid_parameter(f"Access policies cannot be associated to an access entry of type {entry['type']}")
    if (scope.get("type") == "namespace") != bool(scope.get("namespaces")):
        raise invalid_parameter("accessScope.namespaces must be set for the type namespace, and only for it")
    existing = cluster.policies[principal].get(policy, {})
    associated = _associated_policy(name, scope) | {"associatedAt": existing.get("associatedAt", now())}
    cluster.policies[principal][policy] = associated
    return {"clusterName": cluster.name, "principalArn": principal, "associatedAccessPolicy": associated}


def disassociate_access_policy(call: Call) -> Json:
    """https://docs.aws.amazon.com/eks/latest/APIReference/API_DisassociateAccessPolicy.html"""
    cluster, policy = _cluster(call), call.params["policyArn"]
    cluster.entry(call.params["principalArn"])
    if cluster.policies[call.params["principalArn"]].pop(policy, None) is None:
        raise not_found(f"The access policy {policy} is not associated to {call.params['principalArn']}")
    return {}


def list_associated_access_policies(call: Call) -> Json:
    """https://docs.aws.amazon.com/eks/latest/APIReference/API_ListAssociatedAccessPolicies.html"""
    cluster, principal = _cluster(call), call.params["principalArn"]
    cluster.entry(principal)
    page = call.page("associatedAccessPolicies", list(cluster.policies[principal].values()))
    return {"clusterName": cluster.name, "principalArn": principal, **page}


def list_access_policies(call: Call) -> Json:
    """https://docs.aws.amazon.com/eks/latest/APIReference/API_ListAccessPolicies.html"""
    return call.page("accessPolicies", [{"name": name, "arn": _policy_arn(name)} for name in _POLICIES])


def _cluster(call: Call) -> Cluster:
    """https://docs.aws.amazon.com/eks/latest/userguide/setting-up-access-entries.html"""
    if call.cluster.description["accessConfig"]["authenticationMode"] == "CONFIG_MAP":
        raise invalid_request(
            "The cluster's authentication mode must be set to one of [API, API_AND_CONFIG_MAP] to perform this "
            "operation."
        )
    return call.cluster


def _validate(params: Json) -> None:
    """https://docs.aws.amazon.com/eks/latest/userguide/creating-access-entries.html"""
    reserved = [group for group in params.get("kubernetesGroups", []) if group.startswith(_RESERVED)]
    if reserved:
        raise invalid_parameter(
            f"The kubernetes group name {reserved[0]} is invalid, it cannot start with {reserved[0].split(':')[0]}:"
        )
    if params.get("username", "").startswith(_RESERVED):
        raise invalid_parameter(f"The username {params['username']} is invalid: its prefix is reserved")


def _policy_arn(name: str) -> str:
    return f"arn:aws:eks::aws:cluster-access-policy/{name}"


def _associated_policy(name: str, scope: Json) -> Json:
    return {
        "policyArn": _policy_arn(name),
        "accessScope": {"type": scope.get("type", "cluster"), "namespaces": scope.get("namespaces", [])},
        "associatedAt": now(),
        "modifiedAt": now(),
    }
