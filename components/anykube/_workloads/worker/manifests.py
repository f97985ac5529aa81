"""Renders the manifests of a worker."""

from anykube._clusters.context import ClusterContext
from anykube._workloads.deployment import deployment
from anykube._workloads.names import validate_app_name
from anykube._workloads.parts import ManifestPart
from anykube._workloads.pods.dependencies import pod_dependencies
from anykube._workloads.pods.placement import spread
from anykube._workloads.pods.secrets import reject_unresolved_secrets
from anykube._workloads.pods.template import PodOptions, pod_template
from anykube._workloads.worker.spec import WorkerSpec


def manifests(app: str, namespace: str, spec: WorkerSpec, context: ClusterContext) -> list[ManifestPart]:
    """The manifests of the app. Raises pulumi.RunError for an invalid name or an unresolved secret."""
    validate_app_name("Worker", app)
    reject_unresolved_secrets("Worker", app, spec)
    pods = PodOptions(health=spec.health, spread=spread(app, required=spec.spread == "required"), movable=True)
    template = pod_template(app, namespace, spec, pods, context)
    return [*pod_dependencies(app, namespace, spec, context), *deployment(app, namespace, spec, template)]
