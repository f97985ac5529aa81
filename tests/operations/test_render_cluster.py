from anykube_cli.live import Node, Path, Picture, Pod
from anykube_cli.render_cluster import draw
from rich.console import Console


def _node(name: str, **changed: object) -> Node:
    values = {"pool": "servers", "zone": "a", "arch": "amd64", "cpu": "4", "memory": "8Gi", "taints": ()}
    return Node(**{"name": name, "ready": True, "simulated": True, **values, **changed})  # type: ignore[arg-type]


def _drawn(picture: Picture) -> str:
    console = Console(record=True, width=120, file=None, force_terminal=False)
    with console.capture() as capture:
        draw(picture, console, "local")
    return capture.get()


def test_pools_nodes_pods_and_routes() -> None:
    pods = [Pod("shop", "web", f"web-{index}", f"n{index % 2}", True, "Running") for index in range(3)]
    pods.append(Pod("shop", "web", "web-3", "n1", False, "ImagePullBackOff"))
    shown = _drawn(
        Picture(
            nodes=[_node("n0"), _node("n1"), _node("s0", pool="system", taints=("k=v:NoSchedule",))],
            pods=pods,
            paths=[Path("https://shop.localhost/", "web", "192.0.2.10", "shop")],
            wanted={("shop", "web"): 4},
        )
    )
    for text in (
        "servers  2 × 4 CPU, 8Gi, amd64",
        "tainted k=v:NoSchedule",
        "web: ImagePullBackOff",
        "3/4",
        "2 + 1",
        "https://shop.localhost/",
        "no container runs",
    ):
        assert text in shown


def test_an_app_without_a_pod_is_shown_too() -> None:
    assert "0/2" in _drawn(Picture(nodes=[_node("n0")], wanted={("shop", "web"): 2}))


def test_real_nodes_need_no_warning() -> None:
    assert "no container runs" not in _drawn(Picture(nodes=[_node("n0", simulated=False)]))


def test_of_many_apps_only_what_is_not_well() -> None:
    apps = [f"app{number}" for number in range(50)]
    pods = [Pod("many", app, f"{app}-0", "n0", app != "app7", "CrashLoopBackOff") for app in apps]
    paths = [Path(f"https://{app}.localhost/", app, "192.0.2.10", "many") for app in apps]
    wanted = {("many", app): 1 for app in apps}
    shown = _drawn(Picture(nodes=[_node("n0")], pods=pods, paths=paths, wanted=wanted))
    for text in ("49 pods ready", "app7: CrashLoopBackOff", "49 of 50 apps have all their pods ready", "50 routes"):
        assert text in shown
    assert "app8" not in shown
