"""What has to be true of several fields together.

Each rule is a plain function that always runs, whatever else is wrong: pydantic's own validators across fields
are skipped once a field has failed, and its mistakes would come one after the other.
"""

from collections.abc import Callable, Iterator

from components.clouds.definition import resolve
from components.clouds.registry import definitions
from stacks.settings.problems import Finding
from stacks.settings.rules import (
    apps,
    capabilities,
    clusters,
    links,
    managed,
    pods,
    pools,
    routes,
    scaling,
    services,
    ways,
)
from stacks.settings.rules.scene import Scene

__all__ = ["RULES", "Scene", "broken"]

RULES: tuple[Callable[[Scene], Iterator[Finding]], ...] = (
    clusters.references,
    clusters.namespaces,
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
    apps.names,
    apps.images,
    apps.limits,
    apps.rollouts,
    apps.deadlines,
    routes.duplicates,
    routes.targets,
    routes.splits,
    routes.tls,
    routes.hosts,
    ways.ways,
    ways.gateways,
    ways.divided,
    ways.redirects,
    ways.certificates,
    ways.versions,
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
    links.routed,
)


def broken(scene: Scene) -> Iterator[Finding]:
    """What all rules have to say, those of the clouds among them."""
    return (finding for rule in (*RULES, *of_clouds()) for finding in rule(scene))


def of_clouds() -> Iterator[Callable[[Scene], Iterator[Finding]]]:
    """The rules that clouds have of their own."""
    return (resolve(rule) for cloud in definitions().values() for rule in cloud.rules)
