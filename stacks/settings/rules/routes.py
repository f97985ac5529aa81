"""Rules of routes."""

from collections.abc import Iterator

from stacks.settings.problems import Finding, ValuePath, dotted
from stacks.settings.rules.scene import Scene, apps, cloud, namespace
from stacks.settings.view import View
from stacks.settings.wording import choice


def _routes(scene: Scene) -> Iterator[tuple[View, View]]:
    """Every route, after the app that has it."""
    return ((app, route) for _, app in apps(scene.page) for route in app["routes"].elements() if route.is_mapping)


def _paths(route: View) -> Iterator[View]:
    """The paths of a route; the absent list itself where there is none, since '/' is meant then."""
    paths = route["paths"]
    return (path for path in paths.elements() if path.is_mapping) if paths.given else iter([paths])


def duplicates(scene: Scene) -> Iterator[Finding]:
    """One host and path leads to one app, in the whole page: an Ingress controller would choose at random.

    A path as Prefix and as Exact are two: Exact goes first. For Prefix a '/' at the end means nothing.
    https://kubernetes.io/docs/concepts/services-networking/ingress/#path-types
    """
    seen: dict[tuple[str | None, str, str], ValuePath] = {}
    for _, route in _routes(scene):
        host = route["host"].text
        if host is None and route["host"].given:
            continue
        for entry in _paths(route):
            path, kind = entry["path"].text_or("/"), entry["type"].text_or("Prefix")
            if path is None or kind is None:
                continue
            here = entry.path if route["paths"].given else route.path
            first = seen.setdefault((host, kind, path.rstrip("/") if kind == "Prefix" else path), here)
            if first != here:
                what = f"answers {host or 'every other host'} {path} a second time, after {dotted(first)}"
                yield Finding(here, what, "change the host or path of one of the two, or remove it")


def targets(scene: Scene) -> Iterator[Finding]:
    """A path leads to an app that is there, in the namespace of the route: an Ingress knows no other.

    https://kubernetes.io/docs/reference/kubernetes-api/service-resources/ingress-v1/#IngressBackend
    """
    known = dict(scene.page["apps"].items())
    for owner, route in _routes(scene):
        for entry in _paths(route):
            name = entry["app"].text
            if name is None:
                continue
            if name not in known:
                what = f"names the app {name}, which is not in this page"
                yield Finding(entry["app"].path, what, choice(name, known, "app"))
                continue
            here, there = namespace(scene.page, owner), namespace(scene.page, known[name])
            if here and there and here != there:
                what = f"names the app {name} of namespace {there}, but the route is in {here}"
                remedy = f"move one of the apps to the other's namespace, or give {name} a route of its own"
                yield Finding(entry["app"].path, what, remedy)


def tls(scene: Scene) -> Iterator[Finding]:
    """TLS is for a host, and its certificate has one source, which the cluster has."""
    kind = cloud(scene)
    for _, route in _routes(scene):
        secured = route["tls"]
        if not secured.is_mapping:
            continue
        if not route["host"].given:
            yield Finding(secured.path, "is given, but the route has no host", "add the host that it is for")
        issuer, secret = secured["issuer"], secured["secret_name"]
        if issuer.given and secret.given:
            yield Finding(secured.path, "has both issuer and secret_name", "keep one of the two")
        elif not (issuer.given or secret.given):
            yield Finding(secured.path, "says not where the certificate is from", "give issuer or secret_name")
        elif issuer.text and kind == "existing":
            what = f"is {issuer.text}, but who signs for a cluster that exists already is not known"
            yield Finding(issuer.path, what, "give secret_name, the Secret that holds the certificate")
