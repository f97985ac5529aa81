"""Rules for several fields of an AKS cluster. For rules of single fields see facts.py."""

from collections.abc import Iterator

from anykube._clusters.aks.facts import AUTOMATIC_VERSION
from anykube._clusters.aks.placement import SYSTEM_TAINT
from anykube._clusters.managed import ManagedCluster, Network
from anykube._rules.context import RuleContext, apps
from anykube._rules.findings import Finding
from anykube._rules.node import ConfigNode

_DEFAULT_VERSION = str(ManagedCluster.model_fields["version"].default)
_DEFAULT_NAT = Network().nat


def _cluster(context: RuleContext) -> ConfigNode | None:
    """The cluster in settings, if it is an AKS cluster."""
    cluster = context.settings["cluster"]
    return cluster if cluster["cloud"].text == "azure" else None


def _automatic(cluster: ConfigNode) -> bool:
    return cluster["mode"].text == "managed"


def _has_zonal_subnets(cluster: ConfigNode) -> bool:
    """Whether each zone has its own subnet and NAT gateway."""
    return not cluster["aks"]["network"].is_set and cluster["network"]["nat"].text_or(_DEFAULT_NAT) == "zone"


def automatic(context: RuleContext) -> Iterator[Finding]:
    """AKS Automatic requires a Kubernetes version and one NAT gateway. https://learn.microsoft.com/azure/aks/intro-aks-automatic"""
    cluster = _cluster(context)
    if cluster is None or not _automatic(cluster):
        return
    version, nat = cluster["version"], cluster["network"]["nat"]
    if version.text_or(_DEFAULT_VERSION) != AUTOMATIC_VERSION:
        problem = f"AKS Automatic requires version {AUTOMATIC_VERSION} for the Gateway API"
        yield Finding(version.path, problem, f'set `version: "{AUTOMATIC_VERSION}"` or `mode: standard`')
    if _has_zonal_subnets(cluster):
        problem = "zone is not supported by AKS Automatic, which has one subnet and one NAT gateway"
        yield Finding(nat.path, problem, "set `nat: single` or `mode: standard`")


def load_balancer_subnet(context: RuleContext) -> Iterator[Finding]:
    """An existing network has a subnet for load balancers."""
    cluster = _cluster(context)
    if cluster is None or _automatic(cluster):
        return
    network = cluster["aks"]["network"]
    if network.is_mapping and not network["load_balancers"].is_set:
        problem = "the network has no subnet for load balancers"
        remedy = (
            "set load_balancers to a subnet, /24 or larger, delegated to Microsoft.ServiceNetworking/trafficControllers"
        )
        yield Finding(network.path, problem, remedy)


def system_pool(context: RuleContext) -> Iterator[Finding]:
    """A cluster has a system pool for AKS' own pods. https://learn.microsoft.com/azure/aks/use-system-pools"""
    cluster = _cluster(context)
    if cluster is None or _automatic(cluster):
        return
    pools = [pool for _, pool in cluster["pools"].items() if pool.is_mapping]
    system_pools = [pool for pool in pools if _has_system_taint(pool)]
    if pools and not system_pools:
        key, value, effect = SYSTEM_TAINT
        problem = "AKS requires a system pool for its own pods"
        remedy = f'add a pool with the taint {{key: {key}, value: "{value}", effect: {effect}}}'
        yield Finding(cluster["pools"].path, problem, remedy)
    zones = len(list(cluster["zones"].elements()))
    for pool in system_pools:
        if pool["spot"].node.value is True:
            yield Finding(pool["spot"].path, "an AKS system pool cannot use spot nodes", "remove it")
        size = pool["min"] if pool["min"].is_set else pool["count"]
        pool_zones = len(list(pool["zones"].elements())) if pool["zones"].is_set else zones
        minimum = pool_zones if _has_zonal_subnets(cluster) else 1
        if size.number is not None and size.number < minimum:
            if minimum > 1:
                problem = f"an AKS system pool needs a node in each of its {minimum} zones, but has {size.number}"
                yield Finding(size.path, problem, f"use {minimum} or more, or set `nat: single`")
            else:
                yield Finding(size.path, "an AKS system pool needs at least one node", "use 1 or more")


def spot_surge(context: RuleContext) -> Iterator[Finding]:
    """Spot pools do not support surge. https://learn.microsoft.com/azure/aks/spot-node-pool#limitations"""
    cluster = _cluster(context)
    if cluster is None:
        return
    for _, pool in cluster["pools"].items():
        if pool["spot"].node.value is True and pool["surge"].is_set:
            yield Finding(pool["surge"].path, "not supported by AKS for spot pools", "remove surge or spot")


def certificate_issuer(context: RuleContext) -> Iterator[Finding]:
    """Certificates of the cluster's issuer require a DNS zone."""
    cluster = (context.referenced or context.settings)["cluster"]
    if cluster["cloud"].text != "azure" or cluster["aks"]["dns_zone"].is_set:
        return
    where = " in the settings of the cluster's stack" if context.referenced else ""
    for _, app in apps(context.settings):
        for route in app["routes"].elements():
            issuer = route["tls"]["issuer"]
            if issuer.is_set:
                problem = "the cluster has no DNS zone for certificates"
                remedy = f"set `cluster.aks.dns_zone`{where}, or use secret_name or cert_manager"
                yield Finding(issuer.path, problem, remedy)


def _has_system_taint(pool: ConfigNode) -> bool:
    taints = [(taint["key"].text, taint["value"].text, taint["effect"].text) for taint in pool["taints"].elements()]
    return SYSTEM_TAINT in taints
