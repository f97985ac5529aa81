"""`linked`: the apps of a page, with the names by which they know each other replaced by those of their objects."""

from collections.abc import Iterator, Mapping
from itertools import chain

from anykube._workloads.app import AppSpec
from anykube._workloads.pods.spec import Peer, WorkloadSpec
from anykube._workloads.routes.hosts import next_name
from anykube._workloads.routes.spec import Route, RoutePath, Share
from anykube._workloads.unions import App
from anykube._workloads.web.spec import WebServiceSpec
from anykube.settings.model import StackSettings


def linked(page: StackSettings) -> dict[str, App]:
    """The apps. Routes lead to, and `talks_to` names, the objects of apps, which keep their first name when an app is
    renamed; routes to an app that has a next version lead to both; and who is talked to knows by whom."""
    objects = {name: _objects(name, app) for name, app in page.apps.items()}
    homes = {name: app.namespace or page.namespace for name, app in page.apps.items()}
    peers = {name: Peer(app=objects[name], namespace=homes[name]) for name in page.apps}
    led_to = {target for name, app in page.apps.items() for target in _led_to(app) if target != name}
    apps: dict[str, App] = {}
    for name, app in page.apps.items():
        changes: dict[str, object] = {}
        if isinstance(app, WebServiceSpec) and _led_to(app):
            changes["routes"] = tuple(_route(route, name, objects, page.apps) for route in app.routes)
        if isinstance(app, WebServiceSpec) and name in led_to:
            changes["routed"] = True
        if isinstance(app, WorkloadSpec) and app.talks_to is not None:
            changes["talks_to"] = tuple(_peer(peer, peers) for peer in app.talks_to)
            callers = [other for other, caller in page.apps.items() if other != name and _calls(caller, name)]
            called_by = (_pods(caller, page.apps, peers) for caller in (*app.called_by, *callers))
            changes["called_by"] = tuple(chain.from_iterable(called_by))
        apps[name] = app.model_copy(update=changes) if changes else app
    return apps


def _objects(name: str, app: AppSpec) -> str:
    return app.renamed_from[0] if app.renamed_from else name


def _calls(app: AppSpec, name: str) -> bool:
    return isinstance(app, WorkloadSpec) and name in (app.talks_to or ())


def _peer(peer: str | Peer, peers: Mapping[str, Peer]) -> Peer:
    return peers[peer] if isinstance(peer, str) else peer


def _pods(caller: str | Peer, apps: Mapping[str, App], peers: Mapping[str, Peer]) -> Iterator[Peer]:
    """Whose pods make a caller's connections: an app's own, and its next version's."""
    yield _peer(caller, peers)
    app = apps[caller] if isinstance(caller, str) else None
    if isinstance(app, WebServiceSpec) and app.next:
        own = _peer(caller, peers)
        yield own.model_copy(update={"app": next_name(str(own.app))})


def _led_to(app: AppSpec) -> set[str]:
    """The apps that an app's routes name."""
    paths = [path for route in app.routes for path in route.paths] if isinstance(app, WebServiceSpec) else []
    return {share.app for path in paths for share in path.split} | {path.app for path in paths if path.app}


def _route(route: Route, owner: str, objects: Mapping[str, str], apps: Mapping[str, App]) -> Route:
    paths = tuple(_path(path, owner, objects, apps) for path in route.paths)
    return route.model_copy(update={"paths": paths})


def _path(path: RoutePath, owner: str, objects: Mapping[str, str], apps: Mapping[str, App]) -> RoutePath:
    if path.split:
        shares = tuple(
            share.model_copy(update={"app": objects[share.app], "port": share.port or _offered(apps[share.app])})
            for share in path.split
        )
        return path.model_copy(update={"split": shares})
    if not path.app:
        return path
    target, name = apps[path.app], objects[path.app]
    port = path.port or _offered(target)
    if path.app == owner or not (isinstance(target, WebServiceSpec) and target.next):
        return path.model_copy(update={"app": name, "port": port})
    weight = target.next.weight
    shares = (
        Share(app=name, weight=100 - weight, port=port),
        Share(app=next_name(name), weight=weight, port=port),
    )
    return path.model_copy(update={"app": None, "split": shares})


def _offered(app: AppSpec) -> int | None:
    """What an app's Service offers for its own port; None where that is 80."""
    return app.service.port if isinstance(app, WebServiceSpec) else None
