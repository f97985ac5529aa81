"""Rules between apps: who talks to whom, and what they were called."""

from collections.abc import Iterator

from anykube._rules.context import RuleContext, apps
from anykube._rules.findings import Finding
from anykube._rules.node import ConfigNode
from anykube._rules.standalone import peer_target
from anykube._rules.wording import choice


def peers(context: RuleContext) -> Iterator[Finding]:
    """An app talks to apps or ranges of addresses, and who calls it matters only where that is limited."""
    for _, app in apps(context.settings):
        for peer in _peers(app):
            if peer.is_mapping:
                yield from peer_target(peer)
        if app["called_by"].given and not app["talks_to"].given:
            what = "has no effect: without talks_to, all pods of the cluster may talk to the app"
            yield Finding(app["called_by"].path, what, "add talks_to, which may be empty: []")


def known(context: RuleContext) -> Iterator[Finding]:
    """The apps that an app talks to, or is called by, are there."""
    names = [name for name, _ in context.settings["apps"].items()]
    for name, app in apps(context.settings):
        for peer in _peers(app):
            if peer.text is not None and peer.text not in names:
                remedy = choice(peer.text, [other for other in names if other != name], "app")
                yield Finding(peer.path, f"names the app {peer.text}, which is not in this page", remedy)


def _peers(app: ConfigNode) -> Iterator[ConfigNode]:
    yield from app["talks_to"].elements()
    yield from app["called_by"].elements()


def renames(context: RuleContext) -> Iterator[Finding]:
    """A name that objects keep belongs to one app of the page."""
    taken: dict[str, ConfigNode] = dict(context.settings["apps"].items())
    for name, app in apps(context.settings):
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


def routed(context: RuleContext) -> Iterator[Finding]:
    """A route leads to an app that answers HTTP."""
    known = dict(context.settings["apps"].items())
    for _, app in apps(context.settings):
        for route in app["routes"].elements():
            for entry in route["paths"].elements():
                for asked in (entry["app"], *(share["app"] for share in entry["split"].elements())):
                    target = known.get(asked.text or "")
                    kind = target["kind"].text_or("web") if target else None
                    if kind not in (None, "web"):
                        what = f"names the app {asked.text}, whose kind is {kind}"
                        yield Finding(asked.path, what, "name an app of the kind web")
