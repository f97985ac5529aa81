"""Rules of routes."""

from collections.abc import Iterator

from anykube.settings.problems import Finding, ValuePath, dotted
from anykube.settings.rules.scene import Scene, apps, cloud, namespace
from anykube.settings.view import View, plain
from anykube.settings.wording import choice


def routes(scene: Scene) -> Iterator[tuple[View, View]]:
    """Every route, after the app that has it."""
    return ((app, route) for _, app in apps(scene.page) for route in app["routes"].elements() if route.is_mapping)


def entries(route: View) -> Iterator[View]:
    """The paths of a route; the absent list itself where there is none, since '/' is meant then."""
    paths = route["paths"]
    return (path for path in paths.elements() if path.is_mapping) if paths.given else iter([paths])


def duplicates(scene: Scene) -> Iterator[Finding]:
    """One host and path leads to one app, in the whole page: an Ingress controller would choose at random.

    A path as Prefix and as Exact are two: Exact goes first. For Prefix a '/' at the end means nothing.
    https://kubernetes.io/docs/concepts/services-networking/ingress/#path-types
    """
    seen: dict[tuple[str | None, str, str], ValuePath] = {}
    for _, route in routes(scene):
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


def targets(scene: Scene) -> Iterator[Finding]:
    """A path leads to apps that are there, in the namespace of the route: an Ingress knows no other.

    https://kubernetes.io/docs/reference/kubernetes-api/service-resources/ingress-v1/#IngressBackend
    """
    known = dict(scene.page["apps"].items())
    for owner, route in routes(scene):
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
                here, there = namespace(scene.page, owner), namespace(scene.page, known[name])
                if here and there and here != there:
                    what = f"names the app {name} of namespace {there}, but the route is in {here}"
                    remedy = f"move one of the apps to the other's namespace, or give {name} a route of its own"
                    yield Finding(asked.path, what, remedy)


def splits(scene: Scene) -> Iterator[Finding]:
    """Requests are divided among different apps, of which one answers at least."""
    apps_by_name = dict(scene.page["apps"].items())
    for _, route in routes(scene):
        for entry in entries(route):
            split = entry["split"]
            if entry["app"].given and split.given:
                yield Finding(split.path, "is given beside app", "keep one of the two")
            shares = [share for share in split.elements() if share.is_mapping]
            weights = [share["weight"].number for share in shares]
            if shares and len(shares) == len(list(split.elements())) and all(weight == 0 for weight in weights):
                yield Finding(split.path, "gives nobody a weight above 0", "raise one of them")
            seen = set[str]()
            for share in shares:
                name = share["app"].text
                if name is None:
                    continue
                if name in seen:
                    yield Finding(share["app"].path, f"names {name} a second time", "give each app one weight")
                seen.add(name)
                if name in apps_by_name and apps_by_name[name]["next"].given:
                    what = f"names {name}, which divides its requests itself, by next"
                    yield Finding(share["app"].path, what, "write `app` for split, or remove next")


def tls(scene: Scene) -> Iterator[Finding]:
    """TLS is for a host, and its certificate has one source, which the cluster has."""
    kind = cloud(scene)
    for _, route in routes(scene):
        secured = route["tls"]
        if route["redirect"].node.value is True and not secured.given:
            what = "is true, but the route has no TLS to send anybody on to"
            yield Finding(route["redirect"].path, what, "add tls, or remove it")
        if not secured.is_mapping:
            continue
        if not route["host"].given:
            what = "is given, but the route has no host to make a certificate for"
            yield Finding(secured.path, what, "add the host")
        sources = [name for name in _SOURCES if secured[name].given]
        issuer = secured["issuer"]
        if len(sources) > 1:
            both = "both " if len(sources) == 2 else ""
            yield Finding(secured.path, f"has {both}{' and '.join(sources)}", "keep one of them")
        elif not sources:
            yield Finding(
                secured.path,
                "says not where the certificate is from",
                f"give {', '.join(_SOURCES[:-1])} or {_SOURCES[-1]}",
            )
        elif issuer.text and kind == "existing":
            what = f"is {issuer.text}, but who signs for a cluster that exists already is not known"
            yield Finding(issuer.path, what, "give secret_name, the Secret that holds the certificate, or cert_manager")


def hosts(scene: Scene) -> Iterator[Finding]:
    """Routes of one app and one host say the same of TLS, where they say something: it belongs to the host."""
    for _, app in apps(scene.page):
        first: dict[tuple[str, str], View] = {}
        for route in (route for route in app["routes"].elements() if route.is_mapping):
            host = route["host"].text
            for field in ("tls", "redirect"):
                if host is None or not route[field].given:
                    continue
                earlier = first.setdefault((host, field), route[field])
                if plain(earlier.node) != plain(route[field].node):
                    what = f"differs from that of the same host at {dotted(earlier.path)}"
                    yield Finding(route[field].path, what, "say it once")


_SOURCES = ("issuer", "secret_name", "cert_manager")
