"""All rules.

Rules are functions that always run. Pydantic skips validators across fields as soon as one field is invalid, so that
users would get their mistakes one after the other.
"""

from collections.abc import Callable, Iterator, Sequence
from functools import cache
from itertools import chain
from typing import TypeAlias

from anykube._clouds.definition import resolve
from anykube._clouds.registry import definitions
from anykube._rules import (
    apps,
    capabilities,
    clusters,
    links,
    managed,
    namespaces,
    pods,
    pools,
    rendered,
    routes,
    routing,
    scaling,
    services,
)
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
"""Rules of a cluster, which need no apps."""

APP_RULES: Sequence[Rule] = (
    apps.images,
    apps.limits,
    apps.rollouts,
    apps.deadlines,
    apps.jobs,
    routes.duplicates,
    routes.splits,
    routes.tls,
    routes.hosts,
    routing.route_kinds,
    routing.gateways,
    routing.traffic_splits,
    routing.redirects,
    routing.certificates,
    pods.names,
    pods.volumes,
    pods.mounts,
    pods.references,
    pods.paths,
    pods.external_secrets,
    pods.pools,
    pods.identities,
    pods.checks,
    pods.ports,
    pods.sizes,
    pods.texts,
    scaling.autoscalers,
    services.services,
    services.node_ports,
    services.texts,
    services.external,
    services.api_access,
    services.manifests,
    rendered.names,
    rendered.sizes,
    rendered.patches,
    links.peers,
    links.member_ports,
    links.renames,
)
"""Rules of an app and its cluster. They check one app, or several and how they fit together."""

STACK_RULES: Sequence[Rule] = (
    clusters.references,
    namespaces.namespaces,
    namespaces.shared_names,
    # Programs may use names of up to 63 characters, and existing objects have such names.
    apps.names,
    rendered.collisions,
    rendered.objects_of_kubernetes,
    routes.targets,
    routing.next_versions,
    links.peer_names,
    links.external_peers,
    links.target_kinds,
)
"""Rules of a whole stack: they report missing and duplicate names, for which they must know all apps."""


def violations(context: RuleContext, rules: Sequence[Rule] | None = None) -> Iterator[Finding]:
    """Findings of the rules about the settings. None: all rules, including those of the clouds."""
    return chain.from_iterable(rule(context) for rule in (all_rules() if rules is None else rules))


@cache
def cluster_rules() -> Sequence[Rule]:
    """The rules of a cluster, including those of the clouds."""
    return (*CLUSTER_RULES, *(resolve(rule) for cloud in definitions().values() for rule in cloud.rules))


@cache
def app_rules() -> Sequence[Rule]:
    """The rules of an app and its cluster, including those of the clouds."""
    return (*APP_RULES, *(resolve(rule) for cloud in definitions().values() for rule in cloud.app_rules))


def all_rules() -> Sequence[Rule]:
    """All rules."""
    return (*cluster_rules(), *app_rules(), *STACK_RULES)
