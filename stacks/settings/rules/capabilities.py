"""What a kind of cluster cannot do: said, never dropped."""

from collections.abc import Iterator, Mapping

from stacks.settings.problems import Finding
from stacks.settings.rules.scene import Scene
from stacks.settings.view import View

_Refusals = Mapping[tuple[str, ...], tuple[str, str]]

_POOL: Mapping[str, _Refusals] = {
    "local": {
        ("spot",): ("asks for spare capacity, which a local cluster has none of", "leave it out"),
        ("disk",): ("sets a disk, but nodes of a local cluster are simulated and have none", "leave it out"),
        ("surge",): ("sets how a cloud upgrades nodes, but nodes of a local cluster are simulated", "leave it out"),
        ("machine", "type"): ("names a cloud's machine", "give cpu, memory and arch"),
        ("machine", "gpu"): ("asks for GPUs, which a local cluster has none of", "leave it out"),
        ("eks",): ("is for EKS, but the cluster is local", "remove it"),
    },
}
"""By cloud: a pool's field, and what to say of it."""

_AUTOMATIC = {
    "aws": "Auto Mode",
}
"""What each cloud calls its managed mode."""


def pools(scene: Scene) -> Iterator[Finding]:
    """Fields of pools that this kind of cluster has nothing for."""
    cluster = scene.page["cluster"]
    for _, pool in cluster["pools"].items():
        for path, (what, remedy) in _POOL.get(cluster["cloud"].text or "", {}).items():
            field = _at(pool, path)
            if field.given:
                yield Finding(field.path, what, remedy)


def mode(scene: Scene) -> Iterator[Finding]:
    """The managed mode owns the nodes; the standard one has none but those of its pools."""
    cluster = scene.page["cluster"]
    name = _AUTOMATIC.get(cluster["cloud"].text or "")
    if name is None:
        return
    pools = cluster["pools"]
    automatic = cluster["mode"].text_or("standard") == "managed"
    if automatic and any(pools.items()):
        what = f"is given, but in the mode managed, which is {name}, the cloud chooses machines by what pods ask for"
        yield Finding(pools.path, what, "remove the pools, or write `mode: standard`")
    elif not automatic and not any(pools.items()):
        yield Finding(pools.path, "has no pool, so no pod could run", "add one, or write `mode: managed`")


def gateways(scene: Scene) -> Iterator[Finding]:
    """Whose controller makes Gateways."""
    cluster = scene.page["cluster"]
    asked = cluster["gateway_api"]
    if asked.node.value is True and (cluster["cloud"].text, cluster["mode"].text) == ("aws", "managed"):
        what = "is true, but Auto Mode's own controller makes load balancers of Ingresses and Services alone"
        yield Finding(asked.path, what, "remove it, or write `mode: standard`")


def _at(view: View, path: tuple[str, ...]) -> View:
    for step in path:
        view = view[step]
    return view
