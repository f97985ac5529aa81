"""The life of clusters and their pools: a real Kubernetes below each, and what AKS makes beside it."""

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
from anykube_rehearsal.azure.account.lookup import find, last, name, parent
from anykube_rehearsal.azure.account.nodes import nodes, provisioned
from anykube_rehearsal.azure.account.objects import objects
from anykube_rehearsal.azure.account.outputs import etag
from anykube_rehearsal.azure.account.pools import Pool, inline
from anykube_rehearsal.azure.plugin.facts import ADDRESS, BALANCER, CLUSTER, GROUP, IDENTITY, POOL, SUBNET, WINDOWS
from anykube_rehearsal.cloud.account.account import Account
from anykube_rehearsal.cloud.account.model import Behavior, Json, Record

_PROVISIONED = "default"
"""The pool of node auto-provisioning: https://learn.microsoft.com/en-us/azure/aks/node-auto-provisioning"""
_MOST_POOLS = 100
_NOWHERE = "https://127.0.0.1:443"
_ROUTING_SINCE = 36
_SERVICE = "default/rehearsal"
"""Of whom a load balancer is that stays behind."""


def kubernetes(cluster: str) -> str:
    """The name of the Kubernetes below a cluster: names are a resource group's own, so its id has a part in it."""
    return f"{last(cluster).lower().replace('_', '-')}-{ids.guid(ids.key(cluster))[:8]}"


def node_group(inputs: Mapping[str, Any]) -> str:
    """The resource group that AKS makes for nodes: https://learn.microsoft.com/en-us/azure/aks/faq"""
    made = "_".join(("MC", *(str(inputs.get(wire)) for wire in ("resourceGroupName", "resourceName", "location"))))
    return str(inputs.get("nodeResourceGroup") or made[:80])


class Cluster(Behavior):
    """A managed cluster."""

    @override
    def on_create(self, account: Account, record: Record) -> Json:
        """Makes a control plane, the nodes of its own pools, and a resource group for them."""
        version = str(versions.resolve(record.inputs.get("kubernetesVersion")))
        account.clusters.create(kubernetes(record.id), versions.minor(version))
        account.clusters.create_objects(kubernetes(record.id), objects(record.inputs))
        _offer_gateways(account, record, version)
        about = {
            **_beside(account, record),
            "currentKubernetesVersion": version,
            "nodeResourceGroup": node_group(record.inputs),
        }
        whole = Record(record.token, record.id, record.inputs, {**record.outputs, **about})
        _populate(account, whole, version)
        return {**about, **_said(account, whole, version)}

    @override
    def on_update(self, account: Account, old: Record, new: Record) -> Json:
        """Moves it to another version, and its own pools to what they should be."""
        version = versions.resolve(new.inputs.get("kubernetesVersion"))
        moved = new.inputs.get("kubernetesVersion") != old.inputs.get("kubernetesVersion") and version is not None
        current = str(version if moved else old.outputs["currentKubernetesVersion"])
        account.clusters.upgrade(kubernetes(new.id), versions.minor(current))
        account.clusters.create_objects(kubernetes(new.id), objects(new.inputs))
        _offer_gateways(account, new, current)
        _populate(account, new, current)
        kept = {pool.name for pool in inline(new.id, new.inputs)}
        own = {last(one.id) for one in account.store.all(POOL) if ids.within(one.id, new.id)}
        for pool in inline(old.id, old.inputs):
            if pool.name not in kept | own:
                account.clusters.drain(kubernetes(new.id), pool.name)
        return {"currentKubernetesVersion": current, **_said(account, new, current)}

    @override
    def on_load(self, account: Account, record: Record) -> None:
        """It has a resource group for its nodes."""
        _beside(account, record)

    @override
    def on_delete(self, account: Account, record: Record) -> None:
        """Takes its pools and windows with it, and the resource group of its nodes."""
        for one in [*account.store.all(POOL), *account.store.all(WINDOWS)]:
            if ids.within(one.id, record.id):
                account.store.remove(one.token, one.id)
        account.clusters.delete(kubernetes(record.id))
        group = str(ids.ArmId(directory.HERE.subscription, str(record.outputs.get("nodeResourceGroup"))))
        for one in account.store.all():
            if ids.within(one.id, group):
                account.store.remove(one.token, one.id)
        if faults(account).leftover_address:
            _leave_balancer(account, record)


class AgentPool(Behavior):
    """A pool of its own."""

    @override
    def on_create(self, account: Account, record: Record) -> Json:
        """Makes its nodes."""
        return self._converge(account, record, None)

    @override
    def on_update(self, account: Account, old: Record, new: Record) -> Json:
        """Makes its nodes what they should be: new ones are ready before old ones are drained."""
        asked = new.inputs.get("orchestratorVersion")
        same = asked == old.inputs.get("orchestratorVersion")
        return self._converge(account, new, old.outputs["currentOrchestratorVersion"] if same else None)

    @override
    def on_delete(self, account: Account, record: Record) -> None:
        """Drains its nodes."""
        cluster = parent(record.id, "agentPools")
        if find(account, CLUSTER, cluster):
            account.clusters.drain(kubernetes(cluster), last(record.id))

    def _converge(self, account: Account, record: Record, current: str | None) -> Json:
        cluster = find(account, CLUSTER, parent(record.id, "agentPools"))
        assert cluster is not None, "judged when it was asked for"
        asked = record.inputs.get("orchestratorVersion")
        version = current or (versions.resolve(asked) if asked else None) or cluster.outputs["currentKubernetesVersion"]
        pool = Pool(cluster.id, name(record), record.inputs)
        account.clusters.set_nodes(kubernetes(cluster.id), pool.name, nodes(cluster, pool, str(version)))
        return {**_pool(pool, str(version)), "eTag": etag(record), "provisioningState": "Succeeded"}


def kubeconfig(account: Account, cluster: Record) -> str:
    """What AKS gives a user: whose credential it is, the user's own program says. In base64.

    Of a cluster that is recalled it leads to this machine, where nothing answers.
    https://learn.microsoft.com/en-us/azure/aks/kubelogin-authentication
    """
    own, server = name(cluster), {"server": _NOWHERE, "certificate-authority-data": ""}
    if not cluster.recalled:
        plane = account.clusters.cluster(kubernetes(cluster.id))
        authority = base64.b64encode(plane.certificate_authority.encode()).decode()
        server = {"server": plane.server, "certificate-authority-data": authority}
    arguments = ["get-token", "--environment", "AzurePublicCloud", "--server-id", SERVER, "--client-id", CLIENT]
    program = {
        "apiVersion": "client.authentication.k8s.io/v1beta1",
        "command": "kubelogin",
        "args": [*arguments, "--tenant-id", directory.HERE.tenant, "--login", "devicecode"],
        "interactiveMode": "IfAvailable",
    }
    document = {
        "apiVersion": "v1",
        "kind": "Config",
        "clusters": [{"name": own, "cluster": server}],
        "users": [{"name": "clusterUser", "user": {"exec": program}}],
        "contexts": [{"name": own, "context": {"cluster": own, "user": "clusterUser"}}],
        "current-context": own,
    }
    return base64.b64encode(yaml.safe_dump(document).encode()).decode()


SERVER, CLIENT = "6dae42f8-4368-4678-94ff-3960e28e3630", "80faf920-1908-4b52-b5ef-a8e7bedfc67a"
"""AKS' own applications in every tenant: https://azure.github.io/kubelogin/concepts/aks.html"""


def _populate(account: Account, cluster: Record, version: str) -> None:
    own = {last(one.id) for one in account.store.all(POOL) if ids.within(one.id, cluster.id)}
    for pool in inline(cluster.id, cluster.inputs):
        if pool.name not in own:
            asked = pool.inputs.get("orchestratorVersion")
            mine = str((versions.resolve(asked) if asked else None) or version)
            account.clusters.set_nodes(kubernetes(cluster.id), pool.name, nodes(cluster, pool, mine))
    if more := list(provisioned(cluster, version)):
        account.clusters.set_nodes(kubernetes(cluster.id), _PROVISIONED, more)


def _offer_gateways(account: Account, cluster: Record, version: str) -> None:
    """Application routing with the Gateway API, which Automatic has by itself since 1.36.

    https://learn.microsoft.com/en-us/azure/aks/app-routing-gateway-api
    """
    automatic = (cluster.inputs.get("sku") or {}).get("name") == "Automatic"
    if automatic and versions.number(version) >= _ROUTING_SINCE:
        install_gateway_api(
            account.clusters.cluster(kubernetes(cluster.id)), ("approuting-istio",), "istio.io/gateway-controller"
        )


def _beside(account: Account, cluster: Record) -> Json:
    """The resource group of the nodes, and in it an identity for them where none is given."""
    group, region = node_group(cluster.inputs), str(cluster.get("location"))
    account.add(GROUP, {"resourceGroupName": group, "location": region, "managedBy": cluster.id})
    given = cluster.inputs.get("identityProfile") or {}
    if given.get("kubeletidentity"):
        return {}
    own = {"resourceGroupName": group, "resourceName": f"{name(cluster)}-agentpool", "location": region}
    principal = ids.guid("kubelet", cluster.id)
    made = {"principalId": principal, "clientId": ids.guid("application", principal), "tenantId": directory.HERE.tenant}
    record = account.add(IDENTITY, own, made)
    about = {"resourceId": record.id, "clientId": made["clientId"], "objectId": principal}
    return {"identityProfile": {**given, "kubeletidentity": about}}


def _said(account: Account, cluster: Record, version: str) -> Json:
    inputs, prefix = cluster.inputs, str(cluster.inputs.get("dnsPrefix") or cluster.inputs.get("fqdnSubdomain"))
    region = regions.canonical(str(cluster.get("location")))
    host = f"{prefix}-{ids.guid(cluster.id)[:8]}"
    access = inputs.get("apiServerAccessProfile") or {}
    private = bool(access.get("enablePrivateCluster"))
    public = not private or access.get("enablePrivateClusterPublicFQDN") is not False
    issuer = f"https://{region}.oic.prod-aks.azure.com/{directory.HERE.tenant}/{ids.guid('issuer', cluster.id)}/"
    on = bool((inputs.get("oidcIssuerProfile") or {}).get("enabled"))
    return {
        "provisioningState": "Succeeded",
        "powerState": {"code": "Running"},
        "maxAgentPools": _MOST_POOLS,
        "resourceUID": ids.guid("cluster", cluster.id)[:24].replace("-", ""),
        "eTag": etag(cluster),
        "fqdn": f"{host}.hcp.{region}.azmk8s.io" if public else "",
        "azurePortalFQDN": f"{host}.portal.hcp.{region}.azmk8s.io" if public else "",
        "privateFQDN": f"{host}.{ids.guid('zone', cluster.id)[:8]}.privatelink.{region}.azmk8s.io" if private else "",
        "systemData": {},
        "kubernetesVersion": inputs.get("kubernetesVersion") or version,
        "identity": _identity(account, cluster),
        "oidcIssuerProfile": {"enabled": on, "issuerURL": issuer if on else ""},
        "agentPoolProfiles": [
            {**pool.inputs, **_pool(pool, version), "eTag": etag(cluster), "provisioningState": "Succeeded"}
            for pool in inline(cluster.id, inputs)
        ],
    }


def _identity(account: Account, cluster: Record) -> Json:
    given = cluster.inputs.get("identity") or {}
    known = {}
    for one in given.get("userAssignedIdentities") or []:
        found = find(account, IDENTITY, one)
        outputs = found.outputs if found else {}
        known[one] = {"clientId": outputs.get("clientId", ""), "principalId": outputs.get("principalId", "")}
    system = given.get("type") == "SystemAssigned"
    return {
        **given,
        "principalId": ids.guid("control plane", cluster.id) if system else "",
        "tenantId": directory.HERE.tenant if system else "",
        **({"userAssignedIdentities": known} if known else {}),
    }


def _pool(pool: Pool, version: str) -> Json:
    return {
        "name": pool.name,
        "currentOrchestratorVersion": version,
        "nodeImageVersion": f"AKS{pool.inputs.get('osSKU') or 'Ubuntu'}-{versions.minor(version)}-202611.20.0",
        "count": pool.size,
    }


def _leave_balancer(account: Account, cluster: Record) -> None:
    """The public address of a Service that asked for another resource group than the nodes', with a load balancer that
    answers at it, and in the subnet of the nodes.

    https://cloud-provider-azure.sigs.k8s.io/topics/loadbalancer/. In AKS all clusters are called `kubernetes` by
    the provider's own tag, and the tags of the cluster are copied onto what it makes:
    https://cloud-provider-azure.sigs.k8s.io/topics/tagging-resources/
    """
    subnet = next((pool.subnet for pool in inline(cluster.id, cluster.inputs) if pool.subnet), "")
    place = find(account, SUBNET, subnet)
    group, own_group = ids.parse(place.id if place else cluster.id), ids.parse(cluster.id)
    assert group is not None
    assert own_group is not None
    copied = {"aks-managed-cluster-name": name(cluster), "aks-managed-cluster-rg": own_group.group}
    made = {"k8s-azure-cluster-name": "kubernetes", "k8s-azure-service": _SERVICE}
    own = {"resourceGroupName": group.group, "location": str(cluster.get("location"))}
    address = account.add(
        ADDRESS,
        {
            **own,
            "publicIpAddressName": f"kubernetes-a{ids.guid('left', cluster.id).replace('-', '')[:31]}",
            "sku": {"name": "Standard"},
            "publicIPAllocationMethod": "Static",
            "tags": {**copied, **made},
        },
    )
    fronts: list[Json] = [{"name": "public", "publicIPAddress": {"id": address.id}}]
    if place is not None:
        fronts.append({"name": "internal", "subnet": {"id": place.id}})
    balancer = {"loadBalancerName": "kubernetes", "frontendIPConfigurations": fronts, "tags": copied}
    account.add(BALANCER, {**own, **balancer})
