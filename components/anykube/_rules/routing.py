"""Rules of Ingresses and Gateways: which routes and certificates the cluster supports."""

import re
from collections import Counter
from collections.abc import Iterator

from anykube._clusters.ingress_profiles import INGRESS_PROFILES
from anykube._routing import IngressProfile
from anykube._rules.context import RuleContext, apps, cloud, mode
from anykube._rules.findings import Finding, ValuePath
from anykube._rules.node import ConfigNode
from anykube._rules.routes import ROUTED_KINDS, entries, routes
from anykube._rules.source import Data
from anykube._rules.standalone import CERTIFICATE_SOURCES
from anykube._workloads.routes.gateway import MAX_LISTENERS, MAX_PATH, MAX_RULES

_GATEWAY_PATH = re.compile(r"(?:[-A-Za-z0-9/._~!$&'()*+,;=:@]|%[0-9a-fA-F]{2})+")
"""https://gateway-api.sigs.k8s.io/reference/spec/#httppathmatch"""
_MAX_CERTIFIED_HOST = 63
_CERTIFIED_HOST = re.compile(r".+\.[a-z][-a-z0-9]*[a-z0-9]")
"""Hosts in certificates of the cloud: https://github.com/GoogleCloudPlatform/gke-managed-certs/blob/master/deploy"""


def route_kinds(context: RuleContext) -> Iterator[Finding]:
    """The cluster supports the kind of an app's routes: Ingress or Gateway."""
    profile = _profile(context)
    if profile is None:
        return
    settings = context.referenced or context.settings
    has_gateway_api = settings["cluster"]["gateway_api"].node.value is True
    for _, app in apps(context.settings):
        via, gateway = app["via"], app["gateway"]
        kind = _route_kind(app, profile)
        if kind == "ingress" and gateway.is_set:
            message = "not allowed, since the app's routes use an Ingress"
            yield Finding(gateway.path, message, "add `via: gateway`, or remove gateway")
        if kind != "gateway":
            continue
        field = via if via.is_set else app
        if not gateway.is_set and profile.gateway_class is None:
            message = "the app's routes use a Gateway, but the cluster has no known GatewayClass"
            yield Finding(field.path, message, "name an existing Gateway: `gateway: {name: …}`")
        elif cloud(context) not in (None, "existing") and not has_gateway_api:
            section = "in the settings of the cluster's stack" if context.referenced else "below `cluster:`"
            message = "the app's routes use a Gateway, but the cluster has no Gateway API"
            yield Finding(field.path, message, f"set `gateway_api: true` {section}")


def gateways(context: RuleContext) -> Iterator[Finding]:
    """Routes are within the limits of a Gateway and its HTTPRoutes.

    https://gateway-api.sigs.k8s.io/reference/spec/
    """
    profile = _profile(context)
    for _, app in apps(context.settings):
        if profile is None or _route_kind(app, profile) != "gateway":
            continue
        app_routes = [route for route in app["routes"].elements() if route.is_mapping]
        tls_hosts = {route["host"].text for route in app_routes if route["tls"].is_set}
        if len(tls_hosts) >= MAX_LISTENERS:
            message = f"{len(tls_hosts)} hosts have TLS, but a Gateway supports at most {MAX_LISTENERS - 1}"
            yield Finding(app["routes"].path, message, "move some of the routes to another app")
        paths = Counter(route["host"].text for route in app_routes for _ in entries(route))
        for host, count in paths.items():
            if count > MAX_RULES:
                subject = f"host {host} has" if host else "routes without a host have"
                message = f"{subject} {count} paths, but a Gateway supports at most {MAX_RULES}"
                yield Finding(app["routes"].path, message, "move some of the paths to another app")
        for route in app_routes:
            if app["gateway"].is_set and route["tls"].is_set:
                message = "not allowed with an existing Gateway, whose owner configures its certificates"
                yield Finding(route["tls"].path, message, "remove tls, or gateway")
            for entry in entries(route):
                path = entry["path"].text
                if entry["type"].text == "ImplementationSpecific":
                    message = "a Gateway matches paths as a prefix or exactly"
                    yield Finding(entry["type"].path, message, "use Prefix or Exact, or set `via: ingress`")
                if path is not None and len(path) > MAX_PATH:
                    message = f"the path has {len(path)} characters, but a Gateway supports at most {MAX_PATH}"
                    yield Finding(entry["path"].path, message, "shorten it, or set `via: ingress`")
                if path is not None and not _GATEWAY_PATH.fullmatch(path):
                    message = f"{path} has characters that a Gateway does not accept"
                    yield Finding(entry["path"].path, message, "write other characters as %XX, as in a URL")


def traffic_splits(context: RuleContext) -> Iterator[Finding]:
    """Requests are split only if the cluster's Ingress or Gateway supports it."""
    profile = _profile(context)
    by_name = dict(context.settings["apps"].items())
    reported = set[ValuePath]()
    for owner, route in routes(context):
        if profile is None or _route_kind(owner, profile) != "ingress" or profile.split_annotation:
            continue
        for entry in entries(route):
            weights = [share["weight"].number or 0 for share in entry["split"].elements()]
            target = by_name.get(entry["app"].text or "") if entry["app"].is_set else owner
            next_weight = target["next"]["weight"] if target and not entry["split"].is_set else None
            field = entry["split"] if sum(weight > 0 for weight in weights) > 1 else None
            if next_weight and 0 < (next_weight.number or 0) < 100:
                field = next_weight
            if field and field.path not in reported:
                reported.add(field.path)
                alternative = "set the weight to 0 or 100" if field is next_weight else "give one app all of the weight"
                message = "Ingresses of this cluster cannot split requests"
                yield Finding(field.path, message, f"set `via: gateway`, or {alternative}")


def redirects(context: RuleContext) -> Iterator[Finding]:
    """The cluster supports redirects: a Gateway for each host, the Ingress of AWS for all hosts of an app."""
    profile = _profile(context)
    for _, app in apps(context.settings):
        if profile is None or _route_kind(app, profile) != "ingress":
            continue
        fields = [route["redirect"] for route in app["routes"].elements() if route["tls"].is_set]
        for redirect in fields:
            if redirect.node.value is True and not profile.redirects:
                message = "Ingresses of this cluster do not support redirects"
                yield Finding(redirect.path, message, "set `via: gateway`, or remove redirect")
        if profile.redirects and len({redirect.node.value is False for redirect in fields}) > 1:
            field = next(redirect for redirect in fields if redirect.node.value is False)
            message = "an Ingress of this cluster redirects all hosts of an app that have TLS, or none"
            yield Finding(field.path, message, "set it for all of them, or set `via: gateway`")


def certificates(context: RuleContext) -> Iterator[Finding]:
    """The cluster's controller can use the certificates, and all from cert-manager have the same issuer."""
    profile = _profile(context)
    for _, app in apps(context.settings):
        tls_sections = [route["tls"] for route in app["routes"].elements() if route["tls"].is_mapping]
        if profile and profile.finds_certificates:
            for tls in tls_sections:
                for source in (tls["secret_name"], tls["cert_manager"]):
                    if source.is_set:
                        message = "the cloud's load balancer uses only certificates of its own store, not Secrets"
                        yield Finding(source.path, message, "set `issuer: cluster` instead")
            continue
        if profile and profile.certificate:
            yield from _managed_certificates(app, _route_kind(app, profile))
        issuers = [_cert_manager_issuer(tls, profile) for tls in tls_sections]
        first = next((issuer for issuer in issuers if issuer), None)
        for tls, issuer in zip(tls_sections, issuers, strict=True):
            if first and issuer != first and _has_source(tls):
                message = "the issuer differs from that of the app's other hosts, but cert-manager uses one for all"
                yield Finding(tls.path, message, "use the same cert_manager for all of them, or move this host")


def _cert_manager_issuer(tls: ConfigNode, profile: IngressProfile | None) -> Data:
    """The issuer from which cert-manager gets the certificate. None: cert-manager does not fill the Secret."""
    if profile and profile.cluster_issuer and tls["issuer"].text:
        return {"issuer": profile.cluster_issuer, "kind": "ClusterIssuer"}
    issuer = tls["cert_manager"]
    return {"kind": issuer["kind"].text_or("ClusterIssuer"), "issuer": issuer["issuer"].text} if issuer.is_set else None


def _managed_certificates(app: ConfigNode, kind: str | None) -> Iterator[Finding]:
    """https://cloud.google.com/kubernetes-engine/docs/how-to/managed-certs#limitations"""
    for route in (route for route in app["routes"].elements() if route["tls"].is_mapping):
        issuer, host = route["tls"]["issuer"], route["host"].text
        if not issuer.is_set:
            continue
        remedy = "set secret_name or cert_manager instead"
        if kind == "gateway":
            message = "certificates of this cluster's cloud are only for Ingresses, not for Gateways"
            yield Finding(issuer.path, message, f"set `via: ingress`, or {remedy}")
        elif host and host.startswith("*."):
            message = f"certificates of this cluster's cloud do not support wildcard hosts such as {host}"
            yield Finding(issuer.path, message, f"list the hosts, or {remedy}")
        elif host and (len(host) > _MAX_CERTIFIED_HOST or not _CERTIFIED_HOST.fullmatch(host)):
            message = (
                "certificates of this cluster's cloud are for hosts of at most "
                f"{_MAX_CERTIFIED_HOST} characters that end in a domain such as com, unlike {host}"
            )
            yield Finding(issuer.path, message, f"change the host, or {remedy}")


def next_versions(context: RuleContext) -> Iterator[Finding]:
    """The next version of an app has a route if it has a weight."""
    routed_apps = {
        name
        for owner, route in routes(context)
        for entry in entries(route)
        for name in [entry["app"].text if entry["app"].is_set else _name(owner)]
        if not entry["split"].is_set
    }
    for name, app in apps(context.settings):
        if not app["next"].is_mapping:
            continue
        weight = app["next"]["weight"]
        if weight.number and name not in routed_apps:
            message = f"the weight is {weight.number}, but no route leads to the app"
            yield Finding(weight.path, message, "set it to 0, or add a route")


def _profile(context: RuleContext) -> IngressProfile | None:
    """The ingress profile of the cluster. None: the cluster is unknown."""
    return context.routing or INGRESS_PROFILES.get((cloud(context) or "", mode(context)))


def _route_kind(app: ConfigNode, profile: IngressProfile) -> str | None:
    if app["kind"].text_or("web") not in ROUTED_KINDS:
        return None
    return app["via"].text_or(profile.via)


def _has_source(tls: ConfigNode) -> bool:
    return any(tls[source].is_set for source in CERTIFICATE_SOURCES)


def _name(app: ConfigNode) -> str:
    return str(app.path[-1])
