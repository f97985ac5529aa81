"""Access of an app's pods to the Kubernetes API: a token, and what it permits.

https://kubernetes.io/docs/reference/access-authn-authz/rbac/
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Annotated, Literal

from pydantic import Field

from anykube._kubernetes import Manifest
from anykube._model import CheckedModel, Model, Seq, example
from anykube._rules.standalone import api_rule
from anykube._workloads.metadata import metadata
from anykube._workloads.parts import ManifestPart

_API_GROUP = "rbac.authorization.k8s.io"
SUFFIXES = ("role", "role-binding", "cluster-role", "cluster-role-binding")
"""The suffixes of the objects. Both versions of an app share them, as they share its service account."""

ApiGroup = Annotated[
    str, Field(pattern=r"^([a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*|\*)?$", examples=["apps"])
]
ApiResource = Annotated[str, Field(pattern=r"^([a-z0-9][-.a-z0-9]*|\*)(/([a-z0-9][-a-z0-9]*|\*))?$", examples=["pods"])]
ApiPath = Annotated[str, Field(pattern=r"^(/\S*|\*)$", examples=["/metrics"])]
Verb = Literal[
    "get",
    "list",
    "watch",
    "create",
    "update",
    "patch",
    "delete",
    "deletecollection",
    "use",
    "approve",
    "sign",
    "attest",
    "bind",
    "escalate",
    "impersonate",
    "*",
]
_Verbs = Annotated[Seq[Verb], Field(min_length=1, examples=[["get", "list", "watch"]])]


class ApiRule(Model, json_schema_extra=example(resources=["pods"], verbs=["get", "list", "watch"])):
    """Permission for some verbs on some resources, in the app's namespace or in the whole cluster."""

    groups: Annotated[Seq[ApiGroup], Field(min_length=1, examples=[["apps"]])] = ("",)
    """API groups of the resources, without a version, at least one. "" is the core group, with pods and Services."""
    resources: Annotated[Seq[ApiResource], Field(min_length=1, examples=[["pods", "pods/log"]])]
    """Resources by their plural name in lower case, such as pods, or a subresource such as pods/log. At least one."""
    names: Annotated[Seq[str], Field(examples=[["leader"]])] = ()
    """Names of the objects. Default: all objects."""
    verbs: _Verbs
    """What the pods may do. At least one."""


class ClusterApiRule(CheckedModel, json_schema_extra=example(resources=["nodes"], verbs=["get", "list", "watch"])):
    """Permission for some verbs on some resources of all namespaces or without one, or on some URLs."""

    rules = (api_rule,)

    groups: Annotated[Seq[ApiGroup], Field(min_length=1, examples=[["apps"]])] = ("",)
    """API groups of the resources, without a version, at least one. "" is the core group, with nodes and namespaces."""
    resources: Annotated[Seq[ApiResource], Field(examples=[["nodes"]])] = ()
    """Resources by their plural name in lower case. Exactly one of `resources` and `urls` is required."""
    names: Annotated[Seq[str], Field(examples=[["leader"]])] = ()
    """Names of the objects. Default: all objects."""
    urls: Annotated[
        Seq[Annotated[str, Field(pattern=r"^(/\S*|\*)$")]], Field(examples=[["/metrics", "/healthz/*"]])
    ] = ()
    """Paths of the API server that are no resources. Exactly one of `resources` and `urls` is required."""
    verbs: _Verbs
    """What the pods may do. At least one."""


class ApiAccess(Model, json_schema_extra=example(rules=[{"resources": ["pods"], "verbs": ["get", "list", "watch"]}])):
    """Access to the Kubernetes API. Pods get a token of the app's service account, and a NetworkPolicy with `talks_to`
    allows connections to the ports 443 and 6443, on which API servers listen."""

    rules: Seq[ApiRule] = ()
    """Permissions in the app's namespace: a Role. Default: none."""
    cluster_rules: Seq[ClusterApiRule] = ()
    """Permissions in the whole cluster: a ClusterRole. Default: none."""


def api_access(app: str, namespace: str, access: ApiAccess | None) -> list[ManifestPart]:
    """The roles of the app's service account, and their bindings."""
    if access is None:
        return []
    common = metadata(app, namespace)
    # The names of cluster-wide objects are unique in the cluster: no namespace has a ':' in its name.
    unique = {"name": f"{namespace}:{app}", "labels": common["labels"]}
    return [
        *_role("Role", "role", common, access.rules, app, namespace),
        *_role("ClusterRole", "cluster-role", unique, access.cluster_rules, app, namespace),
    ]


def _role(
    kind: str,
    suffix: str,
    role: Mapping[str, object],
    rules: Sequence[ApiRule | ClusterApiRule],
    app: str,
    namespace: str,
) -> Iterator[ManifestPart]:
    """The role and its binding, if there are rules."""
    if not rules:
        return
    yield ManifestPart(suffix, _object(kind, role, rules=[_rule(rule) for rule in rules]), "before")
    reference = {"apiGroup": _API_GROUP, "kind": kind, "name": role["name"]}
    subjects = [{"kind": "ServiceAccount", "name": app, "namespace": namespace}]
    yield ManifestPart(
        f"{suffix}-binding", _object(f"{kind}Binding", role, roleRef=reference, subjects=subjects), "before"
    )


def _object(kind: str, role: Mapping[str, object], **fields: object) -> Manifest:
    return {"apiVersion": f"{_API_GROUP}/v1", "kind": kind, "metadata": role, **fields}


def _rule(rule: ApiRule | ClusterApiRule) -> dict[str, Sequence[str]]:
    if isinstance(rule, ClusterApiRule) and rule.urls:
        return {"nonResourceURLs": list(rule.urls), "verbs": list(rule.verbs)}
    return {
        "apiGroups": list(rule.groups),
        "resources": list(rule.resources),
        **({"resourceNames": list(rule.names)} if rule.names else {}),
        "verbs": list(rule.verbs),
    }
