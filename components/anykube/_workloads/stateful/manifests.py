"""Renders the manifests of a stateful service."""

from anykube._clusters.context import ClusterContext
from anykube._kubernetes import Manifest
from anykube._workloads.metadata import MANAGED_BY, metadata, selector
from anykube._workloads.names import validate_app_name
from anykube._workloads.network import port_access
from anykube._workloads.parts import ManifestPart, after
from anykube._workloads.pods.dependencies import pod_dependencies
from anykube._workloads.pods.placement import spread
from anykube._workloads.pods.secrets import reject_unresolved_secrets
from anykube._workloads.pods.template import PodOptions, pod_template
from anykube._workloads.pods.volumes import claim_spec, managed_claims
from anykube._workloads.routes.routed import route_parts, routed_port_names
from anykube._workloads.scaling import REPLICAS, autoscaler, budget
from anykube._workloads.service import Ports, container_ports, headless_service, service
from anykube._workloads.stateful.spec import StatefulServiceSpec


def manifests(app: str, namespace: str, spec: StatefulServiceSpec, context: ClusterContext) -> list[ManifestPart]:
    """The manifests of the app. Raises pulumi.RunError for an invalid name or an unresolved secret."""
    validate_app_name("StatefulService", app)
    reject_unresolved_secrets("StatefulService", app, spec)
    ports = container_ports(spec.port_name, spec.port, spec.service, spec.protocol)
    min_replicas = spec.autoscaling.min if spec.autoscaling else spec.replicas
    main_port = (spec.port_name, spec.service.port or spec.port)
    routed = routed_port_names(app, spec, main_port, spec.service, ports)
    # Members of a database cluster, which find each other by the headless Service.
    access = port_access([app], ports, spec.service, routed, clustered=True)
    return [
        *pod_dependencies(app, namespace, spec, context, access, claim_templates=True),
        # The pods' DNS names depend on it, so it is created first.
        ManifestPart("headless", headless_service(app, namespace, ports), "before"),
        ManifestPart(
            "stateful-set",
            _stateful_set(app, namespace, spec, ports, context),
            "workload",
            spec.deadline,
            REPLICAS if spec.autoscaling else (),
        ),
        *after("autoscaler", autoscaler(app, namespace, "StatefulSet", spec.autoscaling)),
        *after("budget", budget(app, namespace, min_replicas, spec.disruption)),
        *after(
            "service",
            service(app, namespace, spec.service, (spec.port_name, spec.port), context.load_balancers, ports=ports),
        ),
        *route_parts(app, namespace, spec, context.ingress, main_port),
    ]


def _stateful_set(
    app: str, namespace: str, spec: StatefulServiceSpec, ports: Ports, context: ClusterContext
) -> Manifest:
    pods = PodOptions(
        ports=ports,
        health=spec.health,
        # A pod stays on the node of its disk, so old and new revisions are spread together.
        spread=spread(app, required=spec.spread == "required", revisions=False),
        movable=True,
        claim_templates=True,
    )
    return {
        "apiVersion": "apps/v1",
        "kind": "StatefulSet",
        "metadata": metadata(app, namespace),
        "spec": {
            "replicas": spec.autoscaling.min if spec.autoscaling else spec.replicas,
            **immutable_fields(app, spec),
            **({"minReadySeconds": spec.min_ready_seconds} if spec.min_ready_seconds else {}),
            "updateStrategy": {"type": "RollingUpdate"},
            "persistentVolumeClaimRetentionPolicy": {
                "whenDeleted": "Retain" if spec.claims == "keep" else "Delete",
                "whenScaled": "Retain",
            },
            "template": pod_template(app, namespace, spec, pods, context),
        },
    }


def immutable_fields(app: str, spec: StatefulServiceSpec) -> dict[str, object]:
    """The fields of the StatefulSet's spec that it keeps after its creation."""
    claims = [
        {
            "metadata": {"name": name, "labels": {**selector(app), **MANAGED_BY}},
            "spec": claim_spec(volume),
        }
        for name, volume in managed_claims(spec.volumes).items()
    ]
    return {
        "serviceName": f"{app}-headless",
        "selector": {"matchLabels": selector(app)},
        "podManagementPolicy": "OrderedReady" if spec.ordered else "Parallel",
        "revisionHistoryLimit": 3,
        **({"volumeClaimTemplates": claims} if claims else {}),
    }
