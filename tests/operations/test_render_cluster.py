"""The drawing of a cluster."""

from anykube_cli.live import ClusterSnapshot, Node, Pod, Route
from anykube_cli.render_cluster import draw
from rich.console import Console


def _node(name: str, **fields: object) -> Node:
    values = {"pool": "servers", "zone": "a", "arch": "amd64", "cpu": "4", "memory": "8Gi", "taints": ()}
    return Node(**{"name": name, "ready": True, "simulated": True, **values, **fields})  # type: ignore[arg-type]


def _drawn(snapshot: ClusterSnapshot) -> str:
    console = Console(record=True, width=120, file=None, force_terminal=False)
    with console.capture() as capture:
        draw(snapshot, console, "local")
    return capture.get()


def test_pools_nodes_pods_and_routes() -> None:
    pods = [Pod("shop", "web", f"web-{index}", f"n{index % 2}", True, "Running") for index in range(3)]
    pods.append(Pod("shop", "web", "web-3", "n1", False, "ImagePullBackOff"))
    text = _drawn(
        ClusterSnapshot(
            nodes=[_node("n0"), _node("n1"), _node("s0", pool="system", taints=("k=v:NoSchedule",))],
            pods=pods,
            routes=[Route("https://shop.localhost/", "web", "192.0.2.10", "shop")],
            replicas={("shop", "web"): 4},
        )
    )
    for expected in (
        "servers  2 × 4 CPU, 8Gi, amd64",
        "tainted k=v:NoSchedule",
        "web: ImagePullBackOff",
        "3/4",
        "2 + 1",
        "https://shop.localhost/",
        "no container runs",
    ):
        assert expected in text


def test_shows_an_app_without_pods() -> None:
    assert "0/2" in _drawn(ClusterSnapshot(nodes=[_node("n0")], replicas={("shop", "web"): 2}))


def test_warns_only_about_simulated_nodes() -> None:
    assert "no container runs" not in _drawn(ClusterSnapshot(nodes=[_node("n0", simulated=False)]))


def test_shows_only_apps_that_are_not_ready_of_many() -> None:
    apps = [f"app{number}" for number in range(50)]
    pods = [Pod("many", app, f"{app}-0", "n0", app != "app7", "CrashLoopBackOff") for app in apps]
    routes = [Route(f"https://{app}.localhost/", app, "192.0.2.10", "many") for app in apps]
    replicas = {("many", app): 1 for app in apps}
    text = _drawn(ClusterSnapshot(nodes=[_node("n0")], pods=pods, routes=routes, replicas=replicas))
    for expected in ("49 pods ready", "app7: CrashLoopBackOff", "49 of 50 apps have all their pods ready", "50 routes"):
        assert expected in text
    assert "app8" not in text
