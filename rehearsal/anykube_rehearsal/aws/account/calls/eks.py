"""Calls of EKS, with the roles that they pass.

https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonelastickubernetesservice.html
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from anykube_rehearsal.aws.account.calls.model import IamCall, Resource, arn

_PASSED: Mapping[str, tuple[Sequence[str], str]] = {
    "CreateCluster": (("roleArn", "computeConfig.nodeRoleArn"), "eks.amazonaws.com"),
    "UpdateClusterConfig": (("computeConfig.nodeRoleArn",), "eks.amazonaws.com"),
    "CreateNodegroup": (("nodeRole",), "eks.amazonaws.com"),
    "CreatePodIdentityAssociation": (("roleArn",), "pods.eks.amazonaws.com"),
    "UpdatePodIdentityAssociation": (("roleArn",), "pods.eks.amazonaws.com"),
}
"""Parameters with roles, and the service that gets them."""
_CHILDREN: Mapping[str, str] = {
    "addonName": "addon",
    "associationId": "podidentityassociation",
    "nodegroupName": "nodegroup",
    "principalArn": "access-entry",
}
_WITHOUT_RESOURCE = {"DescribeAddonVersions", "DescribeClusterVersions", "ListAccessPolicies", "ListClusters"}


def calls(region: str, operation: str, params: Mapping[str, Any]) -> Iterator[IamCall]:
    """The permissions that a request needs."""
    resources = [] if operation in _WITHOUT_RESOURCE else list(_resources(region, params))
    yield IamCall(f"eks:{operation}", resources, region, params.get("tags") or {})
    fields, service = _PASSED.get(operation, ((), ""))
    for field in fields:
        if role := _get(params, field):
            yield IamCall("iam:PassRole", [Resource(role)], region, context={"iam:PassedToService": service})


def _resources(region: str, params: Mapping[str, Any]) -> Iterator[Resource]:
    if resource_arn := params.get("resourceArn"):
        yield Resource(str(resource_arn))
        return
    cluster = str(params.get("clusterName") or params.get("name"))
    children = [(kind, params[name]) for name, kind in _CHILDREN.items() if name in params]
    for kind, name in children:
        yield Resource(arn("eks", region, f"{kind}/{cluster}/{str(name).rpartition('/')[2]}/new"))
    if not children:
        yield Resource(arn("eks", region, f"cluster/{cluster}"))


def _get(params: Mapping[str, Any], path: str) -> str | None:
    value: Any = params
    for name in path.split("."):
        value = (value or {}).get(name)
    return str(value) if value else None
