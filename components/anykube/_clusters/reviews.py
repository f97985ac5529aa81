"""Permissions of `access.reviewers` in the cluster: they deploy review stacks, and change nothing else.

RBAC cannot limit a role to namespaces by a pattern of their names, so an admission policy does.

https://kubernetes.io/docs/reference/access-authn-authz/validating-admission-policy/
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

_NAME = "anykube-reviewers"
_RBAC = "rbac.authorization.k8s.io"
_ADMISSION = "admissionregistration.k8s.io"
_WRITE = ("create", "delete", "patch", "update")

_WRITABLE: Mapping[str, Sequence[str]] = {
    "": ("namespaces",),
    "cloud.google.com": ("backendconfigs",),
    "discovery.k8s.io": ("endpointslices",),
    "external-secrets.io": ("externalsecrets",),
    "gateway.networking.k8s.io": ("gateways", "grpcroutes", "httproutes"),
    "networking.gke.io": ("gcpbackendpolicies", "gcpgatewaypolicies", "healthcheckpolicies"),
    "secrets-store.csi.x-k8s.io": ("secretproviderclasses",),
}
"""What apps consist of, by API group, in addition to what Kubernetes' own ClusterRole `admin` can write."""

_IN_REVIEW = (
    "(request.resource.group == '' && request.resource.resource == 'namespaces'"
    " ? (has(request.name) ? request.name : '')"
    " : (has(request.namespace) ? request.namespace : '')).matches('^pr-[0-9]+$')"
)
_ASKS_ABOUT_ITSELF = "request.resource.group in ['authentication.k8s.io', 'authorization.k8s.io']"
_IS_NO_ADMIN = f"!authorizer.group('{_ADMISSION}').resource('validatingadmissionpolicies').check('delete').allowed()"
"""A person may be a reviewer through one group and an admin through another."""


def member_of(groups: Sequence[str]) -> str:
    """A CEL expression: whether the caller is in one of these Kubernetes groups."""
    return f"request.userInfo.groups.exists(group, group in {_cel(groups)})"


def named(users: Sequence[str]) -> str:
    """A CEL expression: whether the caller has one of these Kubernetes user names."""
    return f"request.userInfo.username in {_cel(users)}"


def bindings(subjects: Sequence[Mapping[str, str]]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """The roles of reviewers, and their bindings to RBAC subjects; each with the suffix of its resource name."""
    yield "reviewers-role", _cluster_role()
    for name, role in (("reviewers", _NAME), ("reviewers-admin", "admin")):
        yield (
            name,
            {
                "apiVersion": f"{_RBAC}/v1",
                "kind": "ClusterRoleBinding",
                "metadata": {"name": f"anykube-{name}"},
                "roleRef": {"apiGroup": _RBAC, "kind": "ClusterRole", "name": role},
                "subjects": list(subjects),
            },
        )


def policy(is_reviewer: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """The admission policy and its binding, each with the suffix of its resource name.

    :param is_reviewer: a CEL expression.
    """
    constraints = {
        "apiGroups": ["*"],
        "apiVersions": ["*"],
        "operations": ["CREATE", "UPDATE", "DELETE", "CONNECT"],
        "resources": ["*/*"],
    }
    message = "access.reviewers may write only in namespaces pr-NUMBER"
    spec = {
        "failurePolicy": "Fail",
        "matchConstraints": {"resourceRules": [constraints]},
        "matchConditions": [
            {"name": "reviewer", "expression": is_reviewer},
            {"name": "no-admin", "expression": _IS_NO_ADMIN},
        ],
        "validations": [{"expression": f"{_IN_REVIEW} || {_ASKS_ABOUT_ITSELF}", "message": message}],
    }
    yield "reviewers-policy", _admission("ValidatingAdmissionPolicy", spec)
    binding = {"policyName": _NAME, "validationActions": ["Deny"]}
    yield "reviewers-policy-binding", _admission("ValidatingAdmissionPolicyBinding", binding)


def _cluster_role() -> Mapping[str, Any]:
    rules = [
        {"apiGroups": [group], "resources": list(resources), "verbs": list(_WRITE)}
        for group, resources in _WRITABLE.items()
    ]
    return {"apiVersion": f"{_RBAC}/v1", "kind": "ClusterRole", "metadata": {"name": _NAME}, "rules": rules}


def _admission(kind: str, spec: Mapping[str, Any]) -> Mapping[str, Any]:
    return {"apiVersion": f"{_ADMISSION}/v1", "kind": kind, "metadata": {"name": _NAME}, "spec": spec}


def _cel(texts: Sequence[str]) -> str:
    """A list of strings in CEL. Principals have the format of their cloud, without quotes."""
    return f"[{', '.join(repr(text) for text in texts)}]"
