"""What a kind of cluster cannot do: said, never dropped."""

from collections.abc import Iterator, Sequence

from anykube._clusters.cloud import Cloud, UnsupportedField
from anykube._clusters.clouds import CLOUDS
from anykube._clusters.local.facts import POOL as LOCAL_POOL
from anykube._rules.context import RuleContext
from anykube._rules.findings import Finding
from anykube._rules.node import ConfigNode


def cluster(context: RuleContext) -> Iterator[Finding]:
    """Fields of the cluster that this cloud has nothing for."""
    section = context.settings["cluster"]
    cloud = CLOUDS.get(section["cloud"].text or "")
    if cloud:
        yield from _refused(section, cloud.unsupported_cluster_fields, section["mode"].text_or("standard"))


def pools(context: RuleContext) -> Iterator[Finding]:
    """Fields of pools that this kind of cluster has nothing for."""
    section = context.settings["cluster"]
    kind = section["cloud"].text
    if kind is None:
        return
    mode = section["mode"].text_or("standard")
    refusals = [*(CLOUDS[kind].unsupported_pool_fields if kind in CLOUDS else LOCAL_POOL), *foreign(kind)]
    for _, pool in section["pools"].items():
        yield from _refused(pool, refusals, mode)


def foreign(kind: str) -> Iterator[UnsupportedField]:
    """The sections of a pool that belong to other clouds than that of the cluster."""
    here = CLOUDS[kind].service if kind in CLOUDS else kind
    for name, cloud in CLOUDS.items():
        if name != kind:
            yield UnsupportedField(cloud.section, f"is for {cloud.service}, but the cluster is {here}", "remove it", {})


def mode(context: RuleContext) -> Iterator[Finding]:
    """The managed mode owns the nodes; the standard one has none but those of its pools."""
    cluster = context.settings["cluster"]
    cloud = CLOUDS.get(cluster["cloud"].text or "")
    if cloud is None:
        return
    pools = cluster["pools"]
    automatic = cluster["mode"].text_or("standard") == "managed"
    if automatic and any(pools.items()):
        yield Finding(pools.path, own_nodes(cloud), "remove the pools, or write `mode: standard`")
    elif not automatic and not any(pools.items()):
        yield Finding(pools.path, "has no pool, so no pod could run", "add one, or write `mode: managed`")


def own_nodes(cloud: Cloud) -> str:
    """What is wrong with pools where the cloud owns the nodes."""
    return (
        f"is given, but in the mode managed, which is {cloud.managed_mode_name}, "
        "the cloud chooses machines by what pods ask for"
    )


def _refused(view: ConfigNode, refusals: Sequence[UnsupportedField], mode: str | None) -> Iterator[Finding]:
    for refusal in refusals:
        field = at(view, refusal.field)
        if field.given and refusal.mode in (None, mode) and refusal.when(field.node.plain()):
            yield Finding(field.path, refusal.problem, refusal.remedy)


def at(view: ConfigNode, path: str) -> ConfigNode:
    """What stands at a dotted path below."""
    for step in path.split("."):
        view = view[step]
    return view
