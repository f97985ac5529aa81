"""Real Kubernetes under a simulated managed cluster: kwokctl's binary runtime, and a KWOK node for every node.

The API server is the one that toolchain/ pins, whatever version a cluster asks for; nodes say the version that they
should have. It takes a token for a user only after asking the account, as the clouds' own ask their identity service.
"""

import base64
import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from anykube_cli.certificates import write_private
from anykube_cli.kubernetes.api import Api
from anykube_cli.kubernetes.cluster import Cluster, Settings
from anykube_cli.kubernetes.nodes import Node, converge, group_nodes, remove

VIEWERS = "anykube:view"
"""The group of principals who may read all but secrets: Kubernetes' own role `view`."""
AUDITORS = "anykube:view-all"
"""Those who may read everything."""
ADMINS = "system:masters"
"""Those who may do anything: Kubernetes' own group."""

_BINDINGS = "/apis/rbac.authorization.k8s.io/v1/clusterrolebindings"
_ROLES = "/apis/rbac.authorization.k8s.io/v1/clusterroles"
_NODES = "/api/v1/nodes"


@dataclass(frozen=True)
class ControlPlane:
    """Where a cluster's API answers."""

    endpoint: str
    """URL of the API server."""
    certificate_authority: str
    """The certificate of its authority, PEM in base64."""


class Clusters:
    """The clusters of one account, below a folder of its own. `reviews` answers whose a token is."""

    def __init__(self, folder: Path, reviews: str) -> None:
        self._root, self._reviews = folder / "clusters", reviews

    def create(self, cluster: str, version: str) -> ControlPlane:
        """Brings a control plane up; one that is there is woken."""
        own = self._cluster(cluster)
        webhook = self._root / f"{cluster}.webhook.json"
        self._root.mkdir(mode=0o700, parents=True, exist_ok=True)
        write_private(webhook, json.dumps(_webhook(f"{self._reviews}/{cluster}")))
        own.create(
            Settings(version, unpullable_images="unpullable|does-not-exist", crashing_images="crashing"),
            {
                "authentication-token-webhook-config-file": str(webhook),
                "authentication-token-webhook-version": "v1",
                "authentication-token-webhook-cache-ttl": "2s",
            },
        )
        with own.api() as api:
            api.create(_ROLES, _read_all())
            api.create(_BINDINGS, _bound(VIEWERS, "view"))
            api.create(_BINDINGS, _bound(AUDITORS, AUDITORS))
        authority = base64.b64encode(own.certificate_authority.encode()).decode()
        return ControlPlane(own.server, authority)

    def upgrade(self, cluster: str, version: str) -> None:
        """Wakes it: the API server stays the one that is pinned."""
        del version
        self._cluster(cluster).wake()

    def provide(self, cluster: str, objects: Mapping[str, Sequence[Mapping[str, object]]]) -> None:
        """Makes the objects that a cloud puts into its clusters, by the path of their collection."""
        with self._api(cluster) as api:
            for path, manifests in objects.items():
                for manifest in manifests:
                    api.create(path, manifest)

    def delete(self, cluster: str) -> None:
        """Removes it and all that is on it."""
        self._cluster(cluster).delete()
        (self._root / f"{cluster}.webhook.json").unlink(missing_ok=True)

    def settle(self, cluster: str, group: str, nodes: Sequence[Node]) -> None:
        """Makes these the nodes of a group: new ones are ready before old ones are drained, by eviction."""
        with self._api(cluster) as api:
            converge(api, group, nodes)

    def drain(self, cluster: str, group: str) -> None:
        """Drains and removes the nodes of a group; pods of the last one end with it, for want of another place."""
        with self._api(cluster) as api:
            own = group_nodes(api, group)
            remove(api, own, patience=60.0 if len(api.list(_NODES)) > len(own) else 0.0)

    def cluster(self, name: str) -> Cluster:
        """The cluster of this name, which runs."""
        found = self._cluster(name)
        found.wake()
        return found

    def _cluster(self, name: str) -> Cluster:
        return Cluster(name, self._root)

    def _api(self, name: str) -> Api:
        return self.cluster(name).api()


def made_from(*facts: object) -> str:
    """Eight digits that are others when a node would be made from anything else: what names a node."""
    return hashlib.sha256(json.dumps(facts, default=str).encode()).hexdigest()[:8]


def _read_all() -> dict[str, object]:
    rule = {"apiGroups": ["*"], "resources": ["*"], "verbs": ["get", "list", "watch"]}
    return {
        "apiVersion": "rbac.authorization.k8s.io/v1",
        "kind": "ClusterRole",
        "metadata": {"name": AUDITORS},
        "rules": [rule],
    }


def _bound(group: str, role: str) -> dict[str, object]:
    return {
        "apiVersion": "rbac.authorization.k8s.io/v1",
        "kind": "ClusterRoleBinding",
        "metadata": {"name": group},
        "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": role},
        "subjects": [{"apiGroup": "rbac.authorization.k8s.io", "kind": "Group", "name": group}],
    }


def _webhook(url: str) -> dict[str, object]:
    """A kubeconfig whose server judges tokens: https://kubernetes.io/docs/reference/access-authn-authz/authentication/"""
    return {
        "apiVersion": "v1",
        "kind": "Config",
        "clusters": [{"name": "account", "cluster": {"server": url}}],
        "users": [{"name": "api", "user": {}}],
        "contexts": [{"name": "account", "context": {"cluster": "account", "user": "api"}}],
        "current-context": "account",
    }
