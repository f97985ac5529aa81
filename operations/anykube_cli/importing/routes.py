"""The settings of Ingresses and HTTPRoutes."""

from collections.abc import Iterator, Mapping
from typing import Any

from anykube_cli.importing import paths
from anykube_cli.importing.draft import AppDraft
from anykube_cli.importing.grouping import AppGroup, Grouped
from anykube_cli.importing.objects import KubernetesObject
from anykube_cli.importing.paths import Path

_ISSUERS = {"cert-manager.io/cluster-issuer": "ClusterIssuer", "cert-manager.io/issuer": "Issuer"}
_PATH_TYPES = {"Exact": "Exact", "PathPrefix": "Prefix"}


def convert_routes(group: AppGroup, app: AppDraft, grouped: Grouped) -> None:
    """Writes the routes of an app. Rules for the same host become one route."""
    for item in group.routes:
        rules = _ingress_rules(item) if item.kind == "Ingress" else _http_rules(item)
        for host, tls, route_paths, origin in rules:
            settings: dict[str, Any] = {**({"host": host} if host else {})}
            route = app.append("routes", settings, (item, origin))
            converted = [(_path(grouped, group, item, path), path_origin) for path, path_origin in route_paths]
            if converted != [({}, converted[0][1])] if converted else False:
                for path, path_origin in converted:
                    route.append("paths", path, (item, path_origin))
            if tls and host:
                route.set("tls", tls, (item, ("spec", "tls")))
        if item.kind == "HTTPRoute":
            app.set("via", "gateway")
            parent: Mapping[str, Any] = next(iter(paths.elements(item.data, "spec.parentRefs")), {})
            gateway = {field: parent[field] for field in ("name", "namespace") if parent.get(field)}
            if gateway:
                app.set("gateway", gateway, (item, ("spec", "parentRefs", 0)))


_Path = tuple[Mapping[str, Any], Path]
_Rule = tuple[str | None, Mapping[str, Any] | None, list[_Path], Path]


def _ingress_rules(item: KubernetesObject) -> Iterator[_Rule]:
    if backend := paths.mapping(item.data, "spec.defaultBackend"):
        yield None, None, [({"backend": backend}, ("spec", "defaultBackend"))], ("spec", "defaultBackend")
    for index, rule in enumerate(paths.elements(item.data, "spec.rules")):
        origin: Path = ("spec", "rules", index)
        route_paths = [
            (path, (*origin, "http", "paths", number)) for number, path in enumerate(paths.elements(rule, "http.paths"))
        ]
        yield rule.get("host") or None, _tls(item, rule.get("host")), route_paths, origin


def _tls(item: KubernetesObject, host: object) -> Mapping[str, Any] | None:
    for entry in paths.elements(item.data, "spec.tls"):
        if host in paths.elements(entry, "hosts"):
            for annotation, kind in _ISSUERS.items():
                if name := item.annotations.get(annotation):
                    return {"cert_manager": {"issuer": name, **({"kind": kind} if kind == "Issuer" else {})}}
            if secret := entry.get("secretName"):
                return {"secret_name": secret}
    return None


def _http_rules(item: KubernetesObject) -> Iterator[_Rule]:
    hosts = paths.elements(item.data, "spec.hostnames") or [None]
    for index, host in enumerate(hosts):
        route_paths: list[_Path] = []
        for number, rule in enumerate(paths.elements(item.data, "spec.rules")):
            origin: Path = ("spec", "rules", number)
            for match in paths.elements(rule, "matches") or [{}]:
                path = paths.mapping(match, "path")
                backends = paths.elements(rule, "backendRefs")
                route_paths.append(
                    ({"path": path.get("value", "/"), "pathType": path.get("type"), "backends": backends}, origin)
                )
        yield host, None, route_paths, ("spec", "hostnames", index)


def _path(grouped: Grouped, group: AppGroup, item: KubernetesObject, path: Mapping[str, Any]) -> dict[str, Any]:
    """A path in settings, without what is the default."""
    value, kind = path.get("path") or "/", _PATH_TYPES.get(str(path.get("pathType")))
    settings: dict[str, Any] = {
        **({"path": value} if value != "/" else {}),
        **({"type": "Exact"} if kind == "Exact" else {}),
    }
    shares = [_backend(grouped, item, backend) for backend in path.get("backends", ())]
    if len(shares) > 1:
        split = [
            {"app": app, "weight": backend.get("weight", 1), **({"port": port} if port else {})}
            for (app, port), backend in zip(shares, path["backends"], strict=True)
        ]
        return {**settings, "split": split}
    app, port = shares[0] if shares else _backend(grouped, item, paths.mapping(path, "backend.service"))
    if app != group.name:
        settings["app"] = app
    default = _default_port(group) if app == group.name else None
    if port and port != default:
        settings["port"] = port
    return settings


def _backend(grouped: Grouped, item: KubernetesObject, backend: Mapping[str, Any]) -> tuple[str, int | None]:
    name = str(backend.get("name", ""))
    app = grouped.by_service(name, item.namespace)
    port = backend.get("port")
    number = port if isinstance(port, int) else paths.mapping(backend, "port").get("number")
    if number is None and app and app.service:
        port_name = paths.get(backend, "port.name")
        ports = paths.elements(app.service.data, "spec.ports")
        number = next((entry["port"] for entry in ports if entry.get("name") == port_name), None)
    return app.name if app else name, number


def _default_port(group: AppGroup) -> int | None:
    ports = paths.elements(group.service.data, "spec.ports") if group.service else []
    return ports[0]["port"] if ports else None
