"""`linked`: the apps of a page, with the names by which they know each other replaced by those of their objects."""

from collections.abc import Mapping

from components.workloads.app import AppSpec
from components.workloads.choice import App
from components.workloads.pods.spec import Peer, WorkloadSpec
from components.workloads.web.spec import Route, WebServiceSpec
from stacks.settings.document import Page


def linked(page: Page) -> dict[str, App]:
    """The apps. Routes lead to, and `talks_to` names, the objects of apps, which keep their first name when an app is
    renamed; and who is talked to knows by whom."""
    objects = {name: _objects(name, app) for name, app in page.apps.items()}
    homes = {name: app.namespace or page.namespace for name, app in page.apps.items()}
    peers = {name: Peer(app=objects[name], namespace=homes[name]) for name in page.apps}
    apps: dict[str, App] = {}
    for name, app in page.apps.items():
        changes: dict[str, object] = {}
        if isinstance(app, WebServiceSpec) and any(path.app for route in app.routes for path in route.paths):
            changes["routes"] = tuple(_route(route, objects) for route in app.routes)
        if isinstance(app, WorkloadSpec) and app.talks_to is not None:
            changes["talks_to"] = tuple(_peer(peer, peers) for peer in app.talks_to)
            callers = tuple(
                peers[other] for other, caller in page.apps.items() if other != name and _calls(caller, name)
            )
            changes["called_by"] = (*(_peer(peer, peers) for peer in app.called_by), *callers)
        apps[name] = app.model_copy(update=changes) if changes else app
    return apps


def _objects(name: str, app: AppSpec) -> str:
    return app.renamed_from[0] if app.renamed_from else name


def _calls(app: AppSpec, name: str) -> bool:
    return isinstance(app, WorkloadSpec) and name in (app.talks_to or ())


def _peer(peer: str | Peer, peers: Mapping[str, Peer]) -> Peer:
    return peers[peer] if isinstance(peer, str) else peer


def _route(route: Route, objects: Mapping[str, str]) -> Route:
    paths = tuple(path.model_copy(update={"app": objects[path.app]}) if path.app else path for path in route.paths)
    return route.model_copy(update={"paths": paths})
