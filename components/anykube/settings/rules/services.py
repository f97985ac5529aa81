"""Rules of Services, and of what stands beside an app."""

from collections.abc import Iterator

from anykube.settings.problems import Finding
from anykube.settings.rules.scene import Scene, apps
from anykube.settings.view import View
from anykube.settings.wording import choice

_RENDERED = (
    "ConfigMap",
    "CronJob",
    "DaemonSet",
    "Deployment",
    "ExternalSecret",
    "Gateway",
    "HTTPRoute",
    "HorizontalPodAutoscaler",
    "Ingress",
    "Job",
    "Namespace",
    "NetworkPolicy",
    "PersistentVolumeClaim",
    "PodDisruptionBudget",
    "Secret",
    "SecretProviderClass",
    "Service",
    "ServiceAccount",
    "StatefulSet",
)
_BALANCED = ("exposure", "source_ranges")


def services(scene: Scene) -> Iterator[Finding]:
    """A Service asks for nothing that its type has not, and its ports are different ones."""
    for _, app in apps(scene.page):
        service = app["service"]
        if not service.is_mapping:
            continue
        kind = service["type"].text_or("ClusterIP")
        if kind == "ClusterIP":
            yield from _pointless(service, ("node_port", "keep_client_address"), "NodePort or LoadBalancer")
        if kind in ("ClusterIP", "NodePort"):
            yield from _pointless(service, _BALANCED, "LoadBalancer")
        if kind != "ClusterIP" and service["headless"].node.value is True:
            what = f"is true, but a Service of the type {kind} has an address"
            yield Finding(service["headless"].path, what, "remove it, or the type")
        if service["headless"].node.value is True and service["affinity_seconds"].given:
            what = "is given, but a headless Service leads nobody anywhere: clients choose among the pods' addresses"
            yield Finding(service["affinity_seconds"].path, what, "remove it, or headless")
        yield from _ports(app, service)


def _pointless(service: View, fields: tuple[str, ...], kind: str) -> Iterator[Finding]:
    for field in fields:
        if service[field].given:
            yield Finding(service[field].path, f"is given, but is for a Service of the type {kind}", "remove it")


def _ports(app: View, service: View) -> Iterator[Finding]:
    own = "http" if app["kind"].text_or("web") == "web" else app["port_name"].text_or("tcp")
    first = service["port"].number_or(80) if own == "http" else service["port"].number or app["port"].number
    seen = {(first, "TCP")}
    for name, extra in service["ports"].items():
        if name == own:
            yield Finding(extra.path, f"is called {name}, as the app's own port is", "choose another name")
        offered, protocol = extra["port"].number, extra["protocol"].text_or("TCP")
        if offered is None or protocol is None:
            continue
        if (offered, protocol) in seen:
            what = f"is {offered}, which the Service offers already"
            yield Finding(extra["port"].path, what, "choose another port, and `target` for the container's")
        seen.add((offered, protocol))


def manifests(scene: Scene) -> Iterator[Finding]:
    """An object says what it is, and holds no secret."""
    for _, app in apps(scene.page):
        for manifest in app["manifests"].elements():
            for field in (manifest["apiVersion"], manifest["kind"], manifest["metadata"]["name"]):
                if manifest.is_mapping and field.text is None:
                    yield Finding(field.path, "is missing", "write it as Kubernetes has it")
            if manifest["kind"].text == "Secret":
                what = "is a Secret, whose values would stand here for everybody to read"
                yield Finding(manifest.path, what, "use `{secret: NAME}` in env or files, or external_secrets")


def patches(scene: Scene) -> Iterator[Finding]:
    """A patch is for a kind that apps are made of."""
    for _, app in apps(scene.page):
        own = [kind.text for manifest in app["manifests"].elements() for kind in [manifest["kind"]]]
        for kind, patch in app["patches"].items():
            if kind not in _RENDERED and kind not in own:
                yield Finding(patch.path, "is for a kind that no app is made of", choice(kind, _RENDERED, "kind"))
