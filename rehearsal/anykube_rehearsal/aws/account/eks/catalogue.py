"""Add-ons that EKS offers, as DescribeAddonVersions shows them.

https://docs.aws.amazon.com/eks/latest/userguide/workloads-add-ons-available-eks.html. The versions are plausible names,
not a record of what EKS publishes: two of each add-on, so that an update has somewhere to go.
"""

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
    """An add-on; `{}` in a version is the minor version of Kubernetes."""

    versions: Sequence[str]
    """The first is the default one."""
    kind: str = "networking"
    needs_nodes: bool = False
    """It is a Deployment: without a node its pods find no place."""
    accounts: Sequence[str] = ()
    """Service accounts that take a role by pod identity."""
    namespace: str = "kube-system"


ADDONS: Mapping[str, Addon] = {
    "vpc-cni": Addon(["v1.21.1-eksbuild.1", "v1.20.4-eksbuild.2"], accounts=["aws-node"]),
    "kube-proxy": Addon(["v{}.0-eksbuild.2", "v{}.0-eksbuild.1"]),
    "coredns": Addon(["v1.13.1-eksbuild.1", "v1.12.4-eksbuild.1"], needs_nodes=True),
    "eks-pod-identity-agent": Addon(["v1.3.10-eksbuild.1", "v1.3.9-eksbuild.5"], kind="security"),
    "metrics-server": Addon(["v0.8.0-eksbuild.5", "v0.8.0-eksbuild.2"], kind="observability", needs_nodes=True),
    "aws-ebs-csi-driver": Addon(
        ["v1.54.0-eksbuild.1", "v1.53.0-eksbuild.1"], "storage", needs_nodes=True, accounts=["ebs-csi-controller-sa"]
    ),
    "aws-efs-csi-driver": Addon(
        ["v2.1.15-eksbuild.1", "v2.1.14-eksbuild.1"],
        "storage",
        needs_nodes=True,
        accounts=["efs-csi-controller-sa", "efs-csi-node-sa"],
    ),
    "snapshot-controller": Addon(["v8.3.0-eksbuild.1", "v8.2.0-eksbuild.1"], "storage", needs_nodes=True),
    "eks-node-monitoring-agent": Addon(["v1.4.2-eksbuild.1", "v1.4.1-eksbuild.1"], "observability"),
    "amazon-cloudwatch-observability": Addon(
        ["v4.7.0-eksbuild.1", "v4.6.0-eksbuild.1"],
        "observability",
        needs_nodes=True,
        accounts=["cloudwatch-agent"],
        namespace="amazon-cloudwatch",
    ),
}


def known(name: str) -> Addon:
    """An add-on that EKS has. https://docs.aws.amazon.com/eks/latest/APIReference/API_CreateAddon.html"""
    if name not in ADDONS:
        raise invalid_parameter(f"Addon {name} specified is not supported")
    return ADDONS[name]


def chosen(name: str, asked: str | None, kubernetes: str) -> str:
    """A version that is for this version of Kubernetes.

    https://docs.aws.amazon.com/eks/latest/userguide/addon-compat.html
    """
    fitting = _fitting(known(name), kubernetes)
    if asked and asked not in fitting:
        raise invalid_parameter(
            f"Addon version specified is not supported: {name} {asked} with Kubernetes {kubernetes}, "
            f"which has {', '.join(fitting)}"
        )
    return asked or fitting[0]


def describe_addon_versions(call: Call) -> Json:
    """https://docs.aws.amazon.com/eks/latest/APIReference/API_DescribeAddonVersions.html"""
    asked = call.asked
    if "addonName" in asked:
        known(asked["addonName"])
    kubernetes = [asked["kubernetesVersion"]] if "kubernetesVersion" in asked else _all(call.eks.today)
    kubernetes = [one for one in kubernetes if re.fullmatch(r"1\.\d+", one)]
    wanted = {"types": "type", "publishers": "publisher", "owners": "owner"}
    shown = [
        _described(name, addon, kubernetes) for name, addon in ADDONS.items() if asked.get("addonName", name) == name
    ]
    return call.page(
        "addons",
        [one for one in shown if all(one[field] in asked.get(key, [one[field]]) for key, field in wanted.items())],
    )


def _described(name: str, addon: Addon, kubernetes: Sequence[str]) -> Json:
    found = {version: _fitting(addon, version) for version in kubernetes}
    return {
        "addonName": name,
        "type": addon.kind,
        "publisher": "eks",
        "owner": "aws",
        "defaultNamespace": addon.namespace,
        "addonVersions": [
            {
                "addonVersion": own,
                "architecture": ["amd64", "arm64"],
                "computeTypes": ["ec2", "auto", "hybrid"],
                "requiresConfiguration": False,
                "requiresIamPermissions": bool(addon.accounts),
                "compatibilities": [
                    {"clusterVersion": version, "platformVersions": ["*"], "defaultVersion": own == fitting[0]}
                    for version, fitting in found.items()
                    if own in fitting
                ],
            }
            for own in dict.fromkeys(own for fitting in found.values() for own in fitting)
        ],
    }


def _fitting(addon: Addon, kubernetes: str) -> list[str]:
    return [own.format(kubernetes) for own in addon.versions]


def _all(today: date) -> list[str]:
    return versions.offered(today)
