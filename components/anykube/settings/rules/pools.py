"""Rules of node pools."""

from collections.abc import Iterator

from anykube.clusters.spec import LocalClusterSpec
from anykube.settings.problems import Finding
from anykube.settings.rules.scene import Scene
from anykube.settings.view import View
from anykube.settings.wording import choice

_DEFAULT_ZONES: tuple[str, ...] = LocalClusterSpec.model_fields["zones"].default


def _pools(scene: Scene) -> Iterator[View]:
    return (pool for _, pool in scene.page["cluster"]["pools"].items() if pool.is_mapping)


def size(scene: Scene) -> Iterator[Finding]:
    """A pool has a size, and its parts agree: `count`, or `min` and `max`, or all three."""
    for pool in _pools(scene):
        count, low, high = pool["count"], pool["min"], pool["max"]
        if not (count.given or low.given or high.given):
            yield Finding(pool.path, "has no size", "give count, or min and max")
        elif low.given != high.given:
            there, absent = ("min", "max") if low.given else ("max", "min")
            yield Finding(pool[there].path, f"is given without {absent}", f"give {absent} too, or count alone")
        elif low.number is not None and high.number is not None:
            if low.number > high.number:
                what = f"is {low.number}, above max, which is {high.number}"
                yield Finding(low.path, what, "lower min or raise max")
            elif count.number is not None and not low.number <= count.number <= high.number:
                what = f"is {count.number}, outside min and max, which are {low.number} and {high.number}"
                yield Finding(count.path, what, "choose a count between them, or leave it out")


def taints(scene: Scene) -> Iterator[Finding]:
    """A node has each taint once: https://kubernetes.io/docs/reference/kubernetes-api/cluster-resources/node-v1/"""
    for pool in _pools(scene):
        seen: dict[tuple[str, str], int] = {}
        for index, taint in enumerate(pool["taints"].elements()):
            key, effect = taint["key"].text, taint["effect"].text
            if key is None or effect is None:
                continue
            first = seen.setdefault((key, effect), index)
            if first != index:
                what = f"has the key and effect of taints[{first}]: {key}, {effect}"
                yield Finding(taint.path, what, "keep one of the two, since a node cannot have both")


def zones(scene: Scene) -> Iterator[Finding]:
    """A pool's nodes are in zones that the cluster has."""
    of_cluster = scene.page["cluster"]["zones"]
    known = [zone.text for zone in of_cluster.elements()] if of_cluster.given else list(_DEFAULT_ZONES)
    if not known or None in known:
        return
    for pool in _pools(scene):
        for zone in pool["zones"].elements():
            if zone.text is not None and zone.text not in known:
                what = f"names the zone {zone.text}, which the cluster does not have"
                yield Finding(zone.path, what, choice(zone.text, [name for name in known if name], "zone"))
