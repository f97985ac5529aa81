"""Real Kubernetes under the simulated EKS: kwokctl's binary runtime, and a KWOK node for every node.

The API server is the one that toolchain/ pins, whatever version a cluster asks for; nodes say the version that they
should have. It takes a token for a user only after asking the account, as EKS asks IAM.
"""

import base64
import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from moto.ec2.models.instance_types import INSTANCE_TYPES

from sandbox.aws.account.runtime import ControlPlane, Group
from sandbox.certificates import write_private
from sandbox.kubernetes.api import Api
from sandbox.kubernetes.cluster import Cluster, Settings
from sandbox.kubernetes.nodes import Node, converge, group_nodes, remove

VIEWERS = "anykube:view"
"""The group of principals whose access policy lets them read all but secrets: Kubernetes' own role `view`."""
_AUDITORS = "anykube:view-all"
"""Those who may read everything, as AmazonEKSAdminViewPolicy lets them."""

_ARCHITECTURES = {"x86_64": "amd64", "arm64": "arm64"}
_BINDINGS = "/apis/rbac.authorization.k8s.io/v1/clusterrolebindings"
_ROLES = "/apis/rbac.authorization.k8s.io/v1/clusterroles"
_NODES = "/api/v1/nodes"


class Clusters:
    """The clusters of one account, below a folder of its own. `reviews` answers whose a token is."""

    def __init__(self, folder: Path, reviews: str, region: str) -> None:
        self._root, self._reviews, self._region = folder / "clusters", reviews, region

    def create(self, cluster: str, version: str) -> ControlPlane:
        """Brings a control plane up."""
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
            api.create(_BINDINGS, _bound(_AUDITORS, _AUDITORS))
        authority = base64.b64encode(own.certificate_authority.encode()).decode()
        return ControlPlane(own.server, authority)

    def upgrade(self, cluster: str, version: str) -> None:
        """Wakes it: the API server stays the one that is pinned."""
        del version
        self._cluster(cluster).wake()

    def delete(self, cluster: str) -> None:
        """Removes it and all that is on it."""
        self._cluster(cluster).delete()
        (self._root / f"{cluster}.webhook.json").unlink(missing_ok=True)

    def converge(self, cluster: str, group: Group) -> None:
        """Makes the nodes of a group; those of another release, type or version are exchanged."""
        wanted = [self._node(cluster, group, index) for index in range(group.size)]
        with self._api(cluster) as api:
            converge(api, group.name, wanted)

    def drain(self, cluster: str, group: str) -> None:
        """Drains and removes the nodes of a group; pods of the last one end with it, for want of another place."""
        with self._api(cluster) as api:
            own = group_nodes(api, group)
            remove(api, own, patience=60.0 if len(api.list(_NODES)) > len(own) else 0.0)

    def _cluster(self, name: str) -> Cluster:
        return Cluster(name, self._root)

    def _api(self, name: str) -> Api:
        cluster = self._cluster(name)
        cluster.wake()
        return cluster.api()

    def _node(self, cluster: str, group: Group, index: int) -> Node:
        machine = group.instance_types[0]
        facts: Mapping[str, Any] = INSTANCE_TYPES[machine]
        made_from = json.dumps([cluster, group.name, machine, group.ami_type, group.version, group.release])
        mark = hashlib.sha256(made_from.encode()).hexdigest()[:8]
        interfaces = facts["NetworkInfo"]
        gpus = sum(gpu.get("Count", 0) for gpu in facts.get("GpuInfo", {}).get("Gpus", []))
        return Node(
            name=f"i-{mark}-{index}",
            group=group.name,
            version=group.version,
            cpu=facts["VCpuInfo"]["DefaultVCpus"],
            memory=f"{facts['MemoryInfo']['SizeInMiB']}Mi",
            arch=next(
                arch for arch in map(_ARCHITECTURES.get, facts["ProcessorInfo"]["SupportedArchitectures"]) if arch
            ),
            region=self._region,
            zone=group.zones[index % len(group.zones)],
            # https://docs.aws.amazon.com/eks/latest/userguide/node-labels.html and the cloud provider's own
            labels={
                **group.labels,
                "eks.amazonaws.com/nodegroup": group.name,
                "eks.amazonaws.com/capacityType": group.capacity_type,
                "eks.amazonaws.com/nodegroup-image": group.ami_type,
                "node.kubernetes.io/instance-type": machine,
            },
            taints=[{"key": taint.key, "value": taint.value, "effect": taint.effect} for taint in group.taints],
            pods=interfaces["MaximumNetworkInterfaces"] * (interfaces["Ipv4AddressesPerInterface"] - 1) + 2,
            extended={"nvidia.com/gpu": str(gpus)} if gpus else {},
        )


def _read_all() -> dict[str, object]:
    rule = {"apiGroups": ["*"], "resources": ["*"], "verbs": ["get", "list", "watch"]}
    return {
        "apiVersion": "rbac.authorization.k8s.io/v1",
        "kind": "ClusterRole",
        "metadata": {"name": _AUDITORS},
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
