"""Rules of Services, and of what stands beside an app."""

from collections.abc import Iterator

from anykube._rules.context import RuleContext, apps
from anykube._rules.findings import Finding
from anykube._rules.node import ConfigNode
from anykube._rules.standalone import service_type
from anykube._rules.wording import choice

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


def services(context: RuleContext) -> Iterator[Finding]:
    """A Service asks for nothing that its type has not, and its ports are different ones."""
    for _, app in apps(context.settings):
        service = app["service"]
        if not service.is_mapping:
            continue
        yield from service_type(service)
        yield from _ports(app, service)


def _ports(app: ConfigNode, service: ConfigNode) -> Iterator[Finding]:
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


def manifests(context: RuleContext) -> Iterator[Finding]:
    """An object says what it is, and holds no secret."""
    for _, app in apps(context.settings):
        for manifest in app["manifests"].elements():
            for field in (manifest["apiVersion"], manifest["kind"], manifest["metadata"]["name"]):
                if manifest.is_mapping and field.text is None:
                    yield Finding(field.path, "is missing", "write it as Kubernetes has it")
            if manifest["kind"].text == "Secret":
                what = "is a Secret, whose values would stand here for everybody to read"
                yield Finding(manifest.path, what, "use `{secret: NAME}` in env or files, or external_secrets")


def patches(context: RuleContext) -> Iterator[Finding]:
    """A patch is for a kind that apps are made of."""
    for _, app in apps(context.settings):
        own = [kind.text for manifest in app["manifests"].elements() for kind in [manifest["kind"]]]
        for kind, patch in app["patches"].items():
            if kind not in _RENDERED and kind not in own:
                yield Finding(patch.path, "is for a kind that no app is made of", choice(kind, _RENDERED, "kind"))
