"""Access entries and access policies: which principal of IAM may do what in a cluster.

https://docs.aws.amazon.com/eks/latest/userguide/access-entries.html
"""

from collections.abc import Mapping
from typing import Protocol

from anykube_rehearsal.aws.account import cloud
from anykube_rehearsal.aws.account.eks.state import Call, Cluster, new_id, now
from anykube_rehearsal.aws.account.errors import in_use, invalid_parameter, invalid_request, not_found
from anykube_rehearsal.aws.account.response_shapes import Json

_POLICIES = tuple(
    f"AmazonEKS{name}Policy"
    for name in ("Admin", "AdminView", "AutoNode", "ClusterAdmin", "ClusterInsights", "Edit", "Hybrid", "View")
)
"""https://docs.aws.amazon.com/eks/latest/userguide/access-policies.html, without those of single services."""

_KINDS = ("STANDARD", "EC2_LINUX", "EC2_WINDOWS", "FARGATE_LINUX", "EC2", "HYBRID_LINUX", "HYPERPOD_LINUX")
_RESERVED = ("system:", "eks:", "aws:", "amazon:", "iam:")

CREATORS = "AmazonEKSClusterAdminPolicy"
_GROUPS: Mapping[str, str] = {
    CREATORS: "system:masters",
    "AmazonEKSViewPolicy": "anykube:view",
    "AmazonEKSAdminViewPolicy": "anykube:view-all",
}
"""What a policy with the scope of the whole cluster is in Kubernetes."""


class Account(Protocol):
    """Where clusters are found."""

    def find(self, cluster: str) -> Cluster | None:
        """The cluster of this name, if there is one."""


def groups_of(account: Account, cluster: str, principal_arn: str) -> set[str] | None:
    """The groups of Kubernetes that a principal of IAM is in; None when it has no access."""
    found, principal = account.find(cluster), cloud.principal(principal_arn)
    if found is None:
        return None
    access = found.about["accessConfig"]
    if access["authenticationMode"] == "CONFIG_MAP":
        bootstrap = access["bootstrapClusterCreatorAdminPermissions"]
        return {"system:masters"} if bootstrap and principal == found.creator else None
    entry = found.entries.get(principal)
    if entry is None:
        return None
    whole = [one for one in found.policies[principal].values() if one["accessScope"]["type"] == "cluster"]
    names = [one["policyArn"].rpartition("/")[2] for one in whole]
    return {*entry["kubernetesGroups"], *(_GROUPS[name] for name in names if name in _GROUPS)}


def bootstrap(cluster: Cluster) -> None:
    """Gives whoever made the cluster access to it, as an entry if it takes entries."""
    if cluster.about["accessConfig"]["authenticationMode"] != "CONFIG_MAP":
        add(cluster, cluster.creator, "STANDARD")
        cluster.policies[cluster.creator][_policy_arn(CREATORS)] = _associated(CREATORS, {"type": "cluster"})


def add(cluster: Cluster, principal: str, kind: str, asked: Json | None = None) -> Json:
    """An entry as it is kept. `asked` has what its maker said."""
    given, role = asked or {}, "{{SessionName}}" if ":role/" in principal else ""
    account, _, name = principal.partition(":iam::")[2].partition(":")
    standard = f"arn:aws:sts::{account}:assumed-{name}/{role}" if role else principal
    made = {
        "clusterName": cluster.name,
        "principalArn": principal,
        "kubernetesGroups": given.get("kubernetesGroups", ["system:nodes"] if kind == "EC2_LINUX" else []),
        "accessEntryArn": cluster.arn("access-entry", *name.split("/", 1), new_id()),
        "createdAt": now(),
        "modifiedAt": now(),
        "tags": given.get("tags", {}),
        "username": given.get("username", "system:node:{{EC2PrivateDNSName}}" if kind == "EC2_LINUX" else standard),
        "type": kind,
    }
    cluster.entries[principal] = made
    cluster.policies[principal] = {}
    return made


def create_access_entry(call: Call) -> Json:
    """https://docs.aws.amazon.com/eks/latest/APIReference/API_CreateAccessEntry.html"""
    cluster, asked = _cluster(call), call.asked
    principal, kind = asked["principalArn"], asked.get("type", "STANDARD")
    if ":iam::" not in principal:
        raise invalid_parameter("The principalArn parameter format is not valid")
    if not cloud.has_principal(principal):
        raise invalid_parameter(f"The specified principalArn is invalid: invalid principal ({principal})")
    if principal in cluster.entries:
        raise in_use("The specified access entry resource is already in use on this cluster.")
    if kind not in _KINDS:
        raise invalid_parameter(f"type {kind} is not one of {', '.join(_KINDS)}")
    if kind != "STANDARD" and (asked.get("kubernetesGroups") or asked.get("username")):
        raise invalid_parameter(f"kubernetesGroups and username cannot be specified for an access entry of type {kind}")
    _judge(asked)
    return {"accessEntry": add(cluster, principal, kind, asked)}


def describe_access_entry(call: Call) -> Json:
    """https://docs.aws.amazon.com/eks/latest/APIReference/API_DescribeAccessEntry.html"""
    return {"accessEntry": _cluster(call).entry(call.asked["principalArn"])}


def list_access_entries(call: Call) -> Json:
    """https://docs.aws.amazon.com/eks/latest/APIReference/API_ListAccessEntries.html"""
    cluster, policy = _cluster(call), call.asked.get("associatedPolicyArn")
    return call.page("accessEntries", [one for one in cluster.entries if not policy or policy in cluster.policies[one]])


def update_access_entry(call: Call) -> Json:
    """https://docs.aws.amazon.com/eks/latest/APIReference/API_UpdateAccessEntry.html"""
    entry = _cluster(call).entry(call.asked["principalArn"])
    if entry["type"] != "STANDARD":
        raise invalid_parameter(f"An access entry of type {entry['type']} cannot be updated")
    _judge(call.asked)
    entry |= {key: call.asked[key] for key in ("kubernetesGroups", "username") if key in call.asked}
    entry["modifiedAt"] = now()
    return {"accessEntry": entry}


def delete_access_entry(call: Call) -> Json:
    """https://docs.aws.amazon.com/eks/latest/APIReference/API_DeleteAccessEntry.html"""
    cluster, principal = _cluster(call), call.asked["principalArn"]
    cluster.entry(principal)
    del cluster.entries[principal], cluster.policies[principal]
    return {}


def associate_access_policy(call: Call) -> Json:
    """https://docs.aws.amazon.com/eks/latest/APIReference/API_AssociateAccessPolicy.html"""
    cluster, asked = _cluster(call), call.asked
    principal, policy, scope = asked["principalArn"], asked["policyArn"], asked["accessScope"]
    entry, name = cluster.entry(principal), policy.rpartition("/")[2]
    if name not in _POLICIES or policy != _policy_arn(name):
        raise invalid_parameter(f"The policyArn parameter format is not valid: {policy} is no access policy")
    if entry["type"] not in ("STANDARD", "EC2"):
        raise invalid_parameter(f"Access policies cannot be associated to an access entry of type {entry['type']}")
    if (scope.get("type") == "namespace") != bool(scope.get("namespaces")):
        raise invalid_parameter("accessScope.namespaces must be set for the type namespace, and only for it")
    known = cluster.policies[principal].get(policy, {})
    made = _associated(name, scope) | {"associatedAt": known.get("associatedAt", now())}
    cluster.policies[principal][policy] = made
    return {"clusterName": cluster.name, "principalArn": principal, "associatedAccessPolicy": made}


def disassociate_access_policy(call: Call) -> Json:
    """https://docs.aws.amazon.com/eks/latest/APIReference/API_DisassociateAccessPolicy.html"""
    cluster, policy = _cluster(call), call.asked["policyArn"]
    cluster.entry(call.asked["principalArn"])
    if cluster.policies[call.asked["principalArn"]].pop(policy, None) is None:
        raise not_found(f"The access policy {policy} is not associated to {call.asked['principalArn']}")
    return {}


def list_associated_access_policies(call: Call) -> Json:
    """https://docs.aws.amazon.com/eks/latest/APIReference/API_ListAssociatedAccessPolicies.html"""
    cluster, principal = _cluster(call), call.asked["principalArn"]
    cluster.entry(principal)
    page = call.page("associatedAccessPolicies", list(cluster.policies[principal].values()))
    return {"clusterName": cluster.name, "principalArn": principal, **page}


def list_access_policies(call: Call) -> Json:
    """https://docs.aws.amazon.com/eks/latest/APIReference/API_ListAccessPolicies.html"""
    return call.page("accessPolicies", [{"name": name, "arn": _policy_arn(name)} for name in _POLICIES])


def _cluster(call: Call) -> Cluster:
    """https://docs.aws.amazon.com/eks/latest/userguide/setting-up-access-entries.html"""
    if call.cluster.about["accessConfig"]["authenticationMode"] == "CONFIG_MAP":
        raise invalid_request(
            "The cluster's authentication mode must be set to one of [API, API_AND_CONFIG_MAP] to perform this "
            "operation."
        )
    return call.cluster


def _judge(asked: Json) -> None:
    """https://docs.aws.amazon.com/eks/latest/userguide/creating-access-entries.html"""
    reserved = [one for one in asked.get("kubernetesGroups", []) if one.startswith(_RESERVED)]
    if reserved:
        raise invalid_parameter(
            f"The kubernetes group name {reserved[0]} is invalid, it cannot start with {reserved[0].split(':')[0]}:"
        )
    if asked.get("username", "").startswith(_RESERVED):
        raise invalid_parameter(f"The username {asked['username']} is invalid: its prefix is reserved")


def _policy_arn(name: str) -> str:
    return f"arn:aws:eks::aws:cluster-access-policy/{name}"


def _associated(name: str, scope: Json) -> Json:
    return {
        "policyArn": _policy_arn(name),
        "accessScope": {"type": scope.get("type", "cluster"), "namespaces": scope.get("namespaces", [])},
        "associatedAt": now(),
        "modifiedAt": now(),
    }
