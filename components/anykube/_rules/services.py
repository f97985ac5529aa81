"""Rules of Services and additional manifests."""

from collections.abc import Iterator

from anykube._rules.context import RuleContext, apps, cloud
from anykube._rules.findings import Finding
from anykube._rules.node import ConfigNode
from anykube._rules.standalone import api_rule, external_target, service_type


def services(context: RuleContext) -> Iterator[Finding]:
    """A Service has only fields that its type supports, and different ports."""
    for _, app in apps(context.settings):
        service = app["service"]
        if not service.is_mapping:
            continue
        yield from service_type(service)
        yield from _ports(app, service)


def _ports(app: ConfigNode, service: ConfigNode) -> Iterator[Finding]:
    main_name = "http" if app["kind"].text_or("web") == "web" else app["port_name"].text_or("tcp")
    main_port = service["port"].number_or(80) if main_name == "http" else service["port"].number or app["port"].number
    used = {(main_port, "TCP")}
    for name, extra in service["ports"].items():
        if name == main_name:
            yield Finding(extra.path, f"{name} is the name of the app's own port", "choose another name")
        port, protocol = extra["port"].number, extra["protocol"].text_or("TCP")
        if port is None or protocol is None:
            continue
        if (port, protocol) in used:
            message = f"the Service already has the port {port}"
            yield Finding(extra["port"].path, message, "choose another port; `target` is the container's port")
        used.add((port, protocol))


def external(context: RuleContext) -> Iterator[Finding]:
    """An external service leads to a DNS name, or to addresses that the cluster's pods can reach."""
    for _, app in apps(context.settings):
        if app["kind"].text != "external":
            continue
        yield from external_target(app)
        for address in app["addresses"].elements():
            # The clusters that Anykube creates have IPv4 networks.
            if ":" in (address.text or "") and cloud(context) not in (None, "existing"):
                message = f"{address.text} is an IPv6 address, and the cluster's pods have only IPv4 addresses"
                yield Finding(address.path, message, "write an IPv4 address, or host with a DNS name")


def api_access(context: RuleContext) -> Iterator[Finding]:
    """Rules for the API are either for resources or for URLs."""
    for _, app in apps(context.settings):
        for rule in app["api_access"]["cluster_rules"].elements():
            if rule.is_mapping:
                yield from api_rule(rule)


def manifests(context: RuleContext) -> Iterator[Finding]:
    """A manifest has an apiVersion, a kind and a name, and is not a Secret."""
    for _, app in apps(context.settings):
        for manifest in app["manifests"].elements():
            for field in (manifest["apiVersion"], manifest["kind"], manifest["metadata"]["name"]):
                if manifest.is_mapping and field.text is None:
                    yield Finding(field.path, "this field is required in a Kubernetes manifest", "add it")
            if manifest["kind"].text == "Secret":
                message = "a Secret would have its values in the settings file in plain text"
                yield Finding(manifest.path, message, "use `{secret: NAME}` in env or files, or external_secrets")
