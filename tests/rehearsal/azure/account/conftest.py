"""A simulated subscription with a network, identities and valid inputs of a cluster. Kubernetes is in memory."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from anykube_cli.kubernetes.nodes import Node
from anykube_rehearsal.azure import ids
from anykube_rehearsal.azure.account import directory
from anykube_rehearsal.azure.account.__main__ import create_account
from anykube_rehearsal.azure.account.catalogue import roles
from anykube_rehearsal.azure.plugin.facts import (
    ASSIGNMENT,
    CLUSTER,
    GROUP,
    IDENTITY,
    NAT,
    NETWORK,
    PUBLIC_IP,
    SUBNET,
    WORKSPACE,
)
from anykube_rehearsal.cloud.account.account import Account
from anykube_rehearsal.cloud.account.model import Json, Record
from anykube_rehearsal.cloud.kubernetes import ControlPlane

GROUP_NAME, REGION = "shop", "westeurope"


class InMemoryClusters:
    """Records what the account does to Kubernetes clusters."""

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

    def names(self, kind: str) -> set[str]:
        """The names of the objects of a kind, such as storageclasses."""
        (objects,) = [manifests for path, manifests in self.objects.items() if path.endswith(f"/{kind}")]
        return {str(dict(manifest["metadata"])["name"]) for manifest in objects}  # type: ignore[call-overload]

    def pool(self, name: str) -> Sequence[Node]:
        """The nodes of the only pool with this name."""
        (pool_nodes,) = [nodes for (_, group), nodes in self.nodes.items() if group == name]
        return pool_nodes


@dataclass
class Subscription:
    """The account, and its initial resources by short names."""

    account: Account
    kubernetes: InMemoryClusters
    resources: dict[str, Record] = field(default_factory=dict)

    def create(self, token: str, /, **inputs: Any) -> Record:
        """Creates a resource, by default in the tests' resource group."""
        group = {} if token == ASSIGNMENT else {"resourceGroupName": GROUP_NAME}
        return self.account.create(token, {**group, **inputs}, "test")

    def subnet(self, name: str, prefix: str, **inputs: Any) -> Record:
        return self.create(SUBNET, virtualNetworkName="net", subnetName=name, addressPrefix=prefix, **inputs)

    def assign(self, identity: Record, role: str, scope: Record) -> Record:
        return self.create(ASSIGNMENT, **self.assignment(identity, role, scope))

    def assignment(self, identity: Record, role: str, scope: Record) -> Json:
        """The inputs of a role assignment."""
        principal = identity.outputs["principalId"]
        return {
            "scope": scope.id,
            "principalId": principal,
            "principalType": "ServicePrincipal",
            "roleDefinitionId": role_definition(role),
            "roleAssignmentName": ids.guid(scope.id, principal, role),
        }

    def pool(self, **overrides: Any) -> Json:
        """Valid inputs of a pool, with overrides."""
        return {
            "resourceGroupName": GROUP_NAME,
            "resourceName": "shop",
            "agentPoolName": "web",
            "vmSize": "Standard_D2as_v5",
            "count": 1,
            "mode": "User",
            "vnetSubnetID": self.resources["nodes"].id,
            **overrides,
        }

    def cluster(self, **overrides: Any) -> Json:
        """Valid inputs of a cluster, with overrides."""
        resources = self.resources
        return {
            "resourceGroupName": GROUP_NAME,
            "resourceName": "shop",
            "location": REGION,
            "dnsPrefix": "shop",
            "kubernetesVersion": "1.35",
            "sku": {"name": "Base", "tier": "Standard"},
            "identity": {"type": "UserAssigned", "userAssignedIdentities": [resources["control"].id]},
            "identityProfile": {"kubeletidentity": {"resourceId": resources["kubelet"].id}},
            "aadProfile": {"managed": True, "enableAzureRBAC": True},
            "disableLocalAccounts": True,
            "oidcIssuerProfile": {"enabled": True},
            "securityProfile": {"workloadIdentity": {"enabled": True}},
            "apiServerAccessProfile": {"enableVnetIntegration": True, "subnetId": resources["api"].id},
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
                    "vnetSubnetID": resources["nodes"].id,
                    "nodeTaints": ["CriticalAddonsOnly=true:NoSchedule"],
                }
            ],
            **overrides,
        }


def role_definition(role: str) -> str:
    """The id of a built-in role."""
    return f"/subscriptions/{directory.DIRECTORY.subscription}/providers/Microsoft.Authorization/roleDefinitions/{role}"


@pytest.fixture
def subscription(tmp_path: Path) -> Subscription:
    account, kubernetes = create_account(tmp_path / "account"), InMemoryClusters()
    account.__dict__["_clusters"] = kubernetes
    subscription = Subscription(account, kubernetes)
    resources = subscription.resources
    resources["group"] = subscription.create(GROUP, location=REGION)
    resources["network"] = subscription.create(
        NETWORK, virtualNetworkName="net", location=REGION, addressSpace={"addressPrefixes": ["10.0.0.0/16"]}
    )
    resources["address"] = subscription.create(
        PUBLIC_IP,
        publicIpAddressName="nat",
        location=REGION,
        sku={"name": "Standard"},
        publicIPAllocationMethod="Static",
    )
    resources["nat"] = subscription.create(
        NAT,
        natGatewayName="nat",
        location=REGION,
        sku={"name": "Standard"},
        publicIpAddresses=[{"id": resources["address"].id}],
    )
    resources["nodes"] = subscription.subnet("nodes", "10.0.0.0/24", natGateway={"id": resources["nat"].id})
    delegation = [{"name": "aks", "serviceName": "Microsoft.ContainerService/managedClusters"}]
    resources["api"] = subscription.subnet("api", "10.0.1.0/28", delegations=delegation)
    resources["control"] = subscription.create(IDENTITY, resourceName="control", location=REGION)
    resources["kubelet"] = subscription.create(IDENTITY, resourceName="kubelet", location=REGION)
    resources["workspace"] = subscription.create(WORKSPACE, workspaceName="shop", location=REGION, retentionInDays=90)
    resources["network_role"] = subscription.assign(
        resources["control"], roles.NETWORK_CONTRIBUTOR, resources["network"]
    )
    subscription.assign(resources["control"], roles.IDENTITY_OPERATOR, resources["kubelet"])
    return subscription


@pytest.fixture
def cluster(subscription: Subscription) -> Record:
    """A cluster in the account."""
    return subscription.account.create(CLUSTER, subscription.cluster(), "test")
