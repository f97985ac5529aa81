"""What can be reached, by whom, and what may run there: Services, Ingresses, Gateways and namespaces."""

from collections.abc import Callable, Mapping, Sequence

from anykube._clusters.ingress_profiles import INGRESS_PROFILES
from anykube._workloads.load_balancers import INTERNAL

from anykube_policies.fields import Fields, finds
from anykube_policies.kubernetes import Object, of_kind
from anykube_policies.rule import BASELINE, NSA, PRACTICE, ResourceRule, Severity, aks, each, eks, gke

_CERTIFICATES = (
    *(routing.certificate.annotation for routing in INGRESS_PROFILES.values() if routing.certificate),
    # https://cloud.google.com/kubernetes-engine/docs/how-to/ingress-multi-ssl
    "ingress.gcp.kubernetes.io/pre-shared-cert",
    # https://kubernetes-sigs.github.io/aws-load-balancer-controller/latest/guide/ingress/annotations/#certificate-arn
    "alb.ingress.kubernetes.io/certificate-arn",
    # https://azure.github.io/application-gateway-kubernetes-ingress/annotations/
    "appgw.ingress.kubernetes.io/appgw-ssl-certificate",
)
"""Annotations by which an Ingress has certificates without a Secret."""

_CLASS = "kubernetes.io/ingress.class"
"""The annotation that was there before `ingressClassName`, and that some controllers still read."""

_RETIRED = "ingress-nginx, which ended in March 2026"
_ENDED: Mapping[str, str] = {
    # https://kubernetes.io/blog/2025/11/11/ingress-nginx-retirement/
    "nginx": _RETIRED,
    # https://learn.microsoft.com/azure/aks/app-routing-nginx-to-gateway-api-migration
    "webapprouting.kubernetes.azure.com": "application routing's NGINX, which ends with November 2026",
    # https://learn.microsoft.com/azure/aks/http-application-routing
    "addon-http-application-routing": "HTTP application routing, which ended in March 2025",
}
"""By class, the controller that answers it, and gets no security fixes any more."""
_ENDED_CONTROLLERS: Mapping[str, str] = {
    "k8s.io/ingress-nginx": _RETIRED,
    "webapprouting.kubernetes.azure.com/nginx": _ENDED["webapprouting.kubernetes.azure.com"],
}
"""The same by the `controller` of an IngressClass, which may have any name."""

_CLASSES: Sequence[Callable[[Object], Fields]] = (
    lambda ingress: ingress.fields.at("spec.ingressClassName"),
    lambda ingress: ingress.annotations[_CLASS],
)
"""Where an Ingress names its class."""

_SNIPPETS = ("-snippet", "-snippets")
_ENFORCE = "pod-security.kubernetes.io/enforce"
_REFUSING = ("baseline", "restricted")

services = of_kind("Service", group="")
ingresses = of_kind("Ingress", group="networking.k8s.io")
gateways = of_kind("Gateway", group="gateway.networking.k8s.io")
classes = of_kind("Ingress", "IngressClass", group="networking.k8s.io")
namespaces = of_kind("Namespace", group="")


def public(service: Object) -> str | None:
    """Opens no way in of its own, but for those that the stack's page names in `policies.public`.

    A load balancer is public unless an annotation of its cloud keeps it in the network. A node port is open on every
    address that a node has. https://kubernetes.io/docs/concepts/services-networking/service/
    """
    kind = service.fields.at("spec.type").text
    if kind not in ("LoadBalancer", "NodePort") or (kind == "LoadBalancer" and _is_internal(service)):
        return None
    allowed = service.resource.settings.public
    if allowed and service.name in allowed:
        return None
    return "is a public load balancer" if kind == "LoadBalancer" else "opens a port on every node"


def _is_internal(service: Object) -> bool:
    return bool(finds(lambda one: service.annotations[one[0]].text == one[1], sorted(INTERNAL)))


def ingress_tls(ingress: Object) -> str | None:
    """Has a certificate for every host that it answers.

    Whether plain HTTP is answered besides is the controller's matter: most need it to send clients on to HTTPS.
    https://kubernetes.io/docs/concepts/services-networking/ingress/#tls
    """
    if any(ingress.annotations[name].given for name in _CERTIFICATES):
        return None
    spec = ingress.fields["spec"]
    answered = [rule["host"] for rule in spec["rules"].elements]
    if spec["defaultBackend"].given:
        answered.append(Fields())
    entries = [entry["hosts"].elements for entry in spec["tls"].elements]
    if not all(entries):
        # An entry without hosts is for all of them.
        return None
    certified = [host for hosts in entries for host in hosts]
    plain = finds(lambda host: None if _is_among(host, certified) else host.text or "any host", answered)
    return f"answers {', '.join(dict.fromkeys(plain))} without TLS" if plain else None


def _is_among(host: Fields, certified: Sequence[Fields]) -> bool:
    """Whether certificates, also of `*.example.com`, are for the host."""
    if (name := host.text) is None:
        return False
    return bool(finds(lambda one: one.text in (name, f"*.{name.partition('.')[2]}"), certified))


def gateway_tls(gateway: Object) -> str | None:
    """Has a listener with TLS beside each that speaks plain HTTP, for the same hosts.

    The plain one may be there to send clients on to HTTPS. https://gateway-api.sigs.k8s.io/guides/tls/
    """
    listeners = gateway.fields.at("spec.listeners").elements
    plain = finds(lambda one: None if _is_secured(one, listeners) else one["name"].text or "without a name", listeners)
    return f"answers plain HTTP without HTTPS beside it, at its listener {', '.join(plain)}" if plain else None


def _is_secured(listener: Fields, listeners: Sequence[Fields]) -> bool:
    """Whether it speaks no plain HTTP, or another listener speaks HTTPS for what comes to it."""
    if listener["protocol"].text != "HTTP":
        return True
    host = listener["hostname"]
    return bool(
        finds(
            lambda one: (
                one["protocol"].text in ("HTTPS", "TLS")
                and (not host.given or not one["hostname"].given or _is_among(host, [one["hostname"]]))
            ),
            listeners,
        )
    )


def ended(asking: Object) -> str | None:
    """Is of a controller that still gets security fixes: an Ingress by its class, an IngressClass by itself."""
    if asking.kind == "IngressClass":
        controller = asking.fields.at("spec.controller").text or ""
        # Application routing numbers its controllers behind a further slash.
        found = [what for name, what in _ENDED_CONTROLLERS.items() if f"{controller}/".startswith(f"{name}/")]
    else:
        found = finds(lambda read: _ENDED.get(read(asking).text or ""), _CLASSES)
    return f"is a matter of {found[0]}" if found else None


def snippets(ingress: Object) -> str | None:
    """Puts no text into the controller's own configuration.

    Whoever may write an Ingress would read all Secrets of the cluster by it.
    https://nvd.nist.gov/vuln/detail/CVE-2021-25742
    """
    found = [name for name, value in ingress.annotations.items() if name.endswith(_SNIPPETS) and value.given]
    return f"has {', '.join(found)}" if found else None


def pod_security(namespace: Object) -> str | None:
    """Has the label by which Kubernetes refuses pods that may do more than they should.

    https://kubernetes.io/docs/concepts/security/pod-security-admission/
    """
    label = namespace.fields.at("metadata.labels")[_ENFORCE]
    if not label.given:
        return None if namespace.is_patch else f"has no label {_ENFORCE}"
    return None if label.text in _REFUSING else f"has a label {_ENFORCE} that refuses no pod"


RULES = (
    ResourceRule(
        name="exposure-public-service",
        title="A Service is reached from outside only where the page says so",
        severity=Severity.HIGH,
        controls=(NSA,),
        remedy=(
            "lead requests to it by an Ingress or a Gateway, have an annotation keep the load balancer in the network, "
            "or name the Service in `policies.public` of the stack's page"
        ),
        judge=each(services, public),
    ),
    ResourceRule(
        name="exposure-ingress-tls",
        title="An Ingress has TLS for every host",
        severity=Severity.HIGH,
        controls=(eks("5.4.5"), aks("5.4.5")),
        remedy="give each host a certificate: an entry of `tls`, or the cloud's annotation",
        judge=each(ingresses, ingress_tls),
    ),
    ResourceRule(
        name="exposure-gateway-tls",
        title="A Gateway has a listener with TLS beside each without",
        severity=Severity.HIGH,
        controls=(eks("5.4.5"), aks("5.4.5")),
        remedy="add a listener of protocol HTTPS for the same hosts",
        judge=each(gateways, gateway_tls),
    ),
    ResourceRule(
        name="exposure-ingress-class",
        title="No Ingress is answered by a controller that gets no fixes any more",
        severity=Severity.HIGH,
        controls=(PRACTICE,),
        remedy="use the class of the cloud's own controller, or a Gateway",
        judge=each(classes, ended),
    ),
    ResourceRule(
        name="exposure-snippets",
        title="No Ingress writes into its controller's configuration",
        severity=Severity.HIGH,
        controls=(NSA,),
        remedy="use the controller's own annotations for what the snippet does",
        judge=each(ingresses, snippets),
    ),
    ResourceRule(
        name="exposure-pod-security",
        title="A namespace refuses pods that are insecure",
        severity=Severity.HIGH,
        controls=(gke("4.2.1"), BASELINE),
        remedy=f"give the namespace the label `{_ENFORCE}: restricted`, or `baseline`",
        judge=each(namespaces, pod_security),
    ),
)
