"""The lifecycle of clusters and their pools. Each cluster has a real Kubernetes control plane and simulated nodes."""

import base64
from collections.abc import Mapping
from typing import Any

import yaml
from anykube_cli.kubernetes.gateways import install_gateway_api
from typing_extensions import override

from anykube_rehearsal.azure import ids
from anykube_rehearsal.azure.account import directory
from anykube_rehearsal.azure.account.catalogue import regions, versions
from anykube_rehearsal.azure.account.faults import faults
from anykube_rehearsal.azure.account.lookup import find, last_segment, name, parent
from anykube_rehearsal.azure.account.nodes import nodes, provisioned
from anykube_rehearsal.azure.account.objects import objects
from anykube_rehearsal.azure.account.outputs import etag
from anykube_rehearsal.azure.account.pools import Pool, inline_pools
from anykube_rehearsal.azure.plugin.facts import (
    CLUSTER,
    GROUP,
    IDENTITY,
    LOAD_BALANCER,
    MAINTENANCE,
    POOL,
    PUBLIC_IP,
    SUBNET,
)
from anykube_rehearsal.cloud.account.account import Account
from anykube_rehearsal.cloud.account.model import Behavior, Json, Record

_PROVISIONED = "default"
"""The pool of node auto-provisioning: https://learn.microsoft.com/en-us/azure/aks/node-auto-provisioning"""
_MAX_POOLS = 100
_UNREACHABLE_SERVER = "https://127.0.0.1:443"
_GATEWAY_API_SINCE = 36
PRIVATE_NAME, PUBLIC_NAME = "private", "public"
"""The names of a cluster's API."""
_SERVICE = "default/rehearsal"
"""The Service whose load balancer stays behind with the fault `leftover_address`."""


def kubernetes_name(cluster: str) -> str:
    """The name of a cluster's control plane. It contains a hash, because AKS names are unique per resource group."""
    return f"{last_segment(cluster).lower().replace('_', '-')}-{ids.guid(ids.key(cluster))[:8]}"


def node_group(inputs: Mapping[str, Any]) -> str:
    """The resource group that AKS creates for nodes: https://learn.microsoft.com/en-us/azure/aks/faq"""
    default = "_".join(("MC", *(str(inputs.get(wire)) for wire in ("resourceGroupName", "resourceName", "location"))))
    return str(inputs.get("nodeResourceGroup") or default[:80])


class Cluster(Behavior):
    """A managed cluster."""

    @override
    def on_create(self, account: Account, record: Record) -> Json:
        """Creates the control plane, the nodes of the inline pools, and the node resource group."""
        version = str(versions.resolve(record.inputs.get("kubernetesVersion")))
        account.clusters.create(kubernetes_name(record.id), versions.minor(version))
        account.clusters.create_objects(kubernetes_name(record.id), objects(record.inputs))
        _offer_gateways(account, record, version)
        outputs = {
            **_create_node_group(account, record),
            "currentKubernetesVersion": version,
            "nodeResourceGroup": node_group(record.inputs),
        }
        cluster = Record(record.token, record.id, record.inputs, {**record.outputs, **outputs})
        _create_nodes(account, cluster, version)
        return {**outputs, **_computed_outputs(account, cluster, version)}

    @override
    def on_update(self, account: Account, old: Record, new: Record) -> Json:
        """Upgrades the cluster if necessary, and updates the inline pools."""
        version = versions.resolve(new.inputs.get("kubernetesVersion"))
        upgrade = new.inputs.get("kubernetesVersion") != old.inputs.get("kubernetesVersion") and version is not None
        current = str(version if upgrade else old.outputs["currentKubernetesVersion"])
        account.clusters.upgrade(kubernetes_name(new.id), versions.minor(current))
        account.clusters.create_objects(kubernetes_name(new.id), objects(new.inputs))
        _offer_gateways(account, new, current)
        _create_nodes(account, new, current)
        remaining = {pool.name for pool in inline_pools(new.id, new.inputs)} | _standalone_pools(account, new)
        for pool in inline_pools(old.id, old.inputs):
            if pool.name not in remaining:
                account.clusters.drain(kubernetes_name(new.id), pool.name)
        return {"currentKubernetesVersion": current, **_computed_outputs(account, new, current)}

    @override
    def on_load(self, account: Account, record: Record) -> None:
        """Adds the node resource group, which the state does not contain."""
        _create_node_group(account, record)

    @override
    def on_delete(self, account: Account, record: Record) -> None:
        """Deletes the cluster with its pools, maintenance configurations and node resource group."""
        for child in [*account.store.all(POOL), *account.store.all(MAINTENANCE)]:
            if ids.within(child.id, record.id):
                account.store.remove(child.token, child.id)
        account.clusters.delete(kubernetes_name(record.id))
        account.gates.close(kubernetes_name(record.id))
        group = str(ids.ArmId(directory.DIRECTORY.subscription, str(record.outputs.get("nodeResourceGroup"))))
        for member in account.store.all():
            if ids.within(member.id, group):
                account.store.remove(member.token, member.id)
        if faults(account).leftover_address:
            _leave_load_balancer(account, record)


class AgentPool(Behavior):
    """A pool that is a separate resource."""

    @override
    def on_create(self, account: Account, record: Record) -> Json:
        """Creates the nodes."""
        return self._converge(account, record, None)

    @override
    def on_update(self, account: Account, old: Record, new: Record) -> Json:
        """Updates the nodes: new ones are ready before old ones are drained."""
        same_version = new.inputs.get("orchestratorVersion") == old.inputs.get("orchestratorVersion")
        return self._converge(account, new, old.outputs["currentOrchestratorVersion"] if same_version else None)

    @override
    def on_delete(self, account: Account, record: Record) -> None:
        """Drains the nodes."""
        cluster = parent(record.id, "agentPools")
        if find(account, CLUSTER, cluster):
            account.clusters.drain(kubernetes_name(cluster), last_segment(record.id))

    def _converge(self, account: Account, record: Record, current: str | None) -> Json:
        cluster = find(account, CLUSTER, parent(record.id, "agentPools"))
        assert cluster is not None, "the account's rules require a cluster"
        requested = record.inputs.get("orchestratorVersion")
        version = current or (versions.resolve(requested) if requested else None)
        version = version or cluster.outputs["currentKubernetesVersion"]
        pool = Pool(cluster.id, name(record), record.inputs)
        account.clusters.set_nodes(kubernetes_name(cluster.id), pool.name, nodes(cluster, pool, str(version)))
        return {**_pool_outputs(pool, str(version)), "eTag": etag(record), "provisioningState": "Succeeded"}


def kubeconfig(account: Account, cluster: Record, *, public_name: bool = False) -> str:
    """The kubeconfig that AKS gives a user, in base64. It gets credentials from kubelogin.

    It has the private name of a private cluster, unless the request asks for the public one.

    For a cluster that was only recalled from a state, the server is unreachable.
    https://learn.microsoft.com/en-us/azure/aks/kubelogin-authentication
    """
    context, server = name(cluster), {"server": _UNREACHABLE_SERVER, "certificate-authority-data": ""}
    if not cluster.recalled:
        plane = account.clusters.cluster(kubernetes_name(cluster.id))
        authority = base64.b64encode(plane.certificate_authority.encode()).decode()
        private = bool((cluster.inputs.get("apiServerAccessProfile") or {}).get("enablePrivateCluster"))
        address = PRIVATE_NAME if private and not public_name else PUBLIC_NAME
        url = account.gates.url(kubernetes_name(cluster.id), address, plane.server)
        server = {"server": url, "certificate-authority-data": authority}
    arguments = ["get-token", "--environment", "AzurePublicCloud", "--server-id", SERVER, "--client-id", CLIENT]
    program = {
        "apiVersion": "client.authentication.k8s.io/v1beta1",
        "command": "kubelogin",
        "args": [*arguments, "--tenant-id", directory.DIRECTORY.tenant, "--login", "devicecode"],
        "interactiveMode": "IfAvailable",
    }
    document = {
        "apiVersion": "v1",
        "kind": "Config",
        "clusters": [{"name": context, "cluster": server}],
        "users": [{"name": "clusterUser", "user": {"exec": program}}],
        "contexts": [{"name": context, "context": {"cluster": context, "user": "clusterUser"}}],
        "current-context": context,
    }
    return base64.b64encode(yaml.safe_dump(document).encode()).decode()


SERVER, CLIENT = "6dae42f8-4368-4678-94ff-3960e28e3630", "80faf920-1908-4b52-b5ef-a8e7bedfc67a"
"""The AKS server and client applications, the same in every tenant: https://azure.github.io/kubelogin/concepts/aks.html"""


def _create_nodes(account: Account, cluster: Record, version: str) -> None:
    """Creates the nodes of the inline pools, unless a separate resource manages them, and of auto-provisioning."""
    standalone = _standalone_pools(account, cluster)
    for pool in inline_pools(cluster.id, cluster.inputs):
        if pool.name not in standalone:
            requested = pool.inputs.get("orchestratorVersion")
            pool_version = str((versions.resolve(requested) if requested else None) or version)
            account.clusters.set_nodes(kubernetes_name(cluster.id), pool.name, nodes(cluster, pool, pool_version))
    if provisioned_nodes := list(provisioned(cluster, version)):
        account.clusters.set_nodes(kubernetes_name(cluster.id), _PROVISIONED, provisioned_nodes)


def _standalone_pools(account: Account, cluster: Record) -> set[str]:
    return {name(pool) for pool in account.store.all(POOL) if ids.within(pool.id, cluster.id)}


def _offer_gateways(account: Account, cluster: Record, version: str) -> None:
    """Adds the GatewayClass of application routing, which Automatic enables by default since 1.36.

    https://learn.microsoft.com/en-us/azure/aks/app-routing-gateway-api
    """
    automatic = (cluster.inputs.get("sku") or {}).get("name") == "Automatic"
    if automatic and versions.number(version) >= _GATEWAY_API_SINCE:
        install_gateway_api(
            account.clusters.cluster(kubernetes_name(cluster.id)), ("approuting-istio",), "istio.io/gateway-controller"
        )


def _create_node_group(account: Account, cluster: Record) -> Json:
    """Creates the node resource group and, unless one is set, a kubelet identity. Returns outputs."""
    group, region = node_group(cluster.inputs), str(cluster.get("location"))
    account.add(GROUP, {"resourceGroupName": group, "location": region, "managedBy": cluster.id})
    profile = cluster.inputs.get("identityProfile") or {}
    if profile.get("kubeletidentity"):
        return {}
    inputs = {"resourceGroupName": group, "resourceName": f"{name(cluster)}-agentpool", "location": region}
    principal = ids.guid("kubelet", cluster.id)
    client = ids.guid("application", principal)
    outputs = {"principalId": principal, "clientId": client, "tenantId": directory.DIRECTORY.tenant}
    identity = account.add(IDENTITY, inputs, outputs)
    kubelet = {"resourceId": identity.id, "clientId": client, "objectId": principal}
    return {"identityProfile": {**profile, "kubeletidentity": kubelet}}


def _computed_outputs(account: Account, cluster: Record, version: str) -> Json:
    inputs, prefix = cluster.inputs, str(cluster.inputs.get("dnsPrefix") or cluster.inputs.get("fqdnSubdomain"))
    region = regions.canonical(str(cluster.get("location")))
    host = f"{prefix}-{ids.guid(cluster.id)[:8]}"
    access = inputs.get("apiServerAccessProfile") or {}
    private = bool(access.get("enablePrivateCluster"))
    public = not private or access.get("enablePrivateClusterPublicFQDN") is not False
    issuer = f"https://{region}.oic.prod-aks.azure.com/{directory.DIRECTORY.tenant}/{ids.guid('issuer', cluster.id)}/"
    oidc_enabled = bool((inputs.get("oidcIssuerProfile") or {}).get("enabled"))
    return {
        "provisioningState": "Succeeded",
        "powerState": {"code": "Running"},
        "maxAgentPools": _MAX_POOLS,
        "resourceUID": ids.guid("cluster", cluster.id)[:24].replace("-", ""),
        "eTag": etag(cluster),
        "fqdn": f"{host}.hcp.{region}.azmk8s.io" if public else "",
        "azurePortalFQDN": f"{host}.portal.hcp.{region}.azmk8s.io" if public else "",
        "privateFQDN": f"{host}.{ids.guid('zone', cluster.id)[:8]}.privatelink.{region}.azmk8s.io" if private else "",
        "systemData": {},
        "kubernetesVersion": inputs.get("kubernetesVersion") or version,
        "identity": _identity(account, cluster),
        "oidcIssuerProfile": {"enabled": oidc_enabled, "issuerURL": issuer if oidc_enabled else ""},
        "agentPoolProfiles": [
            {**pool.inputs, **_pool_outputs(pool, version), "eTag": etag(cluster), "provisioningState": "Succeeded"}
            for pool in inline_pools(cluster.id, inputs)
        ],
    }


def _identity(account: Account, cluster: Record) -> Json:
    identity = cluster.inputs.get("identity") or {}
    user_assigned = {}
    for identifier in identity.get("userAssignedIdentities") or []:
        record = find(account, IDENTITY, identifier)
        outputs = record.outputs if record else {}
        user_assigned[identifier] = {
            "clientId": outputs.get("clientId", ""),
            "principalId": outputs.get("principalId", ""),
        }
    system = identity.get("type") == "SystemAssigned"
    return {
        **identity,
        "principalId": ids.guid("control plane", cluster.id) if system else "",
        "tenantId": directory.DIRECTORY.tenant if system else "",
        **({"userAssignedIdentities": user_assigned} if user_assigned else {}),
    }


def _pool_outputs(pool: Pool, version: str) -> Json:
    return {
        "name": pool.name,
        "currentOrchestratorVersion": version,
        "nodeImageVersion": f"AKS{pool.inputs.get('osSKU') or 'Ubuntu'}-{versions.minor(version)}-202611.20.0",
        "count": pool.size,
    }


def _leave_load_balancer(account: Account, cluster: Record) -> None:
    """Adds the public IP and load balancer of a Service in another resource group than the nodes'.

    The load balancer has a public frontend, and an internal one in the subnet of the nodes.

    https://cloud-provider-azure.sigs.k8s.io/topics/loadbalancer/. In AKS, the provider's own tag names all clusters
    `kubernetes`, and the cluster's tags are copied to the resources that it creates:
    https://cloud-provider-azure.sigs.k8s.io/topics/tagging-resources/
    """
    subnet_id = next((pool.subnet for pool in inline_pools(cluster.id, cluster.inputs) if pool.subnet), "")
    subnet = find(account, SUBNET, subnet_id)
    parent_id, cluster_id = ids.parse(subnet.id if subnet else cluster.id), ids.parse(cluster.id)
    assert parent_id is not None
    assert cluster_id is not None
    cluster_tags = {"aks-managed-cluster-name": name(cluster), "aks-managed-cluster-rg": cluster_id.group}
    service_tags = {"k8s-azure-cluster-name": "kubernetes", "k8s-azure-service": _SERVICE}
    common = {"resourceGroupName": parent_id.group, "location": str(cluster.get("location"))}
    address = account.add(
        PUBLIC_IP,
        {
            **common,
            "publicIpAddressName": f"kubernetes-a{ids.guid('left', cluster.id).replace('-', '')[:31]}",
            "sku": {"name": "Standard"},
            "publicIPAllocationMethod": "Static",
            "tags": {**cluster_tags, **service_tags},
        },
    )
    frontends: list[Json] = [{"name": "public", "publicIPAddress": {"id": address.id}}]
    if subnet is not None:
        frontends.append({"name": "internal", "subnet": {"id": subnet.id}})
    balancer = {"loadBalancerName": "kubernetes", "frontendIPConfigurations": frontends, "tags": cluster_tags}
    account.add(LOAD_BALANCER, {**common, **balancer})
