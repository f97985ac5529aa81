"""Rules of one model that need nothing but itself: it judges itself by them where a program makes one.

The specs import this module, so that it imports no spec or cluster while it is loaded.
"""

from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import TypeAlias

from anykube._names import amount
from anykube._rules.findings import Finding
from anykube._rules.node import ConfigNode

StandaloneRule: TypeAlias = Callable[[ConfigNode], Iterator[Finding]]


def pool_size(pool: ConfigNode) -> Iterator[Finding]:
    """A pool has a size, and its parts agree: `count`, or `min` and `max`, or all three."""
    count, low, high = pool["count"], pool["min"], pool["max"]
    if not (count.given or low.given or high.given):
        yield Finding(pool.path, "has no size", "give count, or min and max")
    elif low.given != high.given:
        there, absent = ("min", "max") if low.given else ("max", "min")
        yield Finding(pool[there].path, f"is given without {absent}", f"give {absent} too, or count alone")
    elif low.number is not None and high.number is not None:
        if low.number > high.number:
            what = f"is {low.number}, above max, which is {high.number}"
            yield Finding(low.path, what, "lower min or raise max")
        elif count.number is not None and not low.number <= count.number <= high.number:
            what = f"is {count.number}, outside min and max, which are {low.number} and {high.number}"
            yield Finding(count.path, what, "choose a count between them, or leave it out")


def pool_taints(pool: ConfigNode) -> Iterator[Finding]:
    """A node has each taint once: https://kubernetes.io/docs/reference/kubernetes-api/cluster-resources/node-v1/"""
    seen: dict[tuple[str, str], int] = {}
    for index, taint in enumerate(pool["taints"].elements()):
        key, effect = taint["key"].text, taint["effect"].text
        if key is None or effect is None:
            continue
        first = seen.setdefault((key, effect), index)
        if first != index:
            what = f"has the key and effect of taints[{first}]: {key}, {effect}"
            yield Finding(taint.path, what, "keep one of the two, since a node cannot have both")


def api_exposure(api: ConfigNode) -> Iterator[Finding]:
    """An API that the whole internet reaches is asked for in so many words."""
    from anykube._clusters.ranges import is_whole_internet

    for range_ in api["public"].elements():
        if is_whole_internet(range_.text or "") and api["anywhere"].node.value is not True:
            remedy = "name the ranges that need it, or write `anywhere: true` beside it if that is meant"
            yield Finding(range_.path, "lets the whole internet reach the Kubernetes API", remedy)


def autoscaling_bounds(autoscaling: ConfigNode) -> Iterator[Finding]:
    """The bounds of an autoscaler agree."""
    from anykube._workloads.scaling import Autoscaling

    least: int = Autoscaling.model_fields["min"].default
    low, high = autoscaling["min"].number_or(least), autoscaling["max"].number
    if low is not None and high is not None and low > high:
        at = autoscaling["min"] if autoscaling["min"].given else autoscaling["max"]
        what = f"does not agree: min is {low}, above max, which is {high}"
        yield Finding(at.path, what, "lower min or raise max")


def rollout_moves(rollout: ConfigNode) -> Iterator[Finding]:
    """A rollout can move.

    https://kubernetes.io/docs/concepts/workloads/controllers/deployment/#rolling-update-deployment
    """
    from anykube._workloads.rollout import Rollout, is_zero

    surge, missing = rollout["max_surge"], rollout["max_unavailable"]
    if rollout["strategy"].text == "recreate":
        for limit in (surge, missing):
            if limit.given:
                what = "says nothing where all old pods go before new ones come (strategy recreate)"
                yield Finding(limit.path, what, "remove it, or the strategy")
        return
    bounds = [limit.text_or(Rollout.model_fields[str(limit.path[-1])].default) for limit in (surge, missing)]
    if all(limit is not None and is_zero(limit) for limit in bounds):
        at = surge if surge.given else missing
        what = "leaves no way to roll out: max_surge and max_unavailable are both 0"
        yield Finding(at.path, what, "raise one of the two")


def resource_limits(resources: ConfigNode) -> Iterator[Finding]:
    """A limit is not below its request."""
    from anykube._workloads.pods.spec import Resources

    for resource in ("cpu", "memory"):
        wanted = resources[resource].text_or(Resources.model_fields[resource].default)
        limit = resources[f"{resource}_limit"]
        if wanted is None or limit.text is None:
            continue
        asked, most = _amount(wanted), _amount(limit.text)
        if asked is not None and most is not None and most < asked:
            default = "" if resources[resource].given else " by default"
            what = f"is {limit.text}, below {resource}, which is {wanted}{default}"
            yield Finding(limit.path, what, f"raise the limit or lower {resource}")


def _amount(quantity: str) -> Decimal | None:
    try:
        return amount(quantity)
    except ValueError:
        return None


_OF_CLAIMS = ("claim_name", "storage_class", "access")


def volume_type(volume: ConfigNode) -> Iterator[Finding]:
    """A volume is a whole one, and not more than its type can be."""
    type_, claimed = volume["type"].text_or("empty"), volume["claim_name"].given
    if type_ in ("empty", "memory"):
        for field in _OF_CLAIMS:
            if volume[field].given:
                what = f"is given, but the volume is of the type {type_}"
                yield Finding(volume[field].path, what, "write `type: claim`, or remove it")
    elif type_ == "claim" and claimed == volume["size"].given:
        what = "has both claim_name and size" if claimed else "says not how large the claim is"
        remedy = "keep one of the two" if claimed else "give size, or claim_name of a claim that is there"
        yield Finding(volume.path, what, remedy)


_BALANCED = ("exposure", "source_ranges")


def service_type(service: ConfigNode) -> Iterator[Finding]:
    """A Service asks for nothing that its type has not."""
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


def _pointless(service: ConfigNode, fields: tuple[str, ...], kind: str) -> Iterator[Finding]:
    for field in fields:
        if service[field].given:
            yield Finding(service[field].path, f"is given, but is for a Service of the type {kind}", "remove it")


def peer_target(peer: ConfigNode) -> Iterator[Finding]:
    """A peer is an app or a range of addresses."""
    if peer["app"].given == peer["cidr"].given:
        what = "has both app and cidr" if peer["app"].given else "names neither an app nor a range"
        yield Finding(peer.path, what, "give one of the two, app or cidr")


CERTIFICATE_SOURCES = ("issuer", "secret_name", "cert_manager")


def tls_source(tls: ConfigNode) -> Iterator[Finding]:
    """A certificate has one source."""
    sources = [name for name in CERTIFICATE_SOURCES if tls[name].given]
    if len(sources) > 1:
        both = "both " if len(sources) == 2 else ""
        yield Finding(tls.path, f"has {both}{' and '.join(sources)}", "keep one of them")
    elif not sources:
        yield Finding(
            tls.path,
            "says not where the certificate is from",
            f"give {', '.join(CERTIFICATE_SOURCES[:-1])} or {CERTIFICATE_SOURCES[-1]}",
        )


def route_tls(route: ConfigNode) -> Iterator[Finding]:
    """TLS is for a host, and a redirect for a route that has TLS."""
    if route["redirect"].node.value is True and not route["tls"].given:
        what = "is true, but the route has no TLS to send anybody on to"
        yield Finding(route["redirect"].path, what, "add tls, or remove it")
    if route["tls"].is_mapping and not route["host"].given:
        what = "is given, but the route has no host to make a certificate for"
        yield Finding(route["tls"].path, what, "add the host")


def path_split(path: ConfigNode) -> Iterator[Finding]:
    """Requests are divided among different apps, of which one answers at least."""
    split = path["split"]
    if path["app"].given and split.given:
        yield Finding(split.path, "is given beside app", "keep one of the two")
    shares = [share for share in split.elements() if share.is_mapping]
    weights = [share["weight"].number for share in shares]
    if shares and len(shares) == len(list(split.elements())) and all(weight == 0 for weight in weights):
        yield Finding(split.path, "gives nobody a weight above 0", "raise one of them")
    seen = set[str]()
    for share in shares:
        name = share["app"].text
        if name in seen:
            yield Finding(share["app"].path, f"names {name} a second time", "give each app one weight")
        seen |= {name} if name is not None else set()
