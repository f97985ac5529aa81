"""Rules of a single model. Programs get their findings as soon as they create the model.

The specs import this module. It must not import specs or clusters at module level.
"""

from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import TypeAlias

from anykube._names import amount
from anykube._rules.findings import Finding
from anykube._rules.node import ConfigNode

StandaloneRule: TypeAlias = Callable[[ConfigNode], Iterator[Finding]]


def pool_size(pool: ConfigNode) -> Iterator[Finding]:
    """A pool has a consistent size: `count`, or `min` and `max`, or all three."""
    count, low, high = pool["count"], pool["min"], pool["max"]
    if not (count.is_set or low.is_set or high.is_set):
        yield Finding(pool.path, "the pool has no size", "set count, or min and max")
    elif low.is_set != high.is_set:
        present, absent = ("min", "max") if low.is_set else ("max", "min")
        yield Finding(pool[present].path, f"set without {absent}", f"set {absent} too, or use count instead")
    elif low.number is not None and high.number is not None:
        if low.number > high.number:
            message = f"{low.number} is greater than max, which is {high.number}"
            yield Finding(low.path, message, "lower min or raise max")
        elif count.number is not None and not low.number <= count.number <= high.number:
            message = f"{count.number} is not between min ({low.number}) and max ({high.number})"
            yield Finding(count.path, message, "choose a count between them, or remove it")


def pool_taints(pool: ConfigNode) -> Iterator[Finding]:
    """A node has each taint once: https://kubernetes.io/docs/reference/kubernetes-api/cluster-resources/node-v1/"""
    first_index: dict[tuple[str, str], int] = {}
    for index, taint in enumerate(pool["taints"].elements()):
        key, effect = taint["key"].text, taint["effect"].text
        if key is None or effect is None:
            continue
        first = first_index.setdefault((key, effect), index)
        if first != index:
            message = f"has the same key and effect as taints[{first}]: {key}, {effect}"
            yield Finding(taint.path, message, "remove one of them, since a node cannot have both")


def api_exposure(api: ConfigNode) -> Iterator[Finding]:
    """An API that is open to the whole internet must be confirmed. It has either a public or a private address."""
    from anykube._clusters.ranges import is_whole_internet

    for cidr in api["public"].elements():
        if is_whole_internet(cidr.text or "") and api["anywhere"].node.value is not True:
            remedy = "list only the ranges that need access, or set `anywhere: true` to confirm"
            yield Finding(cidr.path, "opens the Kubernetes API to the whole internet", remedy)
    internal = list(api["internal"].elements())
    for cidr in internal:
        if is_whole_internet(cidr.text or ""):
            remedy = "list only the ranges of your own networks"
            yield Finding(cidr.path, "opens the private address of the Kubernetes API to every network", remedy)
    if internal and any(api["public"].elements()):
        message = "not allowed with `public`, which makes the name of the API resolve to its public address"
        remedy = "remove one of them; to admit a connected network too, list the public range of its NAT in `public`"
        yield Finding(api["internal"].path, message, remedy)


def autoscaling_bounds(autoscaling: ConfigNode) -> Iterator[Finding]:
    """The minimum of an autoscaler is not above its maximum."""
    from anykube._workloads.scaling import Autoscaling

    default: int = Autoscaling.model_fields["min"].default
    low, high = autoscaling["min"].number_or(default), autoscaling["max"].number
    if low is not None and high is not None and low > high:
        field = autoscaling["min"] if autoscaling["min"].is_set else autoscaling["max"]
        message = f"min, which is {low}, is greater than max, which is {high}"
        yield Finding(field.path, message, "lower min or raise max")


def metric_target(metric: ConfigNode) -> Iterator[Finding]:
    """A metric has one source and one target. That of pods is an average.

    https://kubernetes.io/docs/reference/kubernetes-api/autoscaling/horizontal-pod-autoscaler-v2/
    """
    is_external, target = metric["external"].node.value is True, metric["value"]
    if is_external and metric["object"].is_set:
        message = "not allowed with an external metric, which describes no object of the cluster"
        yield Finding(metric["object"].path, message, "remove it, or external")
    if metric["average"].is_set == target.is_set:
        message = "has both average and value" if target.is_set else "has no target"
        yield Finding(metric.path, message, "set exactly one of average and value")
    elif target.is_set and not is_external and not metric["object"].is_set:
        message = "a metric of the pods has an average as its target"
        yield Finding(target.path, message, "use average instead, or set object or external")


def scaling_limit(limit: ConfigNode) -> Iterator[Finding]:
    """A limit is a number of pods or a percentage."""
    if limit["pods"].is_set == limit["percent"].is_set:
        message = "has both pods and percent" if limit["pods"].is_set else "has neither pods nor percent"
        yield Finding(limit.path, message, "set exactly one of them")


def rollout_moves(rollout: ConfigNode) -> Iterator[Finding]:
    """A rollout can progress.

    https://kubernetes.io/docs/concepts/workloads/controllers/deployment/#rolling-update-deployment
    """
    from anykube._workloads.rollout import Rollout, is_zero

    surge, unavailable = rollout["max_surge"], rollout["max_unavailable"]
    if rollout["strategy"].text == "recreate":
        for limit in (surge, unavailable):
            if limit.is_set:
                yield Finding(limit.path, "not allowed with `strategy: recreate`", "remove it, or the strategy")
        return
    limits = [limit.text_or(Rollout.model_fields[str(limit.path[-1])].default) for limit in (surge, unavailable)]
    if all(limit is not None and is_zero(limit) for limit in limits):
        field = surge if surge.is_set else unavailable
        message = "max_surge and max_unavailable are both 0, so that no rollout can progress"
        yield Finding(field.path, message, "raise one of them")


def resource_limits(resources: ConfigNode) -> Iterator[Finding]:
    """A limit is not below its request, and of memory it is enough for a container to start."""
    from anykube._workloads.pods.spec import Resources

    for resource in ("cpu", "memory", "ephemeral_storage"):
        request = resources[resource].text_or(Resources.model_fields[resource].default)
        limit = resources[f"{resource}_limit"]
        if request is None or limit.text is None:
            continue
        requested, maximum = _amount(request), _amount(limit.text)
        if requested is not None and maximum is not None and maximum < requested:
            default = "" if resources[resource].is_set else " by default"
            message = f"{limit.text} is less than {resource}, which is {request}{default}"
            yield Finding(limit.path, message, f"raise the limit or lower {resource}")
    memory = resources["memory_limit"] if resources["memory_limit"].is_set else resources["memory"]
    requested, maximum = _amount(resources["memory"].text_or("128Mi") or ""), _amount(memory.text or "")
    if requested is not None and maximum is not None and requested <= maximum < _LEAST_MEMORY:
        yield Finding(memory.path, f"no container starts with {memory.text} of memory", "set at least 6Mi")


_LEAST_MEMORY = 6 * 1024**2
"""What a container's first process needs: https://docs.docker.com/engine/containers/resource_constraints/"""


def probe_action(probe: ConfigNode) -> Iterator[Finding]:
    """A probe has one action, and ends before the next one begins."""
    grpc = probe["grpc"].text is not None or probe["grpc"].node.value is True
    has_command = bool(list(probe["command"].elements()))
    if probe["grpc"].text == "":
        yield Finding(
            probe["grpc"].path, "has no name of a service", "name it, or write true to check the whole server"
        )
    if grpc and (has_command or probe["path"].is_set):
        other = "command" if has_command else "path"
        yield Finding(probe["grpc"].path, f"not allowed together with {other}", "keep one of them")
    for field in ("port", "scheme", "headers"):
        if probe[field].is_set and (has_command or (grpc and field != "port")):
            kind = "a command" if has_command else "gRPC"
            yield Finding(probe[field].path, f"has no effect on a probe by {kind}", "remove it")
    timeout, period = probe["timeout_seconds"].number, probe["period_seconds"].number
    if timeout is not None and period is not None and timeout > period:
        message = f"{timeout} s is longer than period_seconds, which is {period} s"
        yield Finding(probe["timeout_seconds"].path, message, "lower it, or raise period_seconds")


def _amount(quantity: str) -> Decimal | None:
    try:
        return amount(quantity)
    except ValueError:
        return None


_CLAIM_FIELDS = ("claim_name", "storage_class", "access")


def volume_type(volume: ConfigNode) -> Iterator[Finding]:
    """A volume has the fields that its type needs, and no others."""
    type_, has_claim_name = volume["type"].text_or("empty"), volume["claim_name"].is_set
    if type_ in ("empty", "memory"):
        for field in _CLAIM_FIELDS:
            if volume[field].is_set:
                message = f"not allowed for a volume of type {type_}"
                yield Finding(volume[field].path, message, "set `type: claim`, or remove it")
    elif type_ == "claim" and has_claim_name == volume["size"].is_set:
        message = "has both claim_name and size" if has_claim_name else "the claim has no size"
        remedy = "remove one of them" if has_claim_name else "set size, or claim_name of an existing claim"
        yield Finding(volume.path, message, remedy)


_LOAD_BALANCER_FIELDS = ("exposure", "source_ranges")


def service_type(service: ConfigNode) -> Iterator[Finding]:
    """A Service has only the fields that its type supports."""
    kind = service["type"].text_or("ClusterIP")
    if kind == "ClusterIP":
        yield from _unsupported(service, ("node_port", "keep_client_address"), "NodePort or LoadBalancer")
        for _, port in service["ports"].items():
            yield from _unsupported(port, ("node_port",), "NodePort or LoadBalancer")
    for _, port in service["ports"].items():
        if port["node_port"].is_set and port["exposure"].is_set and kind != "ClusterIP":
            message = "not allowed with exposure, which keeps the port inside the cluster"
            yield Finding(port["node_port"].path, message, "remove one of them")
    if kind in ("ClusterIP", "NodePort"):
        yield from _unsupported(service, _LOAD_BALANCER_FIELDS, "LoadBalancer")
    if kind != "ClusterIP" and service["headless"].node.value is True:
        message = f"a Service of type {kind} has an IP address and cannot be headless"
        yield Finding(service["headless"].path, message, "remove it, or the type")
    if service["headless"].node.value is True and service["affinity_seconds"].is_set:
        message = "not supported by headless Services, whose clients choose a pod themselves"
        yield Finding(service["affinity_seconds"].path, message, "remove it, or headless")


def _unsupported(service: ConfigNode, fields: tuple[str, ...], kind: str) -> Iterator[Finding]:
    for field in fields:
        if service[field].is_set:
            yield Finding(service[field].path, f"requires a Service of type {kind}", "remove it, or set the type")


def peer_target(peer: ConfigNode) -> Iterator[Finding]:
    """A peer is an app, a namespace or an IP range."""
    if peer["app"].is_set and peer["cidr"].is_set:
        yield Finding(peer.path, "has both app and cidr", "set exactly one of them")
    elif not (peer["app"].is_set or peer["cidr"].is_set or peer["namespace"].is_set):
        yield Finding(peer.path, "has none of app, namespace and cidr", "set one of them")
    if peer["cidr"].is_set and peer["namespace"].is_set:
        yield Finding(peer["namespace"].path, "not allowed with cidr, which is outside the cluster", "remove it")


CERTIFICATE_SOURCES = ("issuer", "secret_name", "cert_manager")


def tls_source(tls: ConfigNode) -> Iterator[Finding]:
    """A certificate has one source."""
    sources = [name for name in CERTIFICATE_SOURCES if tls[name].is_set]
    if len(sources) > 1:
        yield Finding(tls.path, f"has several certificate sources: {', '.join(sources)}", "keep one of them")
    elif not sources:
        remedy = f"set {', '.join(CERTIFICATE_SOURCES[:-1])} or {CERTIFICATE_SOURCES[-1]}"
        yield Finding(tls.path, "has no certificate source", remedy)


def route_tls(route: ConfigNode) -> Iterator[Finding]:
    """TLS requires a host, and a redirect requires TLS."""
    if route["redirect"].node.value is True and not route["tls"].is_set:
        yield Finding(route["redirect"].path, "the route has no TLS to redirect to", "add tls, or remove redirect")
    if route["tls"].is_mapping and not route["host"].is_set:
        yield Finding(route["tls"].path, "the route has no host for the certificate", "add the host")


def path_split(path: ConfigNode) -> Iterator[Finding]:
    """Requests are split among different apps, at least one of which gets requests."""
    split = path["split"]
    if path["app"].is_set and split.is_set:
        yield Finding(split.path, "not allowed together with app", "remove one of them")
    shares = [share for share in split.elements() if share.is_mapping]
    weights = [share["weight"].number for share in shares]
    if shares and len(shares) == len(list(split.elements())) and all(weight == 0 for weight in weights):
        yield Finding(split.path, "all weights are 0", "raise at least one of them")
    names = set[str]()
    for share in shares:
        name = share["app"].text
        if name in names:
            yield Finding(share["app"].path, f"lists {name} a second time", "give each app one weight")
        names |= {name} if name is not None else set()


def external_target(app: ConfigNode) -> Iterator[Finding]:
    """An external service leads either to a DNS name or to IP addresses of one family, which need a port."""
    host, addresses = app["host"], app["addresses"]
    texts = [address.text for address in addresses.elements()]
    if host.is_set and texts:
        yield Finding(addresses.path, "not allowed together with host", "remove one of them")
    elif not host.is_set and not texts and not addresses.is_invalid:
        yield Finding(app.path, "has neither host nor addresses", "set host to a DNS name, or addresses and port")
    if len({":" in text for text in texts if text is not None}) > 1:
        message = "has both IPv4 and IPv6 addresses, but a Service leads to those of one family"
        yield Finding(addresses.path, message, "keep those of one family")
    for text, address in zip(texts, addresses.elements(), strict=True):
        if text is not None and texts.index(text) != address.path[-1]:
            yield Finding(address.path, f"lists {text} a second time", "remove it")
    if texts and app["cidrs"].is_set:
        yield Finding(app["cidrs"].path, "has no effect with addresses, which are the ranges", "remove it")
    if texts and not host.is_set and not app["port"].is_set:
        yield Finding(addresses.path, "the addresses have no port", "set port to the port of the host")
    if not texts:
        for field in ("port", "port_name", "target", "protocol", "app_protocol"):
            if app[field].is_set and host.is_set:
                message = "not allowed with host: a DNS name leads to every port"
                yield Finding(app[field].path, message, "remove it, or replace host by addresses")


def api_rule(rule: ConfigNode) -> Iterator[Finding]:
    """A rule of a ClusterRole is either for resources or for URLs."""
    resources, urls = rule["resources"], rule["urls"]
    if resources.is_set and urls.is_set:
        yield Finding(urls.path, "not allowed together with resources", "make it a rule of its own")
    elif not resources.is_set and not urls.is_set:
        yield Finding(rule.path, "has neither resources nor urls", "set one of them")
    for field in ("groups", "names"):
        if urls.is_set and not resources.is_set and rule[field].is_set:
            yield Finding(rule[field].path, "not allowed with urls", "remove it")


_FAILURE_FIELDS = ("exit_codes", "except_exit_codes", "condition")


def failure_rule(rule: ConfigNode) -> Iterator[Finding]:
    """A rule about failed pods has one requirement, with different exit codes."""
    requirements = [field for field in _FAILURE_FIELDS if rule[field].is_set]
    if not requirements:
        yield Finding(rule.path, "does not say for which pods it is", f"set one of {', '.join(_FAILURE_FIELDS)}")
    for field in requirements[1:]:
        yield Finding(rule[field].path, f"not allowed together with {requirements[0]}", "make it a rule of its own")
    for field in _FAILURE_FIELDS[:2]:
        codes = set[int]()
        for code in rule[field].elements():
            if code.number in codes:
                yield Finding(code.path, f"lists {code.number} a second time", "remove it")
            codes |= {code.number} if code.number is not None else set()


def toleration_key(toleration: ConfigNode) -> Iterator[Finding]:
    """A toleration of all taints has no value.

    https://kubernetes.io/docs/concepts/scheduling-eviction/taint-and-toleration/
    """
    if toleration["value"].is_set and not toleration["key"].is_set:
        yield Finding(toleration["value"].path, "requires the key of the taint", "set key, or remove value")
