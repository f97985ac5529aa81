"""Rules of fields that a kind of cluster does not support. They are reported, never ignored."""

from collections.abc import Iterator, Sequence

from anykube._clusters.cloud import Cloud, UnsupportedField
from anykube._clusters.clouds import CLOUDS
from anykube._clusters.local.facts import POOL as LOCAL_POOL
from anykube._rules.context import RuleContext
from anykube._rules.findings import Finding
from anykube._rules.node import ConfigNode


def cluster(context: RuleContext) -> Iterator[Finding]:
    """Fields of the cluster that its cloud does not support."""
    section = context.settings["cluster"]
    cloud = CLOUDS.get(section["cloud"].text or "")
    if cloud:
        yield from _unsupported(section, cloud.unsupported_cluster_fields, section["mode"].text_or("standard"))


def pools(context: RuleContext) -> Iterator[Finding]:
    """Fields of pools that the kind of cluster does not support."""
    section = context.settings["cluster"]
    kind = section["cloud"].text
    if kind is None:
        return
    mode = section["mode"].text_or("standard")
    fields = [*(CLOUDS[kind].unsupported_pool_fields if kind in CLOUDS else LOCAL_POOL), *foreign_sections(kind)]
    for _, pool in section["pools"].items():
        yield from _unsupported(pool, fields, mode)


def foreign_sections(kind: str) -> Iterator[UnsupportedField]:
    """The sections of a pool that belong to other clouds than the cluster's."""
    service = CLOUDS[kind].service if kind in CLOUDS else kind
    for name, cloud in CLOUDS.items():
        if name != kind:
            message = f"only for {cloud.service}, but the cluster is {service}"
            yield UnsupportedField(cloud.section, message, "remove it", {})


def mode(context: RuleContext) -> Iterator[Finding]:
    """Clusters in mode `standard` have pools, those in mode `managed` have none."""
    section = context.settings["cluster"]
    cloud = CLOUDS.get(section["cloud"].text or "")
    if cloud is None:
        return
    pools = section["pools"]
    managed = section["mode"].text_or("standard") == "managed"
    if managed and any(pools.items()):
        yield Finding(pools.path, pools_not_allowed(cloud), "remove the pools, or set `mode: standard`")
    elif not managed and not any(pools.items()):
        message = "the cluster has no node pool, so that no pod could run"
        yield Finding(pools.path, message, "add a pool, or set `mode: managed`")


def pools_not_allowed(cloud: Cloud) -> str:
    """The message for pools of a cluster whose nodes the cloud manages."""
    return f"not allowed in mode managed ({cloud.managed_mode_name}), in which the cloud chooses the machines"


def _unsupported(section: ConfigNode, fields: Sequence[UnsupportedField], mode: str | None) -> Iterator[Finding]:
    for unsupported in fields:
        field = section.at(unsupported.field)
        if field.is_set and unsupported.mode in (None, mode) and unsupported.when(field.node.to_data()):
            yield Finding(field.path, unsupported.problem, unsupported.remedy)
