"""Runs real Kubernetes for a simulated managed cluster: kwokctl's binary runtime, with a KWOK node for every node.

The API server has the version that toolchain/ pins, whatever version a cluster requests; nodes report the requested
version. The API server has the account review every token, as the clouds' API servers ask their identity service.
"""

import base64
import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from anykube_cli.certificates import write_private
from anykube_cli.kubernetes.api import Api
from anykube_cli.kubernetes.cluster import Cluster, ClusterSettings
from anykube_cli.kubernetes.nodes import Node, converge, drain_and_remove, node_names

VIEWERS = "anykube:view"
"""The group that may read everything except secrets: Kubernetes' ClusterRole `view`."""
AUDITORS = "anykube:view-all"
"""The group that may read everything."""
EDITORS = "anykube:edit-all"
"""The group that may write everything but admission policies."""
ADMINS = "system:masters"
"""Kubernetes' group that may do everything."""

_BINDINGS = "/apis/rbac.authorization.k8s.io/v1/clusterrolebindings"
_ROLES = "/apis/rbac.authorization.k8s.io/v1/clusterroles"
_NODES = "/api/v1/nodes"


@dataclass(frozen=True)
class ControlPlane:
    """A cluster's API server."""

    endpoint: str
    """URL of the API server."""
    certificate_authority: str
    """The CA certificate, PEM in base64."""


class Clusters:
    """The clusters of one account, in its folder. `token_review_url` is the account's webhook for token reviews."""

    def __init__(self, folder: Path, token_review_url: str) -> None:
        self._root, self._token_review_url = folder / "clusters", token_review_url

    def create(self, cluster: str, version: str) -> ControlPlane:
        """Starts a control plane. Wakes one that exists."""
        runtime = self._cluster(cluster)
        webhook = self._root / f"{cluster}.webhook.json"
        self._root.mkdir(mode=0o700, parents=True, exist_ok=True)
        write_private(webhook, json.dumps(_webhook(f"{self._token_review_url}/{cluster}")))
        runtime.create(
            ClusterSettings(version, unpullable_images="unpullable|does-not-exist", crashing_images="crashing"),
            {
                "authentication-token-webhook-config-file": str(webhook),
                "authentication-token-webhook-version": "v1",
                "authentication-token-webhook-cache-ttl": "2s",
            },
        )
        with runtime.api() as api:
            api.create(_ROLES, _read_all_role())
            api.create(_BINDINGS, _group_binding(VIEWERS, "view"))
            api.create(_BINDINGS, _group_binding(AUDITORS, AUDITORS))
            api.create(_ROLES, _edit_all_role())
            api.create(_BINDINGS, _group_binding(EDITORS, EDITORS))
        authority = base64.b64encode(runtime.certificate_authority.encode()).decode()
        return ControlPlane(runtime.server, authority)

    def upgrade(self, cluster: str, version: str) -> None:
        """Wakes the cluster. The API server keeps the pinned version."""
        del version
        self._cluster(cluster).start()

    def create_objects(self, cluster: str, objects: Mapping[str, Sequence[Mapping[str, object]]]) -> None:
        """Creates the objects that the cloud puts into its clusters, by API path of their collection."""
        with self._api(cluster) as api:
            for path, manifests in objects.items():
                for manifest in manifests:
                    api.create(path, manifest)

    def delete(self, cluster: str) -> None:
        """Deletes a cluster with everything on it."""
        self._cluster(cluster).delete()
        (self._root / f"{cluster}.webhook.json").unlink(missing_ok=True)

    def set_nodes(self, cluster: str, group: str, nodes: Sequence[Node]) -> None:
        """Sets the nodes of a group. New nodes are ready before old nodes are drained by eviction."""
        with self._api(cluster) as api:
            converge(api, group, nodes)

    def drain(self, cluster: str, group: str) -> None:
        """Drains and removes the nodes of a group. On the last nodes of a cluster, pods are removed without waiting."""
        with self._api(cluster) as api:
            nodes = node_names(api, group)
            drain_and_remove(api, nodes, timeout_seconds=60.0 if len(api.list(_NODES)) > len(nodes) else 0.0)

    def cluster(self, name: str) -> Cluster:
        """A running cluster. Wakes it if it sleeps."""
        cluster = self._cluster(name)
        cluster.start()
        return cluster

    def _cluster(self, name: str) -> Cluster:
        return Cluster(name, self._root)

    def _api(self, name: str) -> Api:
        return self.cluster(name).api()


def node_digest(*facts: object) -> str:
    """Eight hex digits for the names of nodes: other facts, such as another machine type, make new nodes."""
    return hashlib.sha256(json.dumps(facts, default=str).encode()).hexdigest()[:8]


def _read_all_role() -> dict[str, object]:
    rule = {"apiGroups": ["*"], "resources": ["*"], "verbs": ["get", "list", "watch"]}
    return {
        "apiVersion": "rbac.authorization.k8s.io/v1",
        "kind": "ClusterRole",
        "metadata": {"name": AUDITORS},
        "rules": [rule],
    }


def _edit_all_role() -> dict[str, object]:
    groups = [
        "",
        "apps",
        "autoscaling",
        "batch",
        "discovery.k8s.io",
        "gateway.networking.k8s.io",
        "networking.k8s.io",
        "policy",
        "rbac.authorization.k8s.io",
        "storage.k8s.io",
    ]
    rule = {"apiGroups": groups, "resources": ["*"], "verbs": ["create", "update", "patch", "delete"]}
    return {
        "apiVersion": "rbac.authorization.k8s.io/v1",
        "kind": "ClusterRole",
        "metadata": {"name": EDITORS},
        "rules": [rule],
    }


def _group_binding(group: str, role: str) -> dict[str, object]:
    return {
        "apiVersion": "rbac.authorization.k8s.io/v1",
        "kind": "ClusterRoleBinding",
        "metadata": {"name": group},
        "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": role},
        "subjects": [{"apiGroup": "rbac.authorization.k8s.io", "kind": "Group", "name": group}],
    }


def _webhook(url: str) -> dict[str, object]:
    """The webhook's kubeconfig: https://kubernetes.io/docs/reference/access-authn-authz/authentication/"""
    return {
        "apiVersion": "v1",
        "kind": "Config",
        "clusters": [{"name": "account", "cluster": {"server": url}}],
        "users": [{"name": "api", "user": {}}],
        "contexts": [{"name": "account", "context": {"cluster": "account", "user": "api"}}],
        "current-context": "account",
    }
