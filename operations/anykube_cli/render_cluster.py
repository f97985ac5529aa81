"""The picture of a cluster at the end of a run: pools, nodes, the pods on them, routes."""

from collections import Counter
from collections.abc import Sequence
from itertools import groupby

from rich.console import Console, Group, RenderableType
from rich.panel import Panel
from rich.table import Table
from rich.text import Text
from rich.tree import Tree

from anykube_cli.live import Node, Picture, Pod

_COLOURS = ("cyan", "green", "magenta", "yellow", "blue", "bright_red")
_NOT_RUNNING = (
    "KWOK nodes: the scheduler, the controllers and the API are real, kubelets are simulated. "
    "Pods are scheduled, but no container runs, so nothing answers at these addresses."
)
_MANY = 40
"""Apps from which on a picture shows what is not well, and counts the rest."""


def draw(picture: Picture, console: Console, title: str) -> None:
    """Prints the picture."""
    apps = sorted({(pod.namespace, pod.app) for pod in picture.pods} | set(picture.wanted))
    colours = {app: _COLOURS[index % len(_COLOURS)] for index, app in enumerate(apps)}
    parts: list[RenderableType] = [_pools(picture, colours)]
    if apps:
        parts += [Text(), _apps(picture, apps, colours) if len(apps) < _MANY else _unwell(picture, apps, colours)]
    if len(picture.paths) >= _MANY:
        parts += [Text(), Text(f"{len(picture.paths)} routes")]
    elif picture.paths:
        parts += [Text(), _routes(picture, colours)]
    if any(node.simulated for node in picture.nodes):
        parts += [Text(), Text(_NOT_RUNNING, style="dim")]
    console.print(Panel(Group(*parts), title=title, title_align="left", border_style="dim", padding=(1, 2)))


def _pools(picture: Picture, colours: dict[tuple[str, str], str]) -> Tree:
    tree = Tree(Text("node pools", style="bold"), guide_style="dim")
    for pool, members in groupby(picture.nodes, key=lambda node: node.pool):
        nodes = list(members)
        first = nodes[0]
        label = Text.assemble((pool, "bold"), f"  {len(nodes)} × {first.cpu} CPU, {first.memory}, {first.arch}")
        if first.taints:
            label.append(f"  tainted {', '.join(first.taints)}", style="dim")
        branch = tree.add(label)
        for node in nodes:
            branch.add(_node(node, [pod for pod in picture.pods if pod.node == node.name], colours))
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


def _apps(picture: Picture, apps: Sequence[tuple[str, str]], colours: dict[tuple[str, str], str]) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="bold")
    for column in ("app", "namespace", "ready", "pods per node"):
        table.add_column(column)
    for namespace, app in apps:
        pods = [pod for pod in picture.pods if (pod.namespace, pod.app) == (namespace, app)]
        ready, wanted = sum(pod.ready for pod in pods), picture.wanted.get((namespace, app), len(pods))
        spread = sorted(Counter(pod.node for pod in pods if pod.ready).values(), reverse=True)
        table.add_row(
            Text(app, style=colours[namespace, app]),
            namespace,
            Text(f"{ready}/{wanted}", style="" if ready == wanted else "red"),
            " + ".join(map(str, spread)) or "—",
        )
    return table


def _unwell(picture: Picture, apps: Sequence[tuple[str, str]], colours: dict[tuple[str, str], str]) -> RenderableType:
    ready = Counter((pod.namespace, pod.app) for pod in picture.pods if pod.ready)
    there = Counter((pod.namespace, pod.app) for pod in picture.pods)
    unwell = [app for app in apps if ready[app] != picture.wanted.get(app, there[app])]
    line = Text(f"{len(apps) - len(unwell)} of {len(apps)} apps have all their pods ready")
    return Group(line, _apps(picture, unwell, colours)) if unwell else line


def _routes(picture: Picture, colours: dict[tuple[str, str], str]) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="bold")
    for column in ("route", "app", "address"):
        table.add_column(column)
    for path in picture.paths:
        table.add_row(path.url, Text(path.app, style=colours.get((path.namespace, path.app), "")), path.address)
    return table
