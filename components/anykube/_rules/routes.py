"""Rules of routes."""

from collections.abc import Iterator

from anykube._rules.context import RuleContext, apps, cloud, namespace
from anykube._rules.findings import Finding, ValuePath, dotted
from anykube._rules.node import ConfigNode
from anykube._rules.standalone import path_split, route_tls, tls_source
from anykube._rules.wording import choice

ROUTED_KINDS = ("web", "stateful")
"""Kinds of apps that routes can lead to. The Service of a daemon leads each client to its own node."""


def routes(context: RuleContext) -> Iterator[tuple[ConfigNode, ConfigNode]]:
    """All routes, each with the app that has it."""
    return ((app, route) for _, app in apps(context.settings) for route in app["routes"].elements() if route.is_mapping)


def entries(route: ConfigNode) -> Iterator[ConfigNode]:
    """The paths of a route. Without any, the empty list itself: all its fields have their defaults, as path '/' has."""
    paths = route["paths"]
    return (path for path in paths.elements() if path.is_mapping) if paths.is_set else iter([paths])


def target_fields(context: RuleContext) -> Iterator[ConfigNode]:
    """The fields of all routes that name an app."""
    for _, route in routes(context):
        for entry in route["paths"].elements():
            yield entry["app"]
            yield from (share["app"] for share in entry["split"].elements())


def duplicates(context: RuleContext) -> Iterator[Finding]:
    """A host and path leads to one app of the stack: an Ingress controller would choose any.

    The same path as Prefix and as Exact is no duplicate: Exact takes precedence. A Prefix ignores a final '/'.
    https://kubernetes.io/docs/concepts/services-networking/ingress/#path-types
    """
    first_paths: dict[tuple[str | None, str, str], ValuePath] = {}
    for _, route in routes(context):
        host = route["host"].text
        if host is None and route["host"].is_set:
            continue
        for entry in entries(route):
            path, kind = entry["path"].text_or("/"), entry["type"].text_or("Prefix")
            if path is None or kind is None:
                continue
            position = entry.path if route["paths"].is_set else route.path
            first = first_paths.setdefault((host, kind, path.rstrip("/") if kind == "Prefix" else path), position)
            if first != position:
                subject = f"host {host}" if host else "all other hosts"
                message = f"path {path} of {subject} already has a route at {dotted(first)}"
                yield Finding(position, message, "change the host or path of one of them, or remove one")


def targets(context: RuleContext) -> Iterator[Finding]:
    """A path leads to existing apps in the namespace of the route, since an Ingress has no other backends.

    https://kubernetes.io/docs/reference/kubernetes-api/service-resources/ingress-v1/#IngressBackend
    """
    by_name = dict(context.settings["apps"].items())
    for owner, route in routes(context):
        for entry in entries(route):
            if not entry["app"].is_set and not entry["split"].is_set:
                yield from _port(entry, entry["app"], owner)
            for target in (entry["app"], *(share["app"] for share in entry["split"].elements())):
                name = target.text
                if name is None:
                    continue
                if name not in by_name:
                    message = f"there is no app {name} in these settings"
                    yield Finding(target.path, message, choice(name, by_name, "app"))
                    continue
                yield from _port(entry, target, by_name[name])
                source, destination = namespace(context.settings, owner), namespace(context.settings, by_name[name])
                if source and destination and source != destination:
                    message = f"the app {name} is in the namespace {destination}, but the route is in {source}"
                    remedy = f"move one of the apps to the other's namespace, or give {name} its own route"
                    yield Finding(target.path, message, remedy)


def _port(entry: ConfigNode, target: ConfigNode, app: ConfigNode) -> Iterator[Finding]:
    """The port of a backend is one of the Service of its app."""
    shares = [share for share in entry["split"].elements() if share["app"].path == target.path]
    field = (shares[0] if shares else entry)["port"]
    known = list(_service_ports(app))
    if field.number is not None and None not in known and field.number not in known:
        numbers = ", ".join(map(str, sorted({port for port in known if port is not None})))
        message = f"the Service of {target.text or 'the app'} has no port {field.number}"
        yield Finding(field.path, message, f"its ports are: {numbers}; add others to service.ports")


def _service_ports(app: ConfigNode) -> Iterator[int | None]:
    """The numbers of the TCP ports of an app's Service. None: invalid, or not known."""
    service, kind = app["service"], app["kind"].text_or("web")
    if kind not in ROUTED_KINDS:
        yield None
    yield service["port"].number_or(80) if kind == "web" else service["port"].number or app["port"].number
    hidden = ("members",) if service["type"].text_or("ClusterIP") == "ClusterIP" else ("members", "cluster")
    yield from (port["port"].number for _, port in service["ports"].items() if port["exposure"].text not in hidden)


def splits(context: RuleContext) -> Iterator[Finding]:
    """Requests are split among different apps, at least one of which gets requests."""
    by_name = dict(context.settings["apps"].items())
    for _, route in routes(context):
        for entry in entries(route):
            yield from path_split(entry)
            for name, share in ((share["app"].text, share) for share in entry["split"].elements()):
                if name in by_name and by_name[name]["next"].is_set:
                    message = f"{name} already splits its requests with next"
                    yield Finding(share["app"].path, message, "use app in place of split, or remove next")


def tls(context: RuleContext) -> Iterator[Finding]:
    """TLS requires a host and a certificate source that the cluster supports."""
    kind = cloud(context)
    for _, route in routes(context):
        yield from route_tls(route)
        certificate = route["tls"]
        if not certificate.is_mapping:
            continue
        findings = list(tls_source(certificate))
        yield from findings
        issuer = certificate["issuer"]
        if issuer.text and not findings and kind == "existing":
            message = f"`issuer: {issuer.text}` is not supported for existing clusters"
            yield Finding(issuer.path, message, "set secret_name, a Secret with the certificate, or cert_manager")


def hosts(context: RuleContext) -> Iterator[Finding]:
    """Routes of an app with the same host have the same TLS settings, which belong to the host."""
    for _, app in apps(context.settings):
        first_fields: dict[tuple[str, str], ConfigNode] = {}
        for route in (route for route in app["routes"].elements() if route.is_mapping):
            host = route["host"].text
            for field in ("tls", "redirect"):
                if host is None or not route[field].is_set:
                    continue
                first = first_fields.setdefault((host, field), route[field])
                if first.node.to_data() != route[field].node.to_data():
                    message = f"differs from {dotted(first.path)}, which is for the same host"
                    yield Finding(route[field].path, message, "remove one of them")
