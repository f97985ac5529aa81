"""Rules between apps: network peers, earlier names and route targets."""

from collections.abc import Iterator

from anykube._rules.context import RuleContext, apps
from anykube._rules.findings import Finding
from anykube._rules.node import ConfigNode
from anykube._rules.routes import ROUTED_KINDS, target_fields
from anykube._rules.standalone import peer_target
from anykube._rules.wording import choice


def peers(context: RuleContext) -> Iterator[Finding]:
    """A peer is an app or an IPv4 range, and `called_by` requires `talks_to`."""
    for _, app in apps(context.settings):
        for peer in _peers(app):
            if peer.is_mapping:
                yield from peer_target(peer)
        if app["called_by"].is_set and not app["talks_to"].is_set:
            message = "has no effect without talks_to, since all pods of the cluster may then connect to the app"
            yield Finding(app["called_by"].path, message, "add talks_to; the list may be empty: `talks_to: []`")


def peer_names(context: RuleContext) -> Iterator[Finding]:
    """The peers of an app exist."""
    names = [name for name, _ in context.settings["apps"].items()]
    for name, app in apps(context.settings):
        for peer in _peers(app):
            if peer.text is not None and peer.text not in names:
                remedy = choice(peer.text, [other for other in names if other != name], "app")
                yield Finding(peer.path, f"there is no app {peer.text} in these settings", remedy)


def _peers(app: ConfigNode) -> Iterator[ConfigNode]:
    yield from app["talks_to"].elements()
    yield from app["called_by"].elements()


def renames(context: RuleContext) -> Iterator[Finding]:
    """No two apps have, or had, the same name: their objects would."""
    used: dict[str, ConfigNode] = dict(context.settings["apps"].items())
    for name, app in apps(context.settings):
        for old in app["renamed_from"].elements():
            if old.text is None:
                continue
            if old.text == name:
                yield Finding(old.path, f"{old.text} is the current name of the app", "remove it")
            elif old.text in used:
                message = f"{old.text} is the current or earlier name of another app"
                yield Finding(old.path, message, "remove it, or write a name that only this app had")
            used.setdefault(old.text, app)


def target_kinds(context: RuleContext) -> Iterator[Finding]:
    """A route leads to apps of kinds that can have routes."""
    by_name = dict(context.settings["apps"].items())
    for target in target_fields(context):
        app = by_name.get(target.text or "")
        kind = app["kind"].text_or("web") if app else None
        if kind is not None and kind not in ROUTED_KINDS:
            message = f"the app {target.text} has the kind {kind}, which routes cannot lead to"
            yield Finding(target.path, message, f"name an app of the kind {' or '.join(ROUTED_KINDS)}")
