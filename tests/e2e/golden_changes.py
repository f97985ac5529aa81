"""Changes that later settings or programs could make to a deployed stack, and the expected reports, by cloud."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

Lost = Mapping[tuple[str, str], str]
"""The expected reports, by resource type and name."""


@dataclass(frozen=True)
class Was:
    """A resource that was created with other values than those of the current program."""

    kind: str
    values: Mapping[str, Any]
    report: str = ""
    """The expected report; empty if nothing is lost."""
    ending: str = ""
    """The end of the resource's name. Empty: the first resource of this type."""


@dataclass(frozen=True)
class Renamed:
    """A change in a source file that renames a resource."""

    file: str
    old: str
    new: str
    lost: Lost


@dataclass(frozen=True)
class Changes:
    """The changes of a stack."""

    component: str
    """The component type that contains all resources."""
    moved: Lost
    """Reports that settings with another network must at least cause."""
    was: Sequence[Was]
    renamed: Renamed
    """Applied together with `was`. The two cause exactly the reports that they list."""
    cluster: Was
    """A change that replaces the cluster, at which the engine ends early."""
    beside: Lost
    """Reports that `cluster` must also cause."""


def _refused(code: str) -> str:
    return f"would be changed, but the cloud rejects the change: {code}"


_DELETED, _ALONG = "would be deleted", "would be replaced because a dependency is replaced"
_UNKNOWN = "would be changed with an unknown effect by madeUpLater"
_AKS, _GKE = "azure-native:containerservice", "gcp:container"
_AGENT_POOL, _NODE_POOL, _NODE_GROUP = f"{_AKS}:AgentPool", f"{_GKE}/nodePool:NodePool", "aws:eks/nodeGroup:NodeGroup"
_LOGS = "aws:cloudwatch/logGroup:LogGroup"

CHANGES: Mapping[str, Changes] = {
    "aws-prod": Changes(
        component="EksCluster",
        moved={
            ("aws:ec2/vpc:Vpc", "vpc"): "would be replaced by cidrBlock",
            ("aws:ec2/subnet:Subnet", "private-eu-west-1a"): "would be replaced by cidrBlock, vpcId",
            (_NODE_GROUP, "servers"): "would be replaced by subnetIds",
        },
        was=(
            Was("aws:eks/cluster:Cluster", {"deletionProtection": False}),
            Was(_NODE_GROUP, {"amiType": "AL2_x86_64"}, "would be replaced by amiType", ending="-servers"),
            Was(_NODE_GROUP, {"labels": {"another": "label"}}, ending="-web"),
            Was(
                "aws:iam/openIdConnectProvider:OpenIdConnectProvider",
                {"url": "https://oidc.eks.eu-west-1.amazonaws.com/id/0"},
                "would be replaced by url",
            ),
            Was("aws:iam/role:Role", {"madeUpLater": "a value"}, _UNKNOWN),
            Was("aws:kms/key:Key", {"description": "another"}),
        ),
        renamed=Renamed(
            "components/anykube/_clusters/eks/control_plane.py",
            'children.name("logs")',
            'children.name("log-group")',
            {(_LOGS, "logs"): _DELETED},
        ),
        cluster=Was(
            "aws:eks/cluster:Cluster",
            {"roleArn": "arn:aws:iam::123456789012:role/another"},
            "would be replaced by roleArn",
        ),
        beside={(_NODE_GROUP, "web"): _ALONG},
    ),
    "gcp-prod": Changes(
        component="GkeCluster",
        moved={("gcp:compute/subnetwork:Subnetwork", "nodes"): _refused("ipCidrRange")},
        was=(
            Was(f"{_GKE}/cluster:Cluster", {"costManagementConfig": {"enabled": False}}),
            Was("gcp:kms/cryptoKey:CryptoKey", {"rotationPeriod": "8000000s"}),
            Was("gcp:compute/routerNat:RouterNat", {"type": "PRIVATE"}, "would be replaced by type"),
            Was("gcp:serviceaccount/account:Account", {"madeUpLater": "a value"}, _UNKNOWN),
        ),
        renamed=Renamed(
            "components/anykube/_clusters/gke/pools.py",
            "children.name(name)",
            'children.name(f"pool-{name}")',
            {(_NODE_POOL, pool): _DELETED for pool in ("gpu", "servers", "system", "web")},
        ),
        cluster=Was(
            f"{_GKE}/cluster:Cluster", {"enableKubernetesAlpha": True}, "would be replaced by enableKubernetesAlpha"
        ),
        beside={(_NODE_POOL, "web"): _ALONG},
    ),
    "azure-prod": Changes(
        component="AksCluster",
        moved={
            ("azure-native:network:VirtualNetwork", "network"): _refused("NetcfgInvalidSubnet"),
            ("azure-native:network:Subnet", "nodes-1"): _refused("NetcfgInvalidSubnet"),
        },
        was=(
            Was(f"{_AKS}:ManagedCluster", {"autoUpgradeProfile": {"upgradeChannel": "stable"}}),
            Was(_AGENT_POOL, {"osDiskType": "Ephemeral"}, "would be replaced by osDiskType", ending="-servers-1"),
            Was(_AGENT_POOL, {"maxPods": 60}, _refused("PropertyChangeNotAllowed"), ending="-servers-2"),
            Was(_AGENT_POOL, {"nodeLabels": {"another": "label"}}, ending="-web-1"),
            Was(
                "azure-native:authorization:RoleAssignment",
                {"scope": "/subscriptions/00000000-0000-0000-0000-000000000000"},
                "would be replaced by scope",
            ),
            Was(f"{_AKS}:MaintenanceConfiguration", {"madeUpLater": "a value"}, _UNKNOWN),
        ),
        renamed=Renamed(
            "components/anykube/_clusters/aks/logs.py",
            'children.name("logs")',
            'children.name("log-workspace")',
            {("azure-native:operationalinsights:Workspace", "logs"): _DELETED},
        ),
        cluster=Was(f"{_AKS}:ManagedCluster", {"dnsPrefix": "another"}, "would be replaced by dnsPrefix"),
        beside={(_AGENT_POOL, "web-1"): _ALONG},
    ),
}
"""The changes by stack."""
