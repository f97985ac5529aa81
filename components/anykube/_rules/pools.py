"""Rules of node pools."""

from collections.abc import Iterator

from anykube._clusters.spec import LocalClusterSpec
from anykube._rules.context import RuleContext
from anykube._rules.findings import Finding
from anykube._rules.node import ConfigNode
from anykube._rules.standalone import pool_size, pool_taints
from anykube._rules.wording import choice

_DEFAULT_ZONES: tuple[str, ...] = LocalClusterSpec.model_fields["zones"].default


def _pools(context: RuleContext) -> Iterator[ConfigNode]:
    return (pool for _, pool in context.settings["cluster"]["pools"].items() if pool.is_mapping)


def size(context: RuleContext) -> Iterator[Finding]:
    """Pools have a size."""
    return (finding for pool in _pools(context) for finding in pool_size(pool))


def taints(context: RuleContext) -> Iterator[Finding]:
    """A node has each taint once."""
    return (finding for pool in _pools(context) for finding in pool_taints(pool))


def zones(context: RuleContext) -> Iterator[Finding]:
    """A pool's nodes are in zones that the cluster has."""
    of_cluster = context.settings["cluster"]["zones"]
    known = [zone.text for zone in of_cluster.elements()] if of_cluster.given else list(_DEFAULT_ZONES)
    if not known or None in known:
        return
    for pool in _pools(context):
        for zone in pool["zones"].elements():
            if zone.text is not None and zone.text not in known:
                what = f"names the zone {zone.text}, which the cluster does not have"
                yield Finding(zone.path, what, choice(zone.text, [name for name in known if name], "zone"))
