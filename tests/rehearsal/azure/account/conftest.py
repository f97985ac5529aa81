"""A subscription with a network, identities and a cluster to be judged; the Kubernetes below is in memory."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from anykube_cli.kubernetes.nodes import Node
from anykube_rehearsal.azure import ids
from anykube_rehearsal.azure.account import directory
from anykube_rehearsal.azure.account.__main__ import make
from anykube_rehearsal.azure.account.catalogue import roles
from anykube_rehearsal.azure.plugin.facts import (
    ADDRESS,
    ASSIGNMENT,
    CLUSTER,
    GROUP,
    IDENTITY,
    NAT,
    NETWORK,
    SUBNET,
    WORKSPACE,
)
from anykube_rehearsal.cloud.account.account import Account
from anykube_rehearsal.cloud.account.model import Json, Record
from anykube_rehearsal.cloud.kubernetes import ControlPlane

GROUP_NAME, REGION = "shop", "westeurope"


class Kubernetes:
    """In memory: what was asked of it."""

    def __init__(self) -> None:
        self.versions: dict[str, str] = {}
        self.objects: dict[str, list[Mapping[str, object]]] = {}
        self.nodes: dict[tuple[str, str], Sequence[Node]] = {}

    def create(self, cluster: str, version: str) -> ControlPlane:
        self.versions[cluster] = version
        return ControlPlane(f"https://127.0.0.1:6443/{cluster}", "Q0E=")

    def upgrade(self, cluster: str, version: str) -> None:
        self.versions[cluster] = version

    def create_objects(self, cluster: str, objects: Mapping[str, Sequence[Mapping[str, object]]]) -> None:
        for path, manifests in objects.items():
            self.objects.setdefault(path, []).extend(manifests)

    def delete(self, cluster: str) -> None:
        self.versions.pop(cluster, None)

    def set_nodes(self, cluster: str, group: str, nodes: Sequence[Node]) -> None:
        self.nodes[cluster, group] = nodes

    def drain(self, cluster: str, group: str) -> None:
        self.nodes.pop((cluster, group), None)

    def named(self, kind: str) -> set[str]:
        """The names of the objects of a kind, such as storageclasses."""
        (found,) = [manifests for path, manifests in self.objects.items() if path.endswith(f"/{kind}")]
        return {str(dict(one["metadata"])["name"]) for one in found}  # type: ignore[call-overload]

    def pool(self, name: str) -> Sequence[Node]:
        """The nodes of the one pool of this name."""
        (found,) = [nodes for (_, group), nodes in self.nodes.items() if group == name]
        return found


@dataclass
class World:
    """What tests begin with."""

    account: Account
    kubernetes: Kubernetes
    made: dict[str, Record] = field(default_factory=dict)

    def make(self, token: str, /, **inputs: Any) -> Record:
        """Makes something in the group and region of the tests, unless it says others."""
        own = {} if token == ASSIGNMENT else {"resourceGroupName": GROUP_NAME}
        return self.account.create(token, {**own, **inputs}, "test")

    def subnet(self, name: str, prefix: str, **more: Any) -> Record:
        return self.make(SUBNET, virtualNetworkName="net", subnetName=name, addressPrefix=prefix, **more)

    def grant(self, who: Record, role: str, scope: Record) -> Record:
        return self.make(ASSIGNMENT, **self.granting(who, role, scope))

    def granting(self, who: Record, role: str, scope: Record) -> Json:
        """The inputs of an assignment."""
        principal = who.outputs["principalId"]
        return {
            "scope": scope.id,
            "principalId": principal,
            "principalType": "ServicePrincipal",
            "roleDefinitionId": role_definition(role),
            "roleAssignmentName": ids.guid(scope.id, principal, role),
        }

    def pool(self, **more: Any) -> Json:
        """The inputs of a pool of its own."""
        own = self.made["nodes"].id
        given = {"vmSize": "Standard_D2as_v5", "count": 1, "mode": "User", "vnetSubnetID": own}
        return {"resourceGroupName": GROUP_NAME, "resourceName": "shop", "agentPoolName": "web", **given, **more}

    def cluster(self, **more: Any) -> Json:
        """The inputs of a cluster that AKS takes."""
        made = self.made
        return {
            "resourceGroupName": GROUP_NAME,
            "resourceName": "shop",
            "location": REGION,
            "dnsPrefix": "shop",
            "kubernetesVersion": "1.35",
            "sku": {"name": "Base", "tier": "Standard"},
            "identity": {"type": "UserAssigned", "userAssignedIdentities": [made["control"].id]},
            "identityProfile": {"kubeletidentity": {"resourceId": made["kubelet"].id}},
            "aadProfile": {"managed": True, "enableAzureRBAC": True},
            "disableLocalAccounts": True,
            "oidcIssuerProfile": {"enabled": True},
            "securityProfile": {"workloadIdentity": {"enabled": True}},
            "apiServerAccessProfile": {"enableVnetIntegration": True, "subnetId": made["api"].id},
            "networkProfile": {
                "networkPlugin": "azure",
                "networkPluginMode": "overlay",
                "networkDataplane": "cilium",
                "networkPolicy": "cilium",
                "outboundType": "userAssignedNATGateway",
                "podCidr": "10.244.0.0/16",
                "serviceCidr": "172.20.0.0/16",
                "dnsServiceIP": "172.20.0.10",
            },
            "agentPoolProfiles": [
                {
                    "name": "system",
                    "mode": "System",
                    "count": 3,
                    "vmSize": "Standard_D4ds_v5",
                    "availabilityZones": ["1", "2", "3"],
                    "vnetSubnetID": made["nodes"].id,
                    "nodeTaints": ["CriticalAddonsOnly=true:NoSchedule"],
                }
            ],
            **more,
        }


def role_definition(role: str) -> str:
    """The id of a built-in role."""
    return f"/subscriptions/{directory.HERE.subscription}/providers/Microsoft.Authorization/roleDefinitions/{role}"


@pytest.fixture
def world(tmp_path: Path) -> World:
    account, kubernetes = make(tmp_path / "account"), Kubernetes()
    account.__dict__["_clusters"] = kubernetes
    world = World(account, kubernetes)
    made = world.made
    made["group"] = world.make(GROUP, location=REGION)
    made["network"] = world.make(
        NETWORK, virtualNetworkName="net", location=REGION, addressSpace={"addressPrefixes": ["10.0.0.0/16"]}
    )
    made["address"] = world.make(
        ADDRESS,
        publicIpAddressName="nat",
        location=REGION,
        sku={"name": "Standard"},
        publicIPAllocationMethod="Static",
    )
    made["nat"] = world.make(
        NAT,
        natGatewayName="nat",
        location=REGION,
        sku={"name": "Standard"},
        publicIpAddresses=[{"id": made["address"].id}],
    )
    made["nodes"] = world.subnet("nodes", "10.0.0.0/24", natGateway={"id": made["nat"].id})
    delegation = [{"name": "aks", "serviceName": "Microsoft.ContainerService/managedClusters"}]
    made["api"] = world.subnet("api", "10.0.1.0/28", delegations=delegation)
    made["control"] = world.make(IDENTITY, resourceName="control", location=REGION)
    made["kubelet"] = world.make(IDENTITY, resourceName="kubelet", location=REGION)
    made["workspace"] = world.make(WORKSPACE, workspaceName="shop", location=REGION, retentionInDays=90)
    made["joins"] = world.grant(made["control"], roles.NETWORK_CONTRIBUTOR, made["network"])
    made["operates"] = world.grant(made["control"], roles.IDENTITY_OPERATOR, made["kubelet"])
    return world


@pytest.fixture
def cluster(world: World) -> Record:
    """A cluster that is there."""
    return world.account.create(CLUSTER, world.cluster(), "test")
