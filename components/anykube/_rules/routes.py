"""Rules of routes."""

from collections.abc import Iterator

from anykube._rules.context import RuleContext, apps, cloud, namespace
from anykube._rules.findings import Finding, ValuePath, dotted
from anykube._rules.node import ConfigNode
from anykube._rules.standalone import path_split, route_tls, tls_source
from anykube._rules.wording import choice


def routes(context: RuleContext) -> Iterator[tuple[ConfigNode, ConfigNode]]:
    """Every route, after the app that has it."""
    return ((app, route) for _, app in apps(context.settings) for route in app["routes"].elements() if route.is_mapping)


def entries(route: ConfigNode) -> Iterator[ConfigNode]:
    """The paths of a route; the absent list itself where there is none, since '/' is meant then."""
    paths = route["paths"]
    return (path for path in paths.elements() if path.is_mapping) if paths.given else iter([paths])


def duplicates(context: RuleContext) -> Iterator[Finding]:
    """One host and path leads to one app, in the whole page: an Ingress controller would choose at random.

    A path as Prefix and as Exact are two: Exact goes first. For Prefix a '/' at the end means nothing.
    https://kubernetes.io/docs/concepts/services-networking/ingress/#path-types
    """
    seen: dict[tuple[str | None, str, str], ValuePath] = {}
    for _, route in routes(context):
        host = route["host"].text
        if host is None and route["host"].given:
            continue
        for entry in entries(route):
            path, kind = entry["path"].text_or("/"), entry["type"].text_or("Prefix")
            if path is None or kind is None:
                continue
            here = entry.path if route["paths"].given else route.path
            first = seen.setdefault((host, kind, path.rstrip("/") if kind == "Prefix" else path), here)
            if first != here:
                what = f"answers {host or 'every other host'} {path} a second time, after {dotted(first)}"
                yield Finding(here, what, "change the host or path of one of the two, or remove it")


def targets(context: RuleContext) -> Iterator[Finding]:
    """A path leads to apps that are there, in the namespace of the route: an Ingress knows no other.

    https://kubernetes.io/docs/reference/kubernetes-api/service-resources/ingress-v1/#IngressBackend
    """
    known = dict(context.settings["apps"].items())
    for owner, route in routes(context):
        for entry in entries(route):
            for asked in (entry["app"], *(share["app"] for share in entry["split"].elements())):
                name = asked.text
                if name is None:
                    continue
                if name not in known:
                    yield Finding(
                        asked.path, f"names the app {name}, which is not in this page", choice(name, known, "app")
                    )
                    continue
                here, there = namespace(context.settings, owner), namespace(context.settings, known[name])
                if here and there and here != there:
                    what = f"names the app {name} of namespace {there}, but the route is in {here}"
                    remedy = f"move one of the apps to the other's namespace, or give {name} a route of its own"
                    yield Finding(asked.path, what, remedy)


def splits(context: RuleContext) -> Iterator[Finding]:
    """Requests are divided among different apps, of which one answers at least."""
    apps_by_name = dict(context.settings["apps"].items())
    for _, route in routes(context):
        for entry in entries(route):
            yield from path_split(entry)
            for name, share in ((share["app"].text, share) for share in entry["split"].elements()):
                if name in apps_by_name and apps_by_name[name]["next"].given:
                    what = f"names {name}, which divides its requests itself, by next"
                    yield Finding(share["app"].path, what, "write `app` for split, or remove next")


def tls(context: RuleContext) -> Iterator[Finding]:
    """TLS is for a host, and its certificate has one source, which the cluster has."""
    kind = cloud(context)
    for _, route in routes(context):
        yield from route_tls(route)
        secured = route["tls"]
        if not secured.is_mapping:
            continue
        mistakes = list(tls_source(secured))
        yield from mistakes
        issuer = secured["issuer"]
        if issuer.text and not mistakes and kind == "existing":
            what = f"is {issuer.text}, but who signs for a cluster that exists already is not known"
            yield Finding(issuer.path, what, "give secret_name, the Secret that holds the certificate, or cert_manager")


def hosts(context: RuleContext) -> Iterator[Finding]:
    """Routes of one app and one host say the same of TLS, where they say something: it belongs to the host."""
    for _, app in apps(context.settings):
        first: dict[tuple[str, str], ConfigNode] = {}
        for route in (route for route in app["routes"].elements() if route.is_mapping):
            host = route["host"].text
            for field in ("tls", "redirect"):
                if host is None or not route[field].given:
                    continue
                earlier = first.setdefault((host, field), route[field])
                if earlier.node.plain() != route[field].node.plain():
                    what = f"differs from that of the same host at {dotted(earlier.path)}"
                    yield Finding(route[field].path, what, "say it once")
