"""Rules of namespaces, and of objects that stacks on one cluster share."""

from collections.abc import Iterator

from anykube._rules.context import RuleContext, apps, namespace
from anykube._rules.findings import Finding
from anykube._rules.wording import choice
from anykube._workloads.metadata import MANAGED_BY
from anykube._workloads.namespace_spec import KUBERNETES_NAMESPACES, NamespaceOptions

_POD_SECURITY = "pod-security.kubernetes.io/"


def namespaces(context: RuleContext) -> Iterator[Finding]:
    """The section `namespaces` names namespaces of apps, and sets nothing on those of others."""
    used = [name for _, app in apps(context.settings) if (name := namespace(context.settings, app))]
    for name, spec in context.settings["namespaces"].items():
        if name not in used:
            remedy = choice(name, dict.fromkeys(used), "namespace") if used else "remove it"
            yield Finding(spec.path, f"no app is in the namespace {name}", remedy)
        is_existing = spec["existing"].node.value is True
        for field in NamespaceOptions.model_fields:
            if not spec[field].is_set:
                continue
            if name in KUBERNETES_NAMESPACES:
                message = f"{name} is a namespace of Kubernetes, which Anykube does not change"
                yield Finding(spec[field].path, message, f"remove {field}, or put the apps into another namespace")
            elif is_existing:
                message = "an existing namespace is not changed"
                yield Finding(spec[field].path, message, f"remove {field}, or remove existing")
        for key, value in spec["labels"].items():
            if key.startswith(_POD_SECURITY):
                yield Finding(value.path, "Anykube sets the Pod Security labels", "use pod_security")
            elif key in MANAGED_BY:
                yield Finding(value.path, "Anykube sets this label", "remove it")


def shared_names(context: RuleContext) -> Iterator[Finding]:
    """Stacks may share a namespace, but not an app in it."""
    if context.referenced is None:
        return
    referenced = {(namespace(context.referenced, app), name) for name, app in apps(context.referenced)}
    adopted = {title.text.partition(" ")[2] for title in context.settings["adopt"].elements() if title.text}
    stack = context.settings["cluster"]["stack"].text
    for name, app in apps(context.settings):
        place = namespace(context.settings, app)
        if place and (place, name) in referenced and f"{place}/{name}" not in adopted:
            message = f"the stack {stack} already has an app {name} in the namespace {place}"
            yield Finding(app.path, message, "choose another name or namespace, or remove the app from one of them")
