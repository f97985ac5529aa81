"""Rules between apps: who talks to whom, and what they were called."""

from collections.abc import Iterator

from anykube.settings.problems import Finding
from anykube.settings.rules.scene import Scene, apps
from anykube.settings.view import View
from anykube.settings.wording import choice


def peers(scene: Scene) -> Iterator[Finding]:
    """An app talks to apps that are there, or to a range of addresses."""
    known = dict(scene.page["apps"].items())
    for name, app in apps(scene.page):
        for peer in (*app["talks_to"].elements(), *app["called_by"].elements()):
            if peer.text is not None and peer.text not in known:
                remedy = choice(peer.text, [other for other in known if other != name], "app")
                yield Finding(peer.path, f"names the app {peer.text}, which is not in this page", remedy)
            if peer.is_mapping and peer["app"].given == peer["cidr"].given:
                what = "has both app and cidr" if peer["app"].given else "names neither an app nor a range"
                yield Finding(peer.path, what, "give one of the two, app or cidr")
        if app["called_by"].given and not app["talks_to"].given:
            what = "has no effect: without talks_to, all pods of the cluster may talk to the app"
            yield Finding(app["called_by"].path, what, "add talks_to, which may be empty: []")


def renames(scene: Scene) -> Iterator[Finding]:
    """A name that objects keep belongs to one app of the page."""
    taken: dict[str, View] = dict(scene.page["apps"].items())
    for name, app in apps(scene.page):
        for old in app["renamed_from"].elements():
            if old.text is None:
                continue
            if old.text in taken:
                what = (
                    f"is {old.text}, but that is the app itself"
                    if old.text == name
                    else (f"is {old.text}, which another app of this page is, or was, called")
                )
                yield Finding(old.path, what, "remove it, or give the name that only this app had")
            taken.setdefault(old.text, app)


def routed(scene: Scene) -> Iterator[Finding]:
    """A route leads to an app that answers HTTP."""
    known = dict(scene.page["apps"].items())
    for _, app in apps(scene.page):
        for route in app["routes"].elements():
            for entry in route["paths"].elements():
                for asked in (entry["app"], *(share["app"] for share in entry["split"].elements())):
                    target = known.get(asked.text or "")
                    kind = target["kind"].text_or("web") if target else None
                    if kind not in (None, "web"):
                        what = f"names the app {asked.text}, whose kind is {kind}"
                        yield Finding(asked.path, what, "name an app of the kind web")
