"""Draws a cluster at the end of a run: node pools, nodes, the pods on them, routes."""

from collections import Counter
from collections.abc import Sequence
from itertools import groupby

from rich.console import Console, Group, RenderableType
from rich.panel import Panel
from rich.table import Table
from rich.text import Text
from rich.tree import Tree

from anykube_cli.live import ClusterSnapshot, Node, Pod

_COLOURS = ("cyan", "green", "magenta", "yellow", "blue", "bright_red")
_NOT_RUNNING = (
    "KWOK nodes: the API server, the scheduler and the controllers are real, the kubelets are simulated. "
    "Pods are scheduled, but no container runs, so nothing responds at these addresses."
)
_MANY = 40
"""From this number of apps, the drawing shows only those that are not ready, and counts the rest."""


def draw(snapshot: ClusterSnapshot, console: Console, title: str) -> None:
    """Prints the cluster."""
    apps = sorted({(pod.namespace, pod.app) for pod in snapshot.pods} | set(snapshot.replicas))
    colours = {app: _COLOURS[index % len(_COLOURS)] for index, app in enumerate(apps)}
    parts: list[RenderableType] = [_pools(snapshot, colours)]
    if apps:
        parts += [Text(), _apps(snapshot, apps, colours) if len(apps) < _MANY else _not_ready(snapshot, apps, colours)]
    if len(snapshot.routes) >= _MANY:
        parts += [Text(), Text(f"{len(snapshot.routes)} routes")]
    elif snapshot.routes:
        parts += [Text(), _routes(snapshot, colours)]
    if any(node.simulated for node in snapshot.nodes):
        parts += [Text(), Text(_NOT_RUNNING, style="dim")]
    console.print(Panel(Group(*parts), title=title, title_align="left", border_style="dim", padding=(1, 2)))


def _pools(snapshot: ClusterSnapshot, colours: dict[tuple[str, str], str]) -> Tree:
    tree = Tree(Text("node pools", style="bold"), guide_style="dim")
    for pool, members in groupby(snapshot.nodes, key=lambda node: node.pool):
        nodes = list(members)
        first = nodes[0]
        label = Text.assemble((pool, "bold"), f"  {len(nodes)} × {first.cpu} CPU, {first.memory}, {first.arch}")
        if first.taints:
            label.append(f"  tainted {', '.join(first.taints)}", style="dim")
        branch = tree.add(label)
        for node in nodes:
            branch.add(_node(node, [pod for pod in snapshot.pods if pod.node == node.name], colours))
    return tree


def _node(node: Node, pods: Sequence[Pod], colours: dict[tuple[str, str], str]) -> Text:
    line = Text.assemble(
        ("● " if node.ready else "○ ", "green" if node.ready else "red"),
        f"{node.name}  ",
        (node.zone, "dim"),
        "  ",
    )
    if len(colours) >= _MANY:
        line.append(f"{sum(pod.ready for pod in pods)} pods ready")
        pods = [pod for pod in pods if not pod.ready]
    for pod in pods:
        mark = f" {pod.app} " if pod.ready else f" {pod.app}: {pod.reason} "
        line.append(mark, style=f"reverse {colours[pod.namespace, pod.app]}" if pod.ready else "reverse red")
        line.append(" ")
    return line


def _apps(snapshot: ClusterSnapshot, apps: Sequence[tuple[str, str]], colours: dict[tuple[str, str], str]) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="bold")
    for column in ("app", "namespace", "ready", "pods per node"):
        table.add_column(column)
    for namespace, app in apps:
        pods = [pod for pod in snapshot.pods if (pod.namespace, pod.app) == (namespace, app)]
        ready, replicas = sum(pod.ready for pod in pods), snapshot.replicas.get((namespace, app), len(pods))
        spread = sorted(Counter(pod.node for pod in pods if pod.ready).values(), reverse=True)
        table.add_row(
            Text(app, style=colours[namespace, app]),
            namespace,
            Text(f"{ready}/{replicas}", style="" if ready == replicas else "red"),
            " + ".join(map(str, spread)) or "—",
        )
    return table


def _not_ready(
    snapshot: ClusterSnapshot, apps: Sequence[tuple[str, str]], colours: dict[tuple[str, str], str]
) -> RenderableType:
    ready = Counter((pod.namespace, pod.app) for pod in snapshot.pods if pod.ready)
    pods = Counter((pod.namespace, pod.app) for pod in snapshot.pods)
    not_ready = [app for app in apps if ready[app] != snapshot.replicas.get(app, pods[app])]
    line = Text(f"{len(apps) - len(not_ready)} of {len(apps)} apps have all their pods ready")
    return Group(line, _apps(snapshot, not_ready, colours)) if not_ready else line


def _routes(snapshot: ClusterSnapshot, colours: dict[tuple[str, str], str]) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="bold")
    for column in ("route", "app", "address"):
        table.add_column(column)
    for route in snapshot.routes:
        table.add_row(route.url, Text(route.app, style=colours.get((route.namespace, route.app), "")), route.address)
    return table
