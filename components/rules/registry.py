"""All rules, by what they need to see.

Each rule is a plain function that always runs, whatever else is wrong: pydantic's own validators across fields
are skipped once a field has failed, and its mistakes would come one after the other.
"""

from collections.abc import Callable, Iterator, Sequence
from itertools import chain
from typing import TypeAlias

from components.rules import (
    aks,
    apps,
    capabilities,
    clusters,
    gke,
    links,
    managed,
    pods,
    pools,
    routes,
    scaling,
    services,
    ways,
)
from components.rules.context import RuleContext
from components.rules.findings import Finding

Rule: TypeAlias = Callable[[RuleContext], Iterator[Finding]]

CLUSTER_RULES: Sequence[Rule] = (
    pools.size,
    pools.taints,
    pools.zones,
    capabilities.cluster,
    capabilities.pools,
    capabilities.mode,
    gke.groups,
    gke.pools,
    aks.automatic,
    aks.balancers,
    aks.system,
    aks.spare,
    managed.exposure,
    managed.principals,
    managed.names,
    managed.zones,
    managed.ranges,
    managed.nodes,
    managed.machines,
)
"""Of a cluster; they need no app."""

APP_RULES: Sequence[Rule] = (
    aks.issuers,
    apps.images,
    apps.limits,
    apps.rollouts,
    apps.deadlines,
    routes.duplicates,
    routes.splits,
    routes.tls,
    routes.hosts,
    ways.ways,
    ways.gateways,
    ways.divided,
    ways.redirects,
    ways.certificates,
    pods.names,
    pods.volumes,
    pods.mounts,
    pods.paths,
    pods.external,
    pods.pools,
    pods.identities,
    pods.checks,
    scaling.autoscalers,
    services.services,
    services.manifests,
    services.patches,
    links.peers,
    links.renames,
)
"""Of an app and its cluster. They hold for one app alone, and compare it with all others that they see."""

STACK_RULES: Sequence[Rule] = (
    clusters.references,
    clusters.namespaces,
    # Programs may have names of up to 63 characters, and live objects with such.
    apps.names,
    routes.targets,
    ways.versions,
    links.known,
    links.routed,
)
"""Of a whole stack: they tell what is missing or taken, which is certain only where every app is seen."""

RULES = (*CLUSTER_RULES, *APP_RULES, *STACK_RULES)


def violations(context: RuleContext, rules: Sequence[Rule] = RULES) -> Iterator[Finding]:
    """What the rules have against the settings."""
    return chain.from_iterable(rule(context) for rule in rules)
