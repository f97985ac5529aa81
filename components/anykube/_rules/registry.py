"""All rules, by what they need to see.

Each rule is a plain function that always runs, whatever else is wrong: pydantic's own validators across fields
are skipped once a field has failed, and its mistakes would come one after the other.
"""

from collections.abc import Callable, Iterator, Sequence
from functools import cache
from itertools import chain
from typing import TypeAlias

from anykube._clouds.definition import resolve
from anykube._clouds.registry import definitions
from anykube._rules import apps, capabilities, clusters, links, managed, pods, pools, routes, routing, scaling, services
from anykube._rules.context import RuleContext
from anykube._rules.findings import Finding

Rule: TypeAlias = Callable[[RuleContext], Iterator[Finding]]

CLUSTER_RULES: Sequence[Rule] = (
    pools.size,
    pools.taints,
    pools.zones,
    capabilities.cluster,
    capabilities.pools,
    capabilities.mode,
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
    apps.images,
    apps.limits,
    apps.rollouts,
    apps.deadlines,
    routes.duplicates,
    routes.splits,
    routes.tls,
    routes.hosts,
    routing.ways,
    routing.gateways,
    routing.divided,
    routing.redirects,
    routing.certificates,
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
    routing.versions,
    links.known,
    links.routed,
)
"""Of a whole stack: they tell what is missing or taken, which is certain only where every app is seen."""


def violations(context: RuleContext, rules: Sequence[Rule] | None = None) -> Iterator[Finding]:
    """What the rules have against the settings. None: all rules, those of the clouds among them."""
    return chain.from_iterable(rule(context) for rule in (all_rules() if rules is None else rules))


@cache
def cluster_rules() -> Sequence[Rule]:
    """The rules of a cluster, those of the clouds among them."""
    return (*CLUSTER_RULES, *(resolve(rule) for cloud in definitions().values() for rule in cloud.rules))


@cache
def app_rules() -> Sequence[Rule]:
    """The rules of an app and its cluster, those of the clouds among them."""
    return (*APP_RULES, *(resolve(rule) for cloud in definitions().values() for rule in cloud.app_rules))


def all_rules() -> Sequence[Rule]:
    """All rules."""
    return (*cluster_rules(), *app_rules(), *STACK_RULES)
