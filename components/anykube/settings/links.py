"""`linked`: the apps of a stack, with references between them resolved to the names of their objects."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from anykube._workloads.app import AppSpec
from anykube._workloads.daemon.spec import DaemonServiceSpec
from anykube._workloads.external.spec import ExternalServiceSpec
from anykube._workloads.pods.spec import Peer, WorkloadSpec
from anykube._workloads.routes.hosts import next_name
from anykube._workloads.routes.routed import RoutedFields, routed_ports
from anykube._workloads.routes.spec import Route, RoutePath, Share
from anykube._workloads.stateful.spec import StatefulServiceSpec
from anykube._workloads.unions import App
from anykube._workloads.web.spec import WebServiceSpec
from anykube.settings.model import StackSettings


def linked(settings: StackSettings) -> dict[str, App]:
    """The apps by name, with `routes`, `routed`, `talks_to` and `called_by` resolved.

    References become the names of objects, which keep an app's first name when it is renamed. An app with a next
    version stands for both versions, an external app for its address ranges. A connection that either of two apps names
    is in `talks_to` of one and `called_by` of the other.
    """
    apps = settings.apps
    object_names = {name: object_name(name, app) for name, app in apps.items()}
    stack = _Stack(apps, {name: app.namespace or settings.namespace for name, app in apps.items()}, object_names)
    connections = _by_app(connection for name in apps for connection in stack.connections(name))
    routed = _routed_ports(apps)
    result: dict[str, App] = {}
    for name, app in apps.items():
        changes: dict[str, object] = {}
        if isinstance(app, RoutedFields) and _route_targets(app):
            changes["routes"] = tuple(_route(route, name, object_names, apps) for route in app.routes)
        if isinstance(app, RoutedFields) and (ports := routed[name]):
            kept = routed_ports(name, app.model_copy(update={"routes": ()}), _service_port(app))
            changes["routed"] = tuple(sorted({*ports, *kept}))
        if isinstance(app, WorkloadSpec) and app.talks_to is not None:
            # An app's list keeps its order: a changed policy would be an update of an app that did not change.
            of_app = [*stack.connections(name), *connections[name]]
            changes["talks_to"] = stack.ends("callee", name, of_app)
            changes["called_by"] = stack.ends("caller", name, of_app)
        result[name] = app.model_copy(update=changes) if changes else app
    return result


def object_name(name: str, app: AppSpec) -> str:
    """The name of an app's objects, which is its first name."""
    return app.renamed_from[0] if app.renamed_from else name


PortNumbers = Sequence[int | str]
"""Ports as in `Peer`: 5432, or 53/UDP. Empty: all ports."""


@dataclass(frozen=True)
class _Connection:
    """A connection that the settings of an app allow. Each end is an app of the stack, or a peer outside it."""

    caller: str | Peer
    callee: str | Peer
    ports: PortNumbers
    """Ports of the callee's pods."""


def _by_app(connections: Iterable[_Connection]) -> Mapping[str, Sequence[_Connection]]:
    """The connections of each app, whichever end it is."""
    result: dict[str, list[_Connection]] = defaultdict(list)
    for connection in connections:
        for end in dict.fromkeys((connection.caller, connection.callee)):
            if isinstance(end, str):
                result[end].append(connection)
    return result


@dataclass(frozen=True)
class _Stack:
    """The apps of a stack, with their namespaces and the names of their objects."""

    apps: Mapping[str, App]
    namespaces: Mapping[str, str]
    object_names: Mapping[str, str]

    def connections(self, name: str) -> Iterator[_Connection]:
        """The connections that the settings of an app name."""
        app = self.apps[name]
        if isinstance(app, WorkloadSpec):
            for peer in app.talks_to or ():
                callee = self._end(peer)
                yield _Connection(name, callee, self._ports(callee, peer))
            for peer in app.called_by:
                yield _Connection(self._end(peer), name, self._ports(name, peer))

    def _end(self, peer: str | Peer) -> str | Peer:
        """The app of this stack that a peer names, or the peer: an app of another stack, a namespace or a range."""
        if isinstance(peer, str):
            return peer
        if peer.app is None or peer.app not in self.apps or peer.namespace not in (None, self.namespaces[peer.app]):
            return peer
        return peer.app

    def _ports(self, callee: str | Peer, peer: str | Peer) -> PortNumbers:
        ports = peer.ports if isinstance(peer, Peer) else ()
        if isinstance(callee, Peer):
            return ports
        app = self.apps[callee]
        if isinstance(app, ExternalServiceSpec) and app.port:
            ports = ports or (app.port,)
        return tuple(dict.fromkeys(number for port in ports for number in _pod_ports(app, port)))

    def ends(
        self, side: Literal["caller", "callee"], name: str, connections: Sequence[_Connection]
    ) -> tuple[Peer, ...]:
        """The other ends of an app's connections, where it is not the given side: its callees or its callers."""
        peers = (
            peer
            for connection in connections
            if name == (connection.caller if side == "callee" else connection.callee)
            for peer in self._peers(connection.callee if side == "callee" else connection.caller, connection.ports)
        )
        return tuple(dict.fromkeys(peers))

    def _peers(self, end: str | Peer, ports: PortNumbers) -> Iterator[Peer]:
        """The pods or address ranges of one end of a connection."""
        if isinstance(end, Peer):
            yield end.model_copy(update={"ports": tuple(ports)})
            return
        app, first_name = self.apps[end], self.object_names[end]
        if isinstance(app, ExternalServiceSpec):
            ranges = (*app.cidrs, *app.addresses)
            yield from (Peer(cidr=addresses, ports=tuple(ports)) for addresses in ranges)
            return
        names = [first_name, next_name(first_name)] if _has_next(app) else [first_name]
        yield from (Peer(app=pods, namespace=self.namespaces[end], ports=tuple(ports)) for pods in names)


def _has_next(app: App) -> bool:
    return isinstance(app, WebServiceSpec) and app.next is not None


def _pod_ports(app: App, port: int | str) -> Iterator[int | str]:
    """The ports of the app's pods that a port means: that of its container, or those to which its Service forwards it.

    NetworkPolicies apply to the connection that arrives at the pod, whose port is that of the container.
    """
    number, _, only = str(port).partition("/")
    declared = list(_declared_ports(app))
    targets = [
        (target, protocol)
        for service_port, target, protocol in declared
        if int(number) in (service_port, target) and only in ("", protocol)
    ]
    for target, protocol in targets or [(int(number), only or "TCP")]:
        yield target if protocol == "TCP" else f"{target}/{protocol}"


def _declared_ports(app: App) -> Iterator[tuple[int, int, str]]:
    """The ports of an app: in its Service, in its container, and their protocol."""
    match app:
        case WebServiceSpec():
            yield app.main_port[1], app.port, "TCP"
        case StatefulServiceSpec() | DaemonServiceSpec() if app.port:
            yield app.service.port or app.port, app.port, app.protocol
        case ExternalServiceSpec() if app.port:
            yield app.port, app.target or app.port, app.protocol
            return
        case _:
            return
    for extra in app.service.ports.values():
        yield extra.port, extra.target or extra.port, extra.protocol


def _route_targets(app: AppSpec) -> set[str]:
    """The apps that an app's routes name."""
    return {target for target, _ in _backends(app)}


def _backends(app: AppSpec) -> Iterator[tuple[str, int | None]]:
    """The apps that an app's routes name, and the ports of their Services. None: the app's own port."""
    routes: Sequence[Route] = app.routes if isinstance(app, RoutedFields) else ()
    for path in (path for route in routes for path in route.paths):
        yield from ((share.app, share.port) for share in path.split)
        if path.app:
            yield path.app, path.port


def _routed_ports(apps: Mapping[str, App]) -> Mapping[str, set[int]]:
    """The ports of each app's Service that routes of other apps lead to."""
    result: dict[str, set[int]] = defaultdict(set)
    for owner, app in apps.items():
        for target, port in _backends(app):
            if target != owner:
                result[target].add(port or _service_port(apps[target]))
    return result


def _route(route: Route, owner: str, object_names: Mapping[str, str], apps: Mapping[str, App]) -> Route:
    paths = tuple(_path(path, owner, object_names, apps) for path in route.paths)
    return route.model_copy(update={"paths": paths})


def _path(path: RoutePath, owner: str, object_names: Mapping[str, str], apps: Mapping[str, App]) -> RoutePath:
    if path.split:
        shares = tuple(
            share.model_copy(
                update={"app": object_names[share.app], "port": share.port or _backend_port(apps[share.app])}
            )
            for share in path.split
        )
        return path.model_copy(update={"split": shares})
    if not path.app:
        return path
    target, name = apps[path.app], object_names[path.app]
    port = path.port or _backend_port(target)
    if path.app == owner or not (isinstance(target, WebServiceSpec) and target.next):
        return path.model_copy(update={"app": name, "port": port})
    weight = target.next.weight
    shares = (
        Share(app=name, weight=100 - weight, port=port),
        Share(app=next_name(name), weight=weight, port=port),
    )
    return path.model_copy(update={"app": None, "split": shares})


def _service_port(app: AppSpec) -> int:
    """The number of the app's own port in its Service. 0 without one."""
    match app:
        case WebServiceSpec():
            return app.main_port[1]
        case StatefulServiceSpec():
            return app.service.port or app.port
    return 0


def _backend_port(app: AppSpec) -> int | None:
    """The port of a route to the app's own port. None: the default port of a web service."""
    return app.service.port if isinstance(app, WebServiceSpec) else _service_port(app) or None
