"""Rules of AKS that look at several fields. What a single one says is in components/anykube/_clusters/aks/facts.py."""

from collections.abc import Iterator

from anykube._clusters.aks.facts import AUTOMATIC_VERSION
from anykube._clusters.aks.placement import SYSTEM_TAINT
from anykube._clusters.managed import ManagedCluster, Network
from anykube._rules.context import RuleContext, apps
from anykube._rules.findings import Finding
from anykube._rules.node import ConfigNode

_VERSION = str(ManagedCluster.model_fields["version"].default)
_NAT = Network().nat


def _cluster(context: RuleContext) -> ConfigNode | None:
    """The page's cluster, where it is one of AKS."""
    cluster = context.settings["cluster"]
    return cluster if cluster["cloud"].text == "azure" else None


def _automatic(cluster: ConfigNode) -> bool:
    return cluster["mode"].text == "managed"


def _by_zone(cluster: ConfigNode) -> bool:
    """Whether each zone has a subnet and a way out of its own."""
    return not cluster["aks"]["network"].given and cluster["network"]["nat"].text_or(_NAT) == "zone"


def automatic(context: RuleContext) -> Iterator[Finding]:
    """What AKS Automatic needs. https://learn.microsoft.com/azure/aks/intro-aks-automatic"""
    cluster = _cluster(context)
    if cluster is None or not _automatic(cluster):
        return
    version, nat = cluster["version"], cluster["network"]["nat"]
    if version.text_or(_VERSION) != AUTOMATIC_VERSION:
        what = f"is not {AUTOMATIC_VERSION}, from which AKS Automatic has a way in that Azure supports"
        yield Finding(version.path, what, f'write "{AUTOMATIC_VERSION}", or `mode: standard`')
    if _by_zone(cluster):
        what = "asks for a way out of each zone, but the nodes of AKS Automatic are in one subnet, which has one"
        yield Finding(nat.path, what, "write `nat: single`, or `mode: standard`")


def balancers(context: RuleContext) -> Iterator[Finding]:
    """A network that is there has a place for load balancers."""
    cluster = _cluster(context)
    if cluster is None or _automatic(cluster):
        return
    there = cluster["aks"]["network"]
    if there.is_mapping and not there["load_balancers"].given:
        what = "names no subnet for load balancers"
        remedy = (
            "add load_balancers: a subnet of /24 or larger, delegated to Microsoft.ServiceNetworking/trafficControllers"
        )
        yield Finding(there.path, what, remedy)


def system(context: RuleContext) -> Iterator[Finding]:
    """AKS has a pool for its own pods. https://learn.microsoft.com/azure/aks/use-system-pools"""
    cluster = _cluster(context)
    if cluster is None or _automatic(cluster):
        return
    pools = [pool for _, pool in cluster["pools"].items() if pool.is_mapping]
    own = [pool for pool in pools if _tainted(pool)]
    if pools and not own:
        key, value, effect = SYSTEM_TAINT
        what = "are all for apps, and AKS needs one that only its own pods go to"
        yield Finding(
            cluster["pools"].path, what, f'add one with the taint {{key: {key}, value: "{value}", effect: {effect}}}'
        )
    zones = len(list(cluster["zones"].elements()))
    for pool in own:
        if pool["spot"].node.value is True:
            yield Finding(pool["spot"].path, "is true, but AKS' own pods must not be taken away", "remove it")
        size = pool["min"] if pool["min"].given else pool["count"]
        used = len(list(pool["zones"].elements())) if pool["zones"].given else zones
        least = used if _by_zone(cluster) else 1
        if size.number is not None and size.number < least:
            what = f"is {size.number}, but a pool of AKS' own pods has a node in each zone at least, which are {least}"
            remedy = f"give {least} or more"
            if least > 1:
                remedy += ", or write `nat: single`, by which all zones are one pool"
            yield Finding(size.path, what if least > 1 else "is 0, but AKS' own pods need a node", remedy)


def spare(context: RuleContext) -> Iterator[Finding]:
    """Spare capacity takes no surge. https://learn.microsoft.com/azure/aks/spot-node-pool#limitations"""
    cluster = _cluster(context)
    if cluster is None:
        return
    for _, pool in cluster["pools"].items():
        if pool["spot"].node.value is True and pool["surge"].given:
            what = "is given, but AKS upgrades spare capacity without new nodes first"
            yield Finding(pool["surge"].path, what, "remove it, or spot")


def issuers(context: RuleContext) -> Iterator[Finding]:
    """Certificates of the cluster's own issuer are for hosts of a zone that it may write to."""
    cluster = (context.referenced or context.settings)["cluster"]
    if cluster["cloud"].text != "azure" or cluster["aks"]["dns_zone"].given:
        return
    whose = "the page of the cluster's stack" if context.referenced else "`cluster:`"
    for _, app in apps(context.settings):
        for route in app["routes"].elements():
            issuer = route["tls"]["issuer"]
            if issuer.given:
                what = "is given, but the cluster proves to nobody whose the host is"
                yield Finding(
                    issuer.path, what, f"write aks.dns_zone below {whose}, or give secret_name or cert_manager"
                )


def _tainted(pool: ConfigNode) -> bool:
    taints = [(one["key"].text, one["value"].text, one["effect"].text) for one in pool["taints"].elements()]
    return SYSTEM_TAINT in taints
