"""Rules for network exposure and Pod Security: Services, Ingresses, Gateways and namespaces."""

from collections.abc import Callable, Mapping, Sequence

from anykube._clusters.ingress_profiles import INGRESS_PROFILES
from anykube._workloads.load_balancers import INTERNAL

from anykube_policies.fields import Fields, find_all
from anykube_policies.kubernetes import KubernetesObject, of_kind
from anykube_policies.rule import BASELINE, NSA, PRACTICE, ResourceRule, Severity, aks, eks, for_each, gke

_CERTIFICATES = (
    *(routing.certificate.annotation for routing in INGRESS_PROFILES.values() if routing.certificate),
    # https://cloud.google.com/kubernetes-engine/docs/how-to/ingress-multi-ssl
    "ingress.gcp.kubernetes.io/pre-shared-cert",
    # https://kubernetes-sigs.github.io/aws-load-balancer-controller/latest/guide/ingress/annotations/#certificate-arn
    "alb.ingress.kubernetes.io/certificate-arn",
    # https://azure.github.io/application-gateway-kubernetes-ingress/annotations/
    "appgw.ingress.kubernetes.io/appgw-ssl-certificate",
)
"""Annotations that give an Ingress a certificate without a Secret."""

_CLASS = "kubernetes.io/ingress.class"
"""The predecessor of `ingressClassName`. Some controllers still read it."""

_INGRESS_NGINX = "ingress-nginx, which was retired in March 2026"
_RETIRED_CLASSES: Mapping[str, str] = {
    # https://kubernetes.io/blog/2025/11/11/ingress-nginx-retirement/
    "nginx": _INGRESS_NGINX,
    # https://learn.microsoft.com/azure/aks/app-routing-nginx-to-gateway-api-migration
    "webapprouting.kubernetes.azure.com": "the application routing add-on's NGINX, which is retired in November 2026",
    # https://learn.microsoft.com/azure/aks/http-application-routing
    "addon-http-application-routing": "the HTTP application routing add-on, which was retired in March 2025",
}
"""Controllers without security fixes, by ingress class."""
_RETIRED_CONTROLLERS: Mapping[str, str] = {
    "k8s.io/ingress-nginx": _INGRESS_NGINX,
    "webapprouting.kubernetes.azure.com/nginx": _RETIRED_CLASSES["webapprouting.kubernetes.azure.com"],
}
"""The same by the `controller` of an IngressClass. The class can have any name."""

_CLASSES: Sequence[Callable[[KubernetesObject], Fields]] = (
    lambda ingress: ingress.fields.get("spec.ingressClassName"),
    lambda ingress: ingress.annotations[_CLASS],
)
"""The fields that hold the class of an Ingress."""

_SNIPPETS = ("-snippet", "-snippets")
_ENFORCE = "pod-security.kubernetes.io/enforce"
_ENFORCING = ("baseline", "restricted")

services = of_kind("Service", group="")
ingresses = of_kind("Ingress", group="networking.k8s.io")
gateways = of_kind("Gateway", group="gateway.networking.k8s.io")
classes = of_kind("Ingress", "IngressClass", group="networking.k8s.io")
namespaces = of_kind("Namespace", group="")


def public(service: KubernetesObject) -> str | None:
    """A Service is not reachable from outside, unless the stack's settings list it in `policies.public`.

    A load balancer is public unless an annotation of its cloud makes it internal. A node port is open on every address
    of every node. https://kubernetes.io/docs/concepts/services-networking/service/
    """
    kind = service.fields.get("spec.type").text
    if kind not in ("LoadBalancer", "NodePort") or (kind == "LoadBalancer" and _is_internal(service)):
        return None
    allowed = service.resource.settings.public
    if allowed and service.name in allowed:
        return None
    return "is a public load balancer" if kind == "LoadBalancer" else "opens a port on every node"


def _is_internal(service: KubernetesObject) -> bool:
    return bool(find_all(lambda annotation: service.annotations[annotation[0]].text == annotation[1], sorted(INTERNAL)))


def ingress_tls(ingress: KubernetesObject) -> str | None:
    """An Ingress has a certificate for every host it serves.

    It may also serve plain HTTP: most controllers need that to redirect clients to HTTPS.
    https://kubernetes.io/docs/concepts/services-networking/ingress/#tls
    """
    if any(ingress.annotations[name].is_set for name in _CERTIFICATES):
        return None
    spec = ingress.fields["spec"]
    served = [rule["host"] for rule in spec["rules"].elements]
    if spec["defaultBackend"].is_set:
        served.append(Fields())
    entries = [entry["hosts"].elements for entry in spec["tls"].elements]
    if not all(entries):
        # A TLS entry without hosts applies to all hosts.
        return None
    certified = [host for hosts in entries for host in hosts]
    plain = find_all(lambda host: None if _is_covered(host, certified) else host.text or "any host", served)
    return f"serves {', '.join(dict.fromkeys(plain))} without TLS" if plain else None


def _is_covered(host: Fields, certified: Sequence[Fields]) -> bool:
    """Whether the hosts of the certificates, including wildcards such as `*.example.com`, cover the host."""
    if (name := host.text) is None:
        return False
    wildcard = f"*.{name.partition('.')[2]}"
    return bool(find_all(lambda certificate_host: certificate_host.text in (name, wildcard), certified))


def gateway_tls(gateway: KubernetesObject) -> str | None:
    """Every plain HTTP listener of a Gateway has a TLS listener for the same hosts.

    A plain HTTP listener may exist to redirect clients to HTTPS. https://gateway-api.sigs.k8s.io/guides/tls/
    """
    listeners = gateway.fields.get("spec.listeners").elements
    plain = find_all(
        lambda listener: None if _is_secured(listener, listeners) else listener["name"].text or "(unnamed)", listeners
    )
    return f"has plain HTTP listeners without a matching HTTPS listener: {', '.join(plain)}" if plain else None


def _is_secured(listener: Fields, listeners: Sequence[Fields]) -> bool:
    """Whether it is not a plain HTTP listener, or another listener serves its hosts with TLS."""
    if listener["protocol"].text != "HTTP":
        return True
    host = listener["hostname"]
    return bool(
        find_all(
            lambda other: (
                other["protocol"].text in ("HTTPS", "TLS")
                and (not host.is_set or not other["hostname"].is_set or _is_covered(host, [other["hostname"]]))
            ),
            listeners,
        )
    )


def retired(item: KubernetesObject) -> str | None:
    """The controller of an Ingress or IngressClass still gets security fixes."""
    if item.kind == "IngressClass":
        controller = item.fields.get("spec.controller").text or ""
        # The application routing add-on appends a slash and a number to the names of its controllers.
        reasons = [reason for name, reason in _RETIRED_CONTROLLERS.items() if f"{controller}/".startswith(f"{name}/")]
    else:
        reasons = find_all(lambda read: _RETIRED_CLASSES.get(read(item).text or ""), _CLASSES)
    return f"uses {reasons[0]}" if reasons else None


def snippets(ingress: KubernetesObject) -> str | None:
    """An Ingress has no snippet annotation, which adds text to the controller's configuration.

    With it, anyone who can write an Ingress can read all Secrets of the cluster.
    https://nvd.nist.gov/vuln/detail/CVE-2021-25742
    """
    annotations = [name for name, value in ingress.annotations.items() if name.endswith(_SNIPPETS) and value.is_set]
    return f"sets {', '.join(annotations)}" if annotations else None


def pod_security(namespace: KubernetesObject) -> str | None:
    """A namespace has a label that makes Kubernetes reject insecure pods.

    https://kubernetes.io/docs/concepts/security/pod-security-admission/
    """
    label = namespace.fields.get("metadata.labels")[_ENFORCE]
    if not label.is_set:
        return None if namespace.is_patch else f"has no label {_ENFORCE}"
    return None if label.text in _ENFORCING else f"sets label {_ENFORCE} to a level that rejects no pods"


RULES = (
    ResourceRule(
        name="exposure-public-service",
        title="A Service is reachable from outside only if the stack's settings allow it",
        severity=Severity.HIGH,
        controls=(NSA,),
        remedy=(
            "route requests through an Ingress or a Gateway, make the load balancer internal with an annotation, "
            "or add the Service to `policies.public` in the stack's settings"
        ),
        evaluate=for_each(services, public),
    ),
    ResourceRule(
        name="exposure-ingress-tls",
        title="An Ingress has TLS for every host",
        severity=Severity.HIGH,
        controls=(eks("5.4.5"), aks("5.4.5")),
        remedy="add a certificate for each host: in `tls`, or with the cloud's annotation",
        evaluate=for_each(ingresses, ingress_tls),
    ),
    ResourceRule(
        name="exposure-gateway-tls",
        title="Every plain HTTP listener of a Gateway has a TLS listener for the same hosts",
        severity=Severity.HIGH,
        controls=(eks("5.4.5"), aks("5.4.5")),
        remedy="add a listener with protocol HTTPS for the same hosts",
        evaluate=for_each(gateways, gateway_tls),
    ),
    ResourceRule(
        name="exposure-ingress-class",
        title="No Ingress uses a retired controller",
        severity=Severity.HIGH,
        controls=(PRACTICE,),
        remedy="use the class of the cloud's controller, or a Gateway",
        evaluate=for_each(classes, retired),
    ),
    ResourceRule(
        name="exposure-snippets",
        title="No Ingress uses snippet annotations",
        severity=Severity.HIGH,
        controls=(NSA,),
        remedy="replace the snippet with the controller's annotations",
        evaluate=for_each(ingresses, snippets),
    ),
    ResourceRule(
        name="exposure-pod-security",
        title="A namespace enforces a Pod Security Standard",
        severity=Severity.HIGH,
        controls=(gke("4.2.1"), BASELINE),
        remedy=f"set the label `{_ENFORCE}: restricted` (or `baseline`) on the namespace",
        evaluate=for_each(namespaces, pod_security),
    ),
)
