"""Renders the manifests of a daemon service."""

from typing import Any

from anykube._clusters.context import ClusterContext
from anykube._kubernetes import Manifest
from anykube._workloads.daemon.spec import DaemonServiceSpec
from anykube._workloads.metadata import metadata, selector
from anykube._workloads.names import validate_app_name
from anykube._workloads.network import port_access
from anykube._workloads.parts import ManifestPart, after
from anykube._workloads.pods.dependencies import pod_dependencies
from anykube._workloads.pods.secrets import reject_unresolved_secrets
from anykube._workloads.pods.spec import Toleration
from anykube._workloads.pods.template import PodOptions, pod_template
from anykube._workloads.rollout import pods as pods_of
from anykube._workloads.service import Ports, ServiceSpec, container_ports, headless_part, service


def manifests(app: str, namespace: str, spec: DaemonServiceSpec, context: ClusterContext) -> list[ManifestPart]:
    """The manifests of the app. Raises pulumi.RunError for an invalid name or an unresolved secret."""
    validate_app_name("DaemonService", app)
    reject_unresolved_secrets("DaemonService", app, spec)
    if spec.all_nodes:
        spec = spec.model_copy(update={"tolerations": (*spec.tolerations, Toleration())})
    # Without a port there is no Service.
    offered = spec.service if spec.port else ServiceSpec()
    ports = container_ports(spec.port_name, spec.port, offered, spec.protocol) if spec.port else {}
    daemon_set = {
        "apiVersion": "apps/v1",
        "kind": "DaemonSet",
        "metadata": metadata(app, namespace),
        "spec": {
            "selector": {"matchLabels": selector(app)},
            **({"minReadySeconds": spec.min_ready_seconds} if spec.min_ready_seconds else {}),
            "updateStrategy": {
                "type": "RollingUpdate",
                "rollingUpdate": {"maxUnavailable": pods_of(spec.max_unavailable)},
            },
            "revisionHistoryLimit": 3,
            "template": pod_template(app, namespace, spec, PodOptions(ports=ports, health=spec.health), context),
        },
    }
    return [
        *pod_dependencies(app, namespace, spec, context, port_access([app], ports, offered)),
        *headless_part(app, namespace, offered, ports),
        ManifestPart("daemon-set", daemon_set, "workload", spec.deadline),
        *(after("service", _service(app, namespace, spec, ports, context)) if spec.port else ()),
    ]


def _service(app: str, namespace: str, spec: DaemonServiceSpec, ports: Ports, context: ClusterContext) -> Manifest:
    number, _ = ports[spec.port_name]
    rendered: dict[str, Any] = dict(
        service(app, namespace, spec.service, (spec.port_name, number), context.load_balancers, ports=ports)
    )
    # https://kubernetes.io/docs/concepts/services-networking/service-traffic-policy/
    return {**rendered, "spec": {"internalTrafficPolicy": "Local", **rendered["spec"]}}
