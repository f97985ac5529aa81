"""Rules of what the cluster's ways in can do: Ingress or Gateway, and the certificates that they take."""

import re
from collections import Counter
from collections.abc import Iterator

from anykube._clusters.ingress_profiles import INGRESS_PROFILES
from anykube._routing import IngressProfile
from anykube._rules.context import RuleContext, apps, cloud, mode
from anykube._rules.findings import Finding, ValuePath
from anykube._rules.node import ConfigNode
from anykube._rules.routes import entries, routes
from anykube._rules.source import Plain
from anykube._rules.standalone import CERTIFICATE_SOURCES
from anykube._workloads.routes.gateway import MAX_LISTENERS, MAX_RULES
from anykube._workloads.routes.hosts import next_name

_GATEWAY_PATH = re.compile(r"(?:[-A-Za-z0-9/._~!$&'()*+,;=:@]|%[0-9a-fA-F]{2})+")
"""https://gateway-api.sigs.k8s.io/reference/spec/#httppathmatch"""


def ways(context: RuleContext) -> Iterator[Finding]:
    """An app's way in is one that the cluster has."""
    routing = _routing(context)
    if routing is None:
        return
    page = context.referenced or context.settings
    offered = page["cluster"]["gateway_api"].node.value is True
    for _, app in apps(context.settings):
        via, named = app["via"], app["gateway"]
        way = _way(app, routing)
        if way == "ingress" and named.given:
            yield Finding(
                named.path, "names a Gateway, but the app is reached by an Ingress", "add `via: gateway`, or remove it"
            )
        if way != "gateway":
            continue
        at = via if via.given else app
        if not named.given and routing.gateway_class is None:
            what = "is gateway, but which Gateways this cluster can make is not known"
            yield Finding(at.path, what, "name one that is there: `gateway: {name: …}`")
        elif cloud(context) not in (None, "existing") and not offered:
            whose = "the page of the cluster's stack" if context.referenced else "`cluster:`"
            what = "is gateway, but the cluster is made without the Gateway API"
            yield Finding(at.path, what, f"write `gateway_api: true` below {whose}")


def gateways(context: RuleContext) -> Iterator[Finding]:
    """Routes fit into a Gateway and its HTTPRoutes.

    https://gateway-api.sigs.k8s.io/reference/spec/
    """
    routing = _routing(context)
    for _, app in apps(context.settings):
        if routing is None or _way(app, routing) != "gateway":
            continue
        own = [route for route in app["routes"].elements() if route.is_mapping]
        secured = {route["host"].text for route in own if route["tls"].given}
        if len(secured) >= MAX_LISTENERS:
            what = f"have TLS for {len(secured)} hosts, and a Gateway can for {MAX_LISTENERS - 1}"
            yield Finding(app["routes"].path, what, "give some of them to another app")
        paths = Counter(route["host"].text for route in own for _ in entries(route))
        for host, count in paths.items():
            if count > MAX_RULES:
                what = f"have {count} paths of {host or 'every other host'}, and a Gateway can have {MAX_RULES}"
                yield Finding(app["routes"].path, what, "give some of them to another app")
        for route in own:
            if app["gateway"].given and route["tls"].given:
                what = "is given, but certificates of a Gateway that is there are its owner's"
                yield Finding(route["tls"].path, what, "remove it, or gateway")
            for entry in entries(route):
                path = entry["path"].text
                if path is not None and not _GATEWAY_PATH.fullmatch(path):
                    what = f"is {path}, which a Gateway does not take"
                    yield Finding(entry["path"].path, what, "write other characters as %XX, as in a URL")


def divided(context: RuleContext) -> Iterator[Finding]:
    """Requests are divided only where the way in can do that."""
    routing = _routing(context)
    known = dict(context.settings["apps"].items())
    told = set[ValuePath]()
    for owner, route in routes(context):
        if routing is None or _way(owner, routing) != "ingress" or routing.split_annotation:
            continue
        for entry in entries(route):
            weights = [share["weight"].number or 0 for share in entry["split"].elements()]
            target = known.get(entry["app"].text or "") if entry["app"].given else owner
            ahead = target["next"]["weight"] if target and not entry["split"].given else None
            at = entry["split"] if sum(weight > 0 for weight in weights) > 1 else None
            if ahead and 0 < (ahead.number or 0) < 100:
                at = ahead
            if at and at.path not in told:
                told.add(at.path)
                what = "divides requests, which an Ingress of this cluster cannot"
                remedy = "write `via: gateway`" + (
                    ", or 0 or 100" if at is ahead else ", or give one app all of the weight"
                )
                yield Finding(at.path, what, remedy)


def redirects(context: RuleContext) -> Iterator[Finding]:
    """Redirects are asked of a way in that can do them: a Gateway for each host, AWS' Ingress for all of an app."""
    routing = _routing(context)
    for _, app in apps(context.settings):
        if routing is None or _way(app, routing) != "ingress":
            continue
        secured = [route for route in app["routes"].elements() if route["tls"].given]
        asked = [route["redirect"] for route in secured]
        for redirect in asked:
            if redirect.node.value is True and not routing.redirects:
                what = "is true, but no way is known how an Ingress of this cluster does that"
                yield Finding(redirect.path, what, "write `via: gateway`, or remove it")
        if routing.redirects and len({redirect.node.value is False for redirect in asked}) > 1:
            at = next(redirect for redirect in asked if redirect.node.value is False)
            what = "is false, but an Ingress redirects all hosts of an app that have TLS, or none"
            yield Finding(at.path, what, "write it at all of them, or `via: gateway`")


def certificates(context: RuleContext) -> Iterator[Finding]:
    """Certificates are where the cluster's controller looks for them, and cert-manager's are all of one issuer."""
    routing = _routing(context)
    for _, app in apps(context.settings):
        secured = [route["tls"] for route in app["routes"].elements() if route["tls"].is_mapping]
        if routing and routing.finds_certificates:
            for tls in secured:
                for source in (tls["secret_name"], tls["cert_manager"]):
                    if source.given:
                        what = (
                            "is for a Secret, but the cloud's load balancer takes certificates from its own store alone"
                        )
                        yield Finding(source.path, what, "write `issuer: cluster`")
            continue
        if routing and routing.certificate:
            yield from _made_by_the_cloud(app, _way(app, routing))
        filled = [_filled(tls, routing) for tls in secured]
        first = next((issuer for issuer in filled if issuer), None)
        for tls, issuer in zip(secured, filled, strict=True):
            if first and issuer != first and _has_source(tls):
                what = (
                    "is not of the issuer of the app's other hosts, and cert-manager fills the Secrets of all of them"
                )
                yield Finding(tls.path, what, "give all of them the same cert_manager, or this host to another app")


def _filled(tls: ConfigNode, routing: IngressProfile | None) -> Plain:
    """The issuer that cert-manager asks for the certificate; None where it does not fill the Secret."""
    if routing and routing.cluster_issuer and tls["issuer"].text:
        return {"issuer": routing.cluster_issuer, "kind": "ClusterIssuer"}
    issuer = tls["cert_manager"]
    return {"kind": issuer["kind"].text_or("ClusterIssuer"), "issuer": issuer["issuer"].text} if issuer.given else None


def _made_by_the_cloud(app: ConfigNode, way: str | None) -> Iterator[Finding]:
    """https://cloud.google.com/kubernetes-engine/docs/how-to/managed-certs#limitations"""
    for route in (route for route in app["routes"].elements() if route["tls"].is_mapping):
        issuer, host = route["tls"]["issuer"], route["host"].text
        if not issuer.given:
            continue
        remedy = "give secret_name or cert_manager"
        if way == "gateway":
            what = "is given, but certificates that the cloud makes here are for Ingresses alone"
            yield Finding(issuer.path, what, f"write `via: ingress`, or {remedy}")
        elif host and host.startswith("*."):
            what = f"is given for {host}, but certificates that the cloud makes here are for single hosts"
            yield Finding(issuer.path, what, f"name the hosts, or {remedy}")


def versions(context: RuleContext) -> Iterator[Finding]:
    """A next version has names of its own, and routes that lead to it."""
    known = dict(context.settings["apps"].items())
    led_to = {
        name
        for owner, route in routes(context)
        for entry in entries(route)
        for name in [entry["app"].text if entry["app"].given else _name(owner)]
        if not entry["split"].given
    }
    for name, app in apps(context.settings):
        if not app["next"].is_mapping:
            continue
        taken = next_name(name)
        if taken in known:
            what = f"needs the name {taken} for its objects, and another app of this page has it"
            yield Finding(app["next"].path, what, "rename one of the two apps")
        weight = app["next"]["weight"]
        if weight.number and name not in led_to:
            yield Finding(weight.path, f"is {weight.number}, but no route leads to the app", "write 0, or add a route")


def _routing(context: RuleContext) -> IngressProfile | None:
    """How the cluster takes requests; None: not known which cluster it is."""
    return context.routing or INGRESS_PROFILES.get((cloud(context) or "", mode(context)))


def _way(app: ConfigNode, routing: IngressProfile) -> str | None:
    if app["kind"].text_or("web") != "web":
        return None
    return app["via"].text_or(routing.via)


def _has_source(tls: ConfigNode) -> bool:
    return any(tls[source].given for source in CERTIFICATE_SOURCES)


def _name(app: ConfigNode) -> str:
    return str(app.path[-1])
