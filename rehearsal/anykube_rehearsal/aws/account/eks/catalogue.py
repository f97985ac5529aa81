"""The add-ons that EKS offers, as in DescribeAddonVersions.

https://docs.aws.amazon.com/eks/latest/userguide/workloads-add-ons-available-eks.html. The versions are plausible names,
not those that EKS publishes. Each add-on has two, so that it can be updated.
"""

import itertools
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from anykube_rehearsal.aws.account.eks import versions
from anykube_rehearsal.aws.account.eks.state import Call
from anykube_rehearsal.aws.account.errors import invalid_parameter
from anykube_rehearsal.aws.account.response_shapes import Json


@dataclass(frozen=True)
class Addon:
    """An add-on. `{}` in a version is replaced by the minor version of Kubernetes."""

    versions: Sequence[str]
    """The first is the default."""
    kind: str = "networking"
    needs_nodes: bool = False
    """Whether it has a Deployment, whose pods need a node."""
    service_accounts: Sequence[str] = ()
    """Service accounts that can have a role by pod identity."""
    namespace: str = "kube-system"


ADDONS: Mapping[str, Addon] = {
    "vpc-cni": Addon(["v1.21.1-eksbuild.1", "v1.20.4-eksbuild.2"], service_accounts=["aws-node"]),
    "kube-proxy": Addon(["v{}.0-eksbuild.2", "v{}.0-eksbuild.1"]),
    "coredns": Addon(["v1.13.1-eksbuild.1", "v1.12.4-eksbuild.1"], needs_nodes=True),
    "eks-pod-identity-agent": Addon(["v1.3.10-eksbuild.1", "v1.3.9-eksbuild.5"], kind="security"),
    "metrics-server": Addon(["v0.8.0-eksbuild.5", "v0.8.0-eksbuild.2"], kind="observability", needs_nodes=True),
    "aws-ebs-csi-driver": Addon(
        ["v1.54.0-eksbuild.1", "v1.53.0-eksbuild.1"],
        "storage",
        needs_nodes=True,
        service_accounts=["ebs-csi-controller-sa"],
    ),
    "aws-efs-csi-driver": Addon(
        ["v2.1.15-eksbuild.1", "v2.1.14-eksbuild.1"],
        "storage",
        needs_nodes=True,
        service_accounts=["efs-csi-controller-sa", "efs-csi-node-sa"],
    ),
    "snapshot-controller": Addon(["v8.3.0-eksbuild.1", "v8.2.0-eksbuild.1"], "storage", needs_nodes=True),
    "eks-node-monitoring-agent": Addon(["v1.4.2-eksbuild.1", "v1.4.1-eksbuild.1"], "observability"),
    "amazon-cloudwatch-observability": Addon(
        ["v4.7.0-eksbuild.1", "v4.6.0-eksbuild.1"],
        "observability",
        needs_nodes=True,
        service_accounts=["cloudwatch-agent"],
        namespace="amazon-cloudwatch",
    ),
}


def require_addon(name: str) -> Addon:
    """Looks up an add-on. https://docs.aws.amazon.com/eks/latest/APIReference/API_CreateAddon.html"""
    if name not in ADDONS:
        raise invalid_parameter(f"Addon {name} specified is not supported")
    return ADDONS[name]


def require_version(name: str, requested: str | None, kubernetes: str) -> str:
    """The requested version, or the default, which must support this version of Kubernetes.

    https://docs.aws.amazon.com/eks/latest/userguide/addon-compat.html
    """
    compatible = _compatible_versions(require_addon(name), kubernetes)
    if requested and requested not in compatible:
        raise invalid_parameter(
            f"Addon version specified is not supported: {name} {requested} with Kubernetes {kubernetes}, "
            f"which has {', '.join(compatible)}"
        )
    return requested or compatible[0]


def describe_addon_versions(call: Call) -> Json:
    """https://docs.aws.amazon.com/eks/latest/APIReference/API_DescribeAddonVersions.html"""
    params = call.params
    if "addonName" in params:
        require_addon(params["addonName"])
    kubernetes = [params["kubernetesVersion"]] if "kubernetesVersion" in params else _all(call.eks.today)
    kubernetes = [version for version in kubernetes if re.fullmatch(r"1\.\d+", version)]
    filters = {"types": "type", "publishers": "publisher", "owners": "owner"}
    addons = [
        _description(name, addon, kubernetes) for name, addon in ADDONS.items() if params.get("addonName", name) == name
    ]
    return call.page(
        "addons",
        [
            addon
            for addon in addons
            if all(addon[field] in params.get(key, [addon[field]]) for key, field in filters.items())
        ],
    )


def _description(name: str, addon: Addon, kubernetes: Sequence[str]) -> Json:
    by_cluster_version = {version: _compatible_versions(addon, version) for version in kubernetes}
    return {
        "addonName": name,
        "type": addon.kind,
        "publisher": "eks",
        "owner": "aws",
        "defaultNamespace": addon.namespace,
        "addonVersions": [
            {
                "addonVersion": version,
                "architecture": ["amd64", "arm64"],
                "computeTypes": ["ec2", "auto", "hybrid"],
                "requiresConfiguration": False,
                "requiresIamPermissions": bool(addon.service_accounts),
                "compatibilities": [
                    {
                        "clusterVersion": cluster_version,
                        "platformVersions": ["*"],
                        "defaultVersion": version == compatible[0],
                    }
                    for cluster_version, compatible in by_cluster_version.items()
                    if version in compatible
                ],
            }
            for version in dict.fromkeys(itertools.chain.from_iterable(by_cluster_version.values()))
        ],
    }


def _compatible_versions(addon: Addon, kubernetes: str) -> list[str]:
    return [version.format(kubernetes) for version in addon.versions]


def _all(today: date) -> list[str]:
    return versions.offered(today)
