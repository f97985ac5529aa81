"""`linked`: the apps of a stack, with references between them resolved to the names of their objects."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import chain

from anykube._workloads.app import AppSpec
from anykube._workloads.pods.spec import Peer, WorkloadSpec
from anykube._workloads.routes.hosts import next_name
from anykube._workloads.routes.routed import RoutedFields
from anykube._workloads.routes.spec import Route, RoutePath, Share
from anykube._workloads.stateful.spec import StatefulServiceSpec
from anykube._workloads.unions import App
from anykube._workloads.web.spec import WebServiceSpec
from anykube.settings.model import StackSettings


def linked(settings: StackSettings) -> dict[str, App]:
    """The apps by name, with `routes`, `routed`, `talks_to` and `called_by` resolved.

    References become the names of objects, which keep an app's first name when it is renamed. Routes to an app with a
    next version lead to both versions. `called_by` includes the apps that list an app in `talks_to`.
    """
    object_names = {name: _object_name(name, app) for name, app in settings.apps.items()}
    namespaces = {name: app.namespace or settings.namespace for name, app in settings.apps.items()}
    peers = {name: Peer(app=object_names[name], namespace=namespaces[name]) for name in settings.apps}
    routed = {target for name, app in settings.apps.items() for target in _route_targets(app) if target != name}
    apps: dict[str, App] = {}
    for name, app in settings.apps.items():
        changes: dict[str, object] = {}
        if isinstance(app, RoutedFields) and _route_targets(app):
            changes["routes"] = tuple(_route(route, name, object_names, settings.apps) for route in app.routes)
        if isinstance(app, RoutedFields) and name in routed:
            changes["routed"] = True
        if isinstance(app, WorkloadSpec) and app.talks_to is not None:
            changes["talks_to"] = tuple(_peer(peer, peers) for peer in app.talks_to)
            callers = [other for other, caller in settings.apps.items() if other != name and _calls(caller, name)]
            called_by = (_caller_pods(caller, settings.apps, peers) for caller in (*app.called_by, *callers))
            changes["called_by"] = tuple(chain.from_iterable(called_by))
        apps[name] = app.model_copy(update=changes) if changes else app
    return apps


def _object_name(name: str, app: AppSpec) -> str:
    return app.renamed_from[0] if app.renamed_from else name


def _calls(app: AppSpec, name: str) -> bool:
    return isinstance(app, WorkloadSpec) and name in (app.talks_to or ())


def _peer(peer: str | Peer, peers: Mapping[str, Peer]) -> Peer:
    return peers[peer] if isinstance(peer, str) else peer


def _caller_pods(caller: str | Peer, apps: Mapping[str, App], peers: Mapping[str, Peer]) -> Iterator[Peer]:
    """The pods that connect as `caller`: those of the app, and those of its next version."""
    peer = _peer(caller, peers)
    yield peer
    app = apps[caller] if isinstance(caller, str) else None
    if isinstance(app, WebServiceSpec) and app.next:
        yield peer.model_copy(update={"app": next_name(str(peer.app))})


def _route_targets(app: AppSpec) -> set[str]:
    """The apps that an app's routes name."""
    routes: Sequence[Route] = app.routes if isinstance(app, RoutedFields) else ()
    paths = [path for route in routes for path in route.paths]
    return {share.app for path in paths for share in path.split} | {path.app for path in paths if path.app}


def _route(route: Route, owner: str, object_names: Mapping[str, str], apps: Mapping[str, App]) -> Route:
    paths = tuple(_path(path, owner, object_names, apps) for path in route.paths)
    return route.model_copy(update={"paths": paths})


def _path(path: RoutePath, owner: str, object_names: Mapping[str, str], apps: Mapping[str, App]) -> RoutePath:
    if path.split:
        shares = tuple(
            share.model_copy(
                update={"app": object_names[share.app], "port": share.port or _service_port(apps[share.app])}
            )
            for share in path.split
        )
        return path.model_copy(update={"split": shares})
    if not path.app:
        return path
    target, name = apps[path.app], object_names[path.app]
    port = path.port or _service_port(target)
    if path.app == owner or not (isinstance(target, WebServiceSpec) and target.next):
        return path.model_copy(update={"app": name, "port": port})
    weight = target.next.weight
    shares = (
        Share(app=name, weight=100 - weight, port=port),
        Share(app=next_name(name), weight=weight, port=port),
    )
    return path.model_copy(update={"app": None, "split": shares})


def _service_port(app: AppSpec) -> int | None:
    """The Service's port for the app's own port. None: 80."""
    match app:
        case WebServiceSpec():
            return app.service.port
        case StatefulServiceSpec():
            return app.service.port or app.port
    return None
