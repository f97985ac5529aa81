"""How each cloud is told what kind of load balancer a Service wants."""

from collections.abc import Mapping

from anykube.workloads.site import LoadBalancers

_AWS_TARGETS = {"service.beta.kubernetes.io/aws-load-balancer-nlb-target-type": "ip"}
_AWS_SCHEME = "service.beta.kubernetes.io/aws-load-balancer-scheme"
_AWS = LoadBalancers(
    # Straight to the pods: no node port, and a pod that is not ready gets nothing.
    internal={**_AWS_TARGETS, _AWS_SCHEME: "internal"},
    public={**_AWS_TARGETS, _AWS_SCHEME: "internet-facing"},
    load_balancer_class="service.k8s.aws/nlb",
)
_GCP = LoadBalancers(
    internal={"networking.gke.io/load-balancer-type": "Internal"},
    public={"cloud.google.com/l4-rbs": "enabled"},
)
_AZURE = LoadBalancers(internal={"service.beta.kubernetes.io/azure-load-balancer-internal": "true"})

LOAD_BALANCERS: Mapping[tuple[str, str], LoadBalancers] = {
    # https://kubernetes-sigs.github.io/aws-load-balancer-controller/latest/guide/service/nlb/
    ("aws", "standard"): _AWS,
    # https://docs.aws.amazon.com/eks/latest/userguide/auto-configure-nlb.html
    ("aws", "managed"): LoadBalancers(_AWS.internal, _AWS.public, "eks.amazonaws.com/nlb"),
    # https://cloud.google.com/kubernetes-engine/docs/concepts/service-load-balancer-parameters
    ("gcp", "standard"): _GCP,
    ("gcp", "managed"): _GCP,
    # https://learn.microsoft.com/azure/aks/internal-lb
    ("azure", "standard"): _AZURE,
    ("azure", "managed"): _AZURE,
}
"""By cloud and mode of the cluster. Where there is none, a Service has no annotations."""

INTERNAL = frozenset(
    annotation
    for cloud in LOAD_BALANCERS.values()
    for annotation in cloud.internal.items()
    if annotation not in cloud.public.items()
)
"""The annotations by any of which a cloud keeps a load balancer off the internet: name and value."""
