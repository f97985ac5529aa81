"""Groups objects into apps: a workload, and the objects that select it or refer to it."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from anykube._names import shortened
from anykube._workloads.derived_names import MAX_NAME_LENGTH

from anykube_cli.importing import paths
from anykube_cli.importing.objects import KubernetesObject, selects

_MAX_NAME = 53
_GROUPS = {"Deployment": "apps", "StatefulSet": "apps", "DaemonSet": "apps", "Job": "batch", "CronJob": "batch"}


@dataclass
class AppGroup:
    """The objects of one app."""

    name: str
    workload: KubernetesObject | None
    """None: a Service of type ExternalName."""
    service: KubernetesObject | None = None
    headless: KubernetesObject | None = None
    """The Service that gives each pod of a StatefulSet a DNS name."""
    other_services: list[KubernetesObject] = field(default_factory=list)
    routes: list[KubernetesObject] = field(default_factory=list)
    """Ingresses and HTTPRoutes whose first backend is this app."""
    autoscaler: KubernetesObject | None = None
    budget: KubernetesObject | None = None
    account: KubernetesObject | None = None

    @property
    def kind(self) -> str:
        """The kind of the app in settings."""
        if self.workload is None:
            return "external"
        kinds = {"StatefulSet": "stateful", "DaemonSet": "daemon", "Job": "job", "CronJob": "cronjob"}
        return kinds.get(self.workload.kind) or ("web" if self.has_ports else "worker")

    @property
    def has_ports(self) -> bool:
        containers = paths.elements(self.workload.pod, "containers") if self.workload else []
        return bool(self.service or (containers and containers[0].get("ports")))

    def objects(self) -> Iterator[KubernetesObject]:
        """All objects of the app."""
        single = (self.workload, self.service, self.headless, self.autoscaler, self.budget, self.account)
        yield from (item for item in single if item)
        yield from (*self.other_services, *self.routes)


@dataclass
class Grouped:
    """The apps, and all objects by kind and name."""

    apps: list[AppGroup]
    objects: Sequence[KubernetesObject]
    stray: list[KubernetesObject]
    """Objects that are neither part of an app, nor ConfigMaps, Secrets and claims, which `references` follow."""

    def find(self, kind: str, name: object, namespace: str | None) -> KubernetesObject | None:
        """The object of that kind and name."""
        return next(
            (item for item in self.objects if (item.kind, item.name) == (kind, name) and item.namespace == namespace),
            None,
        )

    def by_service(self, name: object, namespace: str | None) -> AppGroup | None:
        """The app with a Service of that name."""
        return next(
            (
                app
                for app in self.apps
                for service in (app.service, app.headless, *app.other_services)
                if service and service.name == name and service.namespace == namespace
            ),
            None,
        )


REFERENCED = ("ConfigMap", "Secret", "PersistentVolumeClaim")
"""Kinds of objects that become part of the settings of the apps that refer to them."""


def group(objects: Sequence[KubernetesObject]) -> Grouped:
    """The apps of the objects."""
    workloads = [item for item in objects if _GROUPS.get(item.kind) == item.group]
    apps = [AppGroup("", workload) for workload in workloads]
    grouped = Grouped(apps, objects, [])
    for service in _of_kind(objects, "Service"):
        _attach_service(grouped, service)
    for app in apps:
        _choose_services(app)
    for item in objects:
        _attach(grouped, item)
    _choose_names(apps)
    used = {id(item) for app in apps for item in app.objects()}
    grouped.stray = [item for item in objects if id(item) not in used and item.kind not in REFERENCED]
    return grouped


def _of_kind(objects: Iterable[KubernetesObject], kind: str) -> list[KubernetesObject]:
    return [item for item in objects if item.kind == kind]


def selected(apps: Iterable[AppGroup], selector: Mapping[str, object], namespace: str | None) -> list[AppGroup]:
    """The apps whose pods a selector selects."""
    return [
        app
        for app in apps
        if app.workload and app.workload.namespace == namespace and selects(selector, app.workload.labels)
    ]


def _attach_service(grouped: Grouped, service: KubernetesObject) -> None:
    if paths.get(service.data, "spec.type") == "ExternalName":
        grouped.apps.append(AppGroup("", None, service))
        return
    matching = selected(grouped.apps, paths.mapping(service.data, "spec.selector"), service.namespace)
    if matching:
        matching[0].other_services.append(service)


def _is_headless(service: KubernetesObject) -> bool:
    return bool(paths.get(service.data, "spec.clusterIP") == "None")


def _choose_services(app: AppGroup) -> None:
    """The app's Service is the one with the workload's name, or the first that has an address."""
    if app.workload is None:
        return
    services = app.other_services
    if app.workload.kind == "StatefulSet":
        governing = paths.get(app.workload.data, "spec.serviceName")
        app.headless = next((item for item in services if item.name == governing and _is_headless(item)), None)
    candidates = [item for item in services if item is not app.headless]
    candidates.sort(key=lambda item: (item.name != app.workload.name if app.workload else True, _is_headless(item)))
    app.service = candidates[0] if candidates else None
    app.other_services = [item for item in services if item not in (app.service, app.headless)]


def _attach(grouped: Grouped, item: KubernetesObject) -> None:
    if item.kind in ("Ingress", "HTTPRoute"):
        backends = (grouped.by_service(name, item.namespace) for name in _backend_names(item))
        app = next((app for app in backends if app and app.kind in ("web", "stateful")), None)
        if app:
            app.routes.append(item)
        return
    for app in grouped.apps:
        workload = app.workload
        if workload is None or workload.namespace != item.namespace:
            continue
        target = paths.mapping(item.data, "spec.scaleTargetRef")
        selector = paths.get(item.data, "spec.selector.matchLabels")
        if item.kind == "HorizontalPodAutoscaler" and (target.get("kind"), target.get("name")) == (
            workload.kind,
            workload.name,
        ):
            app.autoscaler = app.autoscaler or item
        elif (
            item.kind == "PodDisruptionBudget" and isinstance(selector, Mapping) and selects(selector, workload.labels)
        ):
            app.budget = app.budget or item
        elif item.kind == "ServiceAccount" and item.name == workload.account != "default":
            app.account = app.account or item
        else:
            continue
        return


def _backend_names(item: KubernetesObject) -> Iterator[object]:
    """The names of the Services that a route leads to."""
    for path, value in item.leaves():
        if paths.matches("**.service.name", path) or paths.matches("**.backendRefs.*.name", path):
            yield value


def _choose_names(apps: Sequence[AppGroup]) -> None:
    """Other apps connect to the name of a Service, so a Deployment's app has that name."""
    used: set[str] = set()
    for app in apps:
        source = app.workload or app.service
        assert source
        if app.workload and app.workload.kind == "Deployment" and app.service:
            source = app.service
        name = base = app_name(source.name, app.kind)
        if name in used and source.namespace:
            name = base = app_name(f"{source.name}-{source.namespace}", app.kind)
        number = 2
        while name in used:
            name, number = f"{base[: _MAX_NAME - 4]}-{number}", number + 1
        app.name = name
        used.add(name)


def app_name(name: str, kind: str) -> str:
    """The name as a valid name of an app."""
    valid = re.sub(r"[^a-z0-9-]+", "-", name.lower()).strip("-") or "app"
    valid = valid if valid[0].isalpha() else f"app-{valid}"
    limits = {"cronjob": MAX_NAME_LENGTH["CronJob"], "stateful": MAX_NAME_LENGTH["StatefulService"]}
    return shortened(valid, limits.get(kind, _MAX_NAME))
