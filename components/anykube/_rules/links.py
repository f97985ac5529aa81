"""Rules between apps: network peers, earlier names and route targets."""

import re
from collections.abc import Iterator

from anykube._rules.context import RuleContext, apps
from anykube._rules.findings import Finding
from anykube._rules.node import ConfigNode
from anykube._rules.pods import containers
from anykube._rules.routes import ROUTED_KINDS, target_fields
from anykube._rules.standalone import peer_target
from anykube._rules.wording import choice

_SERVICE_NAME = r"[^.]+\.([^.]+)\.svc(\..+)?"


def peers(context: RuleContext) -> Iterator[Finding]:
    """A peer is an app, a namespace or an IP range, and `called_by` requires `talks_to`."""
    for _, app in apps(context.settings):
        for peer in _peers(app):
            if peer.is_mapping:
                yield from peer_target(peer)
        if app["called_by"].is_set and not app["talks_to"].is_set:
            message = "has no effect without talks_to, since all pods of the cluster may then connect to the app"
            yield Finding(app["called_by"].path, message, "add talks_to; the list may be empty: `talks_to: []`")


def peer_names(context: RuleContext) -> Iterator[Finding]:
    """The peers of an app exist."""
    by_name = dict(context.settings["apps"].items())
    for name, app in apps(context.settings):
        others = [other for other in by_name if other != name]
        for peer in _peers(app):
            target = peer["app"] if peer.is_mapping else peer
            # With a namespace it may be an app of another stack.
            if target.text is None or target.text in by_name or (peer.is_mapping and peer["namespace"].is_set):
                continue
            remedy = choice(target.text, others, "app")
            hint = ". For an app of another stack, add its namespace" if peer.is_mapping else ""
            yield Finding(target.path, f"there is no app {target.text} in these settings", f"{remedy}{hint}")


def external_peers(context: RuleContext) -> Iterator[Finding]:
    """An external app that is a peer has address ranges: a NetworkPolicy cannot name a host outside the cluster.

    https://kubernetes.io/docs/concepts/services-networking/network-policies/#behavior-of-to-and-from-selectors
    """
    by_name = dict(context.settings["apps"].items())
    for _, app in apps(context.settings):
        for peer in _peers(app):
            name = peer["app"].text if peer.is_mapping else peer.text
            target = by_name.get(name or "")
            if not target or target["kind"].text != "external" or not target["host"].is_set or target["cidrs"].is_set:
                continue
            within = re.fullmatch(_SERVICE_NAME, target["host"].text or "")
            if within:
                message = f"the host of {name} is a Service of the cluster, and NetworkPolicies allow its pods"
                yield Finding(peer.path, message, f"name their namespace instead: `{{namespace: {within[1]}}}`")
                continue
            message = f"the app {name} is external, and NetworkPolicies allow address ranges, not host names"
            remedy = f"add its address ranges to {name}, such as `cidrs: [10.0.0.0/16]`"
            yield Finding(peer.path, message, f"{remedy}; 0.0.0.0/0 allows all addresses")


def member_ports(context: RuleContext) -> Iterator[Finding]:
    """Peers use no ports that only members of an app can reach."""
    by_name = dict(context.settings["apps"].items())
    for name, app in apps(context.settings):
        for field in ("talks_to", "called_by"):
            for peer in app[field].elements():
                callee = name if field == "called_by" else peer["app"].text
                if callee is None or callee not in by_name or peer["app"].text == name:
                    continue
                reserved, others = _numbers(by_name[callee])
                for port in peer["ports"].elements():
                    number = str(port.number or port.text).partition("/")[0]
                    if reserved and (number in reserved or number not in others):
                        cause = "its exposure is members" if number in reserved else "it has ports for members"
                        message = f"only pods of {callee} can reach this port, because {cause}"
                        remedy = (
                            "set `exposure: cluster` for the port" if number in reserved else "add it to service.ports"
                        )
                        yield Finding(port.path, message, f"remove it, or {remedy}")


def _numbers(app: ConfigNode) -> tuple[set[str], set[str]]:
    """The ports of an app that only its members can reach, and those of its Service and containers that others can."""
    reserved, others = set[str](), set[str]()
    for _, port in app["service"]["ports"].items():
        numbers = reserved if port["exposure"].text == "members" else others
        numbers |= {str(port[field].number) for field in ("port", "target") if port[field].number}
    is_web = app["kind"].text_or("web") == "web"
    main = (app["port"].number_or(8080 if is_web else 0), app["service"]["port"].number_or(80 if is_web else 0))
    beside = (container["port"].number for container in containers(app))
    return reserved, others | {str(number) for number in (*main, *beside) if number}


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
