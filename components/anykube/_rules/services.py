"""Rules of Services and additional manifests."""

import re
from collections.abc import Iterable, Iterator

from pydantic import TypeAdapter, ValidationError

from anykube._names import DnsLabel, ObjectName, ServiceName
from anykube._rules.context import RuleContext, apps, cloud
from anykube._rules.findings import Finding, ValuePath, dotted
from anykube._rules.node import ConfigNode
from anykube._rules.standalone import api_rule, external_target, service_type
from anykube._rules.wording import kind_of, quoted

_LABEL, _SUBDOMAIN = TypeAdapter[str](DnsLabel), TypeAdapter[str](ObjectName)
_SERVICE = TypeAdapter[str](ServiceName)
_LABEL_NAMED = ("Namespace",)
"""Kinds whose name is an RFC 1123 label. That of most others is a subdomain.

https://kubernetes.io/docs/concepts/overview/working-with-objects/names/
"""
_TEXT_MAPPINGS = ("annotations", "labels", "matchLabels", "nodeSelector")
_AROUND_TEXT_MAPPINGS = ("metadata", "selector", "labelSelector", "podSelector", "namespaceSelector")


def services(context: RuleContext) -> Iterator[Finding]:
    """A Service has only fields that its type supports, and different ports."""
    for _, app in apps(context.settings):
        service = app["service"]
        if not service.is_mapping:
            continue
        yield from service_type(service)
        yield from _ports(app, service)
        if service["headless"].node.value is True and service["type"].text_or("ClusterIP") == "ClusterIP":
            yield from _headless_ports(app, service)


def _headless_ports(app: ConfigNode, service: ConfigNode) -> Iterator[Finding]:
    """Clients of a headless Service connect to the pods, so that it cannot change the number of a port.

    https://kubernetes.io/docs/concepts/services-networking/service/#headless-services
    """
    is_web = app["kind"].text_or("web") == "web"
    target = app["port"].number_or(8080) if is_web else app["port"].number
    ports: list[tuple[ConfigNode, ConfigNode, int | None, int | None]]
    ports = [(service["port"] if service["port"].is_set else service["headless"], service["port"], target, 80)]
    ports += [(port["target"], port["port"], port["target"].number, None) for _, port in service["ports"].items()]
    for field, port, container_port, default in ports:
        number = port.number_or(default if is_web and default else container_port or 0)
        if number and container_port and number != container_port:
            message = f"clients of a headless Service connect to the pods, at {container_port} and not at {number}"
            name = "service.port" if default else "port"
            yield Finding(field.path, message, f"set {name} to {container_port}, or remove headless")


def _ports(app: ConfigNode, service: ConfigNode) -> Iterator[Finding]:
    is_web = app["kind"].text_or("web") == "web"
    main_name = "http" if is_web else app["port_name"].text_or("tcp")
    main_port = service["port"].number_or(80) if is_web else service["port"].number or app["port"].number
    used = {(main_port, "TCP" if is_web else app["protocol"].text_or("TCP"))}
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


def node_ports(context: RuleContext) -> Iterator[Finding]:
    """A port of the nodes belongs to one Service, which may offer it by several protocols.

    https://kubernetes.io/docs/concepts/services-networking/service/#type-nodeport
    """
    first: dict[int, tuple[ValuePath, set[str]]] = {}
    for service, field, protocol in _node_ports(context):
        if field.number is None:
            continue
        owner, protocols = first.setdefault(field.number, (service, set()))
        if owner != service or protocol in protocols:
            message = f"{field.number} is already the node port of {dotted(owner)}"
            yield Finding(field.path, message, "choose another port, or remove it, so that the cluster chooses one")
        protocols.add(protocol)


def _node_ports(context: RuleContext) -> Iterator[tuple[ValuePath, ConfigNode, str]]:
    """Each node port with the path of its Service and its protocol."""
    for _, app in apps(context.settings):
        service = app["service"]
        yield service.path, service["node_port"], app["protocol"].text_or("TCP") or ""
        for _, port in service["ports"].items():
            yield service.path, port["node_port"], port["protocol"].text_or("TCP") or ""
        for manifest in app["manifests"].elements():
            if manifest["kind"].text == "Service":
                for port in manifest["spec"]["ports"].elements():
                    yield manifest.path, port["nodePort"], port["protocol"].text_or("TCP") or ""


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


def texts(context: RuleContext) -> Iterator[Finding]:
    """Labels, annotations, variables and the data of a ConfigMap are text: YAML reads `true` and `8080` differently."""
    for _, app in apps(context.settings):
        for manifest in app["manifests"].elements():
            if manifest["kind"].text == "ConfigMap":
                yield from _not_text(value for _, value in manifest["data"].items())
            yield from _texts(manifest)
        for target, patch in app["patches"].items():
            if target.partition("/")[0] == "ConfigMap":
                yield from _not_text(value for _, value in patch["data"].items())
            yield from _texts(patch)


def _texts(value: ConfigNode) -> Iterator[Finding]:
    """The values in an object that must be text, at any depth."""
    for name, child in value.items():
        if name in _TEXT_MAPPINGS and (name == "nodeSelector" or value.path[-1] in _AROUND_TEXT_MAPPINGS):
            yield from _not_text(entry for _, entry in child.items())
        elif name == "env":
            yield from _not_text(variable["value"] for variable in child.elements())
        else:
            yield from _texts(child)
    for element in value.elements():
        yield from _texts(element)


def _not_text(values: Iterable[ConfigNode]) -> Iterator[Finding]:
    for value in values:
        # null removes an entry in a patch.
        if value.is_set and value.text is None and isinstance(value.node.value, bool | int | float):
            yield Finding(
                value.path,
                f"expected text, found {kind_of(value.node)}",
                f"write it in quotes: {quoted(value.node.text)}",
            )


def _manifest_names(api_version: str, kind: str, metadata: ConfigNode) -> Iterator[Finding]:
    name, namespace = metadata["name"], metadata["namespace"]
    is_path = api_version.startswith("rbac.authorization.k8s.io/") or kind == "APIService"
    adapter = _LABEL if kind in _LABEL_NAMED else _SERVICE if kind == "Service" else _SUBDOMAIN
    if name.text is not None and is_path and re.search(r"[/%]|^\.\.?$", name.text):
        yield Finding(
            name.path, f"{quoted(name.text)} is invalid", "it must not be '.' or '..' and not contain '/' or '%'"
        )
    if name.text is not None and not is_path:
        yield from _mistake(adapter, name)
    if namespace.text is not None:
        yield from _mistake(_LABEL, namespace)


def _mistake(adapter: TypeAdapter[str], field: ConfigNode) -> Iterator[Finding]:
    try:
        adapter.validate_python(field.text)
    except ValidationError as invalid:
        yield Finding(field.path, f"{quoted(field.text or '')} is invalid", f"it {invalid.errors()[0]['ctx']['error']}")


def manifests(context: RuleContext) -> Iterator[Finding]:
    """A manifest has an apiVersion, a kind and a valid name, and is not a Secret."""
    for _, app in apps(context.settings):
        for manifest in app["manifests"].elements():
            api_version, kind, name = manifest["apiVersion"], manifest["kind"], manifest["metadata"]["name"]
            for field in (api_version, kind, name):
                if manifest.is_mapping and field.text is None:
                    yield Finding(field.path, "this field is required in a Kubernetes manifest", "add it")
            yield from _manifest_names(api_version.text or "", kind.text or "", manifest["metadata"])
            if manifest["kind"].text == "Secret":
                message = "a Secret would have its values in the settings file in plain text"
                yield Finding(manifest.path, message, "use `{secret: NAME}` in env or files, or external_secrets")
