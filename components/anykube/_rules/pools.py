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
    """The zones of a pool are zones of the cluster."""
    configured = context.settings["cluster"]["zones"]
    zone_names = [zone.text for zone in configured.elements()] if configured.is_set else list(_DEFAULT_ZONES)
    if not zone_names or None in zone_names:
        return
    for pool in _pools(context):
        for zone in pool["zones"].elements():
            if zone.text is not None and zone.text not in zone_names:
                remedy = choice(zone.text, [name for name in zone_names if name], "zone")
                yield Finding(zone.path, f"the cluster has no zone {zone.text}", remedy)
