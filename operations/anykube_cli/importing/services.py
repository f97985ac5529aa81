"""The settings of Services, autoscalers and disruption budgets."""

from typing import Any

from anykube_cli.importing import paths, tables
from anykube_cli.importing.draft import AppDraft
from anykube_cli.importing.grouping import AppGroup
from anykube_cli.importing.names import port_name
from anykube_cli.importing.objects import KubernetesObject
from anykube_cli.importing.paths import MISSING
from anykube_cli.importing.ports import main_port, service_ports

_APP_ANNOTATION_PREFIXES = ("kubectl.kubernetes.io/", "meta.helm.sh/", "helm.sh/")


def convert_service(group: AppGroup, app: AppDraft) -> None:
    """Writes the app's port and Service."""
    port = main_port(group)
    if group.kind in ("web", "stateful", "daemon") and port is not None:
        app.set("port", port)
    service = group.service
    if service is not None:
        tables.convert(tables.SERVICE, service, (), app)
        _annotations(app)
        if app.get("service.type") == "LoadBalancer" and not _is_internal(service):
            # Without a cloud's annotation, a load balancer is public.
            app.set("service.exposure", "public")
    if service is not None or group.headless is not None:
        _ports(group, app, service or group.headless, port)


def _annotations(app: AppDraft) -> None:
    annotations = app.get("service.annotations")
    if annotations is None:
        return
    kept = {key: str(value) for key, value in annotations.items() if not key.startswith(_APP_ANNOTATION_PREFIXES)}
    if kept:
        app.set("service.annotations", kept)
    else:
        del app.get("service")["annotations"]


def _is_internal(service: KubernetesObject) -> bool:
    return any("internal" in f"{key} {value}".lower() for key, value in service.annotations.items())


def _ports(group: AppGroup, app: AppDraft, service: KubernetesObject | None, main: int | None) -> None:
    assert service
    used = ["http" if group.kind == "web" else "tcp"]
    has_main = False
    for index, port, target in service_ports(group):
        origin = (service, ("spec", "ports", index))
        is_tcp = port.get("protocol", "TCP") == "TCP"
        settings: dict[str, Any] = {}
        if port.get("appProtocol"):
            settings["app_protocol"] = port["appProtocol"]
        if port.get("nodePort"):
            settings["node_port"] = port["nodePort"]
        number = port["port"]
        if not has_main and is_tcp and target == main:
            has_main = True
            default = 80 if group.kind == "web" else main
            if number != default and service is group.service:
                app.set("service.port", number, origin)
            for field, value in settings.items():
                app.set(f"service.{field}", value, origin)
            if group.kind in ("stateful", "daemon") and port.get("name"):
                app.set("port_name", port["name"], origin)
                used[0] = port["name"]
            continue
        name = port_name(port.get("name"), number, used)
        used.append(name)
        settings = {"port": number, **settings}
        if target not in (None, number):
            settings["target"] = target
        if not is_tcp:
            settings["protocol"] = port["protocol"]
        app.set(("service", "ports", name), settings, origin)


def convert_scaling(group: AppGroup, app: AppDraft) -> None:
    """Writes the app's autoscaling and disruption budget."""
    if (autoscaler := group.autoscaler) and group.kind in ("web", "worker", "stateful"):
        tables.convert(tables.AUTOSCALER, autoscaler, (), app)
        for index, metric in enumerate(paths.elements(autoscaler.data, "spec.metrics")):
            name = paths.get(metric, "resource.name")
            percent = paths.get(metric, "resource.target.averageUtilization")
            if name in ("cpu", "memory") and percent is not MISSING:
                app.set(f"autoscaling.{name}", percent, (autoscaler, ("spec", "metrics", index)))
        if app.get("replicas") is not None:
            # The autoscaler sets the number of pods.
            del app.draft.data["apps"][app.name]["replicas"]
    if group.budget and group.kind in ("web", "worker", "stateful"):
        tables.convert(tables.BUDGET, group.budget, (), app)
        least = paths.get(group.budget.data, "spec.minAvailable")
        replicas = app.get("autoscaling.min") or app.get("replicas")
        if isinstance(least, int) and isinstance(replicas, int) and replicas > least:
            origin = (group.budget, ("spec", "minAvailable"))
            app.set("disruption.max_unavailable", str(replicas - least), origin)
