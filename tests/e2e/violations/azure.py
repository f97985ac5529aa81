"""Violations that Azure, its plugin or the settings reject."""

from typing import Any

from tests.e2e.violations.model import Resource, Step, Violation, Violations

_CLUSTER, _POOL = "azure-native:containerservice:ManagedCluster", "azure-native:containerservice:AgentPool"
_SUBNET, _ASSIGNMENT = "azure-native:network:Subnet", "azure-native:authorization:RoleAssignment"
_SUBSCRIPTION = "00000000-0000-0000-0000-000000000000"

_PAGES: dict[str, dict[str, Violation]] = {
    "invalid-network": {
        "one zone": Violation({"zones": ["1"]}, "cluster.zones", "at least 2"),
        "network too small": Violation(
            {"network": {"cidr": "10.0.0.0/24"}}, "cluster.network.cidr", "a /24 is too small"
        ),
        "services too large": Violation(
            {"network": {"services": "172.0.0.0/8"}}, "cluster.network.services", "Use a range from /13 to /24"
        ),
        "open to all": Violation({"api": {"public": ["0.0.0.0/0"]}}, "cluster.api.public[0]", "the whole internet"),
        "version out of support": Violation({"version": "1.29"}, "cluster.version", "1.34, 1.35, 1.36"),
        "unknown field": Violation({"netwrok": {}}, "cluster.netwrok", "Did you mean network?"),
        "invalid principal": Violation(
            {"access": {"admins": ["arn:aws:iam::1:role/a"]}}, "cluster.access.admins[0]", "object ID"
        ),
    },
    "invalid-ranges": {
        "zone of another region": Violation(
            {"zones": ["1", "2", "westeurope-1"]}, "cluster.zones[2]", "not an Azure zone"
        ),
        "overlapping ranges": Violation(
            {"network": {"cidr": "10.0.0.0/16", "services": "10.0.0.0/20"}}, "cluster.network.services", "overlap"
        ),
        "window too short": Violation(
            {"maintenance": {"days": ["monday"], "hours": 2}}, "cluster.maintenance.hours", "at least 4"
        ),
    },
    "invalid-zones": {"zone twice": Violation({"zones": ["1", "1"]}, "cluster.zones[1]", "a second time")},
    "invalid-pools": {
        "min above max": Violation({"pools": {"a": {"min": 3, "max": 2}}}, "cluster.pools.a.min", "greater than max"),
        "other architecture than the machine type": Violation(
            {"pools": {"b": {"count": 1, "machine": {"type": "Standard_D2ps_v5", "arch": "amd64"}}}},
            "cluster.pools.b.machine.arch",
            "which has arm64",
        ),
        "unknown machine type": Violation(
            {"pools": {"c": {"count": 1, "machine": {"type": "Standard_D2s_v9"}}}},
            "cluster.pools.c.machine.type",
            "Standard_D2s_v9",
        ),
        "invalid taint effect": Violation(
            {"pools": {"d": {"count": 1, "taints": [{"key": "a", "effect": "NoRun"}]}}},
            "cluster.pools.d.taints[0].effect",
            "NoSchedule",
        ),
        "zone outside of the cluster": Violation(
            {"pools": {"f": {"count": 1, "zones": ["3"]}}}, "cluster.pools.f.zones[0]", "has no zone"
        ),
    },
}

_PROVIDER: dict[str, Violation] = {
    "unknown property": Violation(
        ("azure-native:network:VirtualNetwork", {"resourceGroupName": "a", "adressSpace": {}}),
        "adressSpace",
        "no such property",
    ),
    "missing property": Violation((_POOL, {"resourceGroupName": "a"}), "resourceName", "is required"),
    "wrong type": Violation(
        (_POOL, {"resourceGroupName": "a", "resourceName": "b", "nodeTaints": "c"}), "nodeTaints", "must be a list"
    ),
    "invalid value": Violation(
        (_POOL, {"resourceGroupName": "a", "resourceName": "b", "mode": "Systems"}), "mode", "Systems"
    ),
    "value of a closed enumeration": Violation(
        (_CLUSTER, {"resourceGroupName": "a", "identity": {"type": "Mine"}}), "identity.type", "Mine"
    ),
    "too many": Violation(
        (_POOL, {"resourceGroupName": "a", "resourceName": "b", "count": 2000}), "count", "at most 1000"
    ),
    "unknown type": Violation(
        ("azure-native:containerservice:ManagedClutser", {}), "ManagedClutser", "no azure-native:containerservice:Mana"
    ),
}


def _with_network(*resources: Resource) -> list[Resource]:
    group = ("group", "azure-native:resources:ResourceGroup", {"resourceGroupName": "raw", "location": "westeurope"})
    return [
        group,
        (
            "network",
            "azure-native:network:VirtualNetwork",
            _in_group(virtualNetworkName="raw", addressSpace={"addressPrefixes": ["10.9.0.0/16"]}),
        ),
        _subnet("nodes", "10.9.0.0/24"),
        *resources,
    ]


def _in_group(**overrides: Any) -> dict[str, Any]:
    return {"resourceGroupName": "${group.name}", "location": "westeurope", **overrides}


def _subnet(name: str, prefix: str) -> Resource:
    names = {"resourceGroupName": "${group.name}", "virtualNetworkName": "${network.name}", "subnetName": name}
    return name, _SUBNET, {**names, "addressPrefix": prefix}


def _cluster(pool: dict[str, Any] | None = None, **overrides: Any) -> Resource:
    system_pool = {"name": "system", "mode": "System", "vmSize": "Standard_D4ds_v5", "count": 1, **(pool or {})}
    inputs = _in_group(
        resourceName="raw",
        dnsPrefix="raw",
        kubernetesVersion="1.34",
        identity={"type": "SystemAssigned"},
        aadProfile={"managed": True, "enableAzureRBAC": True},
        disableLocalAccounts=True,
        sku={"name": "Base", "tier": "Standard"},
        agentPoolProfiles=[system_pool],
    )
    return "cluster", _CLUSTER, {**inputs, **overrides}


def _pool(**overrides: Any) -> Resource:
    names = {"resourceGroupName": "${group.name}", "resourceName": "${cluster.name}", "agentPoolName": "web"}
    return "web", _POOL, {**names, "vmSize": "Standard_D2as_v5", "count": 1, "mode": "User", **overrides}


def _assignment(name: str, guid: str) -> Resource:
    role = f"/subscriptions/{_SUBSCRIPTION}/providers/Microsoft.Authorization/roleDefinitions/"
    inputs = {
        "scope": "${network.id}",
        "principalId": "${identity.principalId}",
        "principalType": "ServicePrincipal",
        "roleDefinitionId": f"{role}acdd72a7-3385-48ef-bd42-f606fba81ae7",
        "roleAssignmentName": guid,
    }
    return name, _ASSIGNMENT, inputs


_LOCK = ("lock", "azure-native:authorization:ManagementLockByScope", {"scope": "${cluster.id}", "lockName": "keep"})
_LOCKED = (*_LOCK[:2], {**_LOCK[2], "level": "CanNotDelete"})
_IDENTITY = ("identity", "azure-native:managedidentity:UserAssignedIdentity", _in_group(resourceName="raw-identity"))
_FIRST, _SECOND = (
    _assignment(name, f"00000000-0000-4000-8000-00000000000{name[-1]}") for name in ("reads-1", "reads-2")
)
_API_SERVER = {"enableVnetIntegration": True, "subnetId": "${nodes.id}"}

_REQUESTS = (
    Step(_with_network()),
    Step(
        _with_network(_subnet("over", "10.9.0.128/25"), _subnet("outside", "10.8.0.0/24")),
        ["NetcfgSubnetRangesOverlap: addressPrefix: 10.9.0.128/25", "NetcfgInvalidSubnet: addressPrefix: 10.8.0.0/24"],
    ),
    Step(_with_network(_IDENTITY, _FIRST)),
    Step(_with_network(_IDENTITY, _FIRST, _SECOND), ["RoleAssignmentExists"]),
    Step(_with_network(_cluster(kubernetesVersion="1.29")), ["K8sVersionNotSupported: kubernetesVersion: 1.29"]),
    Step(_with_network(_cluster({"mode": "User"})), ["MustHaveSystemPool"]),
    Step(_with_network(_cluster({"vmSize": "Standard_D3s_v5"})), ["VMSizeNotSupported: agentPoolProfiles[0].vmSize"]),
    Step(
        _with_network(_cluster({"vnetSubnetID": "${nodes.id}"}, apiServerAccessProfile=_API_SERVER)),
        ["SubnetNotDelegated"],
    ),
    Step(_with_network(_cluster(), _pool(), _LOCKED)),
    Step(_with_network(_cluster(), _LOCKED), ["ScopeLocked"]),
    Step(_with_network(_cluster(kubernetesVersion="1.36"), _pool(), _LOCKED), ["Do not skip a minor version"]),
    Step(_with_network(_cluster(), _pool(availabilityZones=["1"]), _LOCKED), ["PropertyChangeNotAllowed"]),
    Step(_with_network(_cluster(), _pool())),
)

AZURE = Violations(
    stack="azure-dev",
    cluster={
        "cloud": "azure",
        "name": "a",
        "region": "westeurope",
        "zones": ["1", "2"],
        "aks": {"subscription": _SUBSCRIPTION},
        "pools": {
            "system": {
                "min": 2,
                "max": 3,
                "taints": [{"key": "CriticalAddonsOnly", "value": "true", "effect": "NoSchedule"}],
            },
            "main": {"count": 1},
        },
    },
    invalid_settings=_PAGES,
    provider=_PROVIDER,
    requests=_REQUESTS,
)
