"""From the spec of a worker to plain Kubernetes manifests."""

from anykube._clusters.context import ClusterContext
from anykube._workloads.deployment import deployment
from anykube._workloads.names import refuse_impossible
from anykube._workloads.parts import Part
from anykube._workloads.pods.parts import needed
from anykube._workloads.pods.placement import spread
from anykube._workloads.pods.secrets import refuse_unresolved
from anykube._workloads.pods.template import Pods, pod_template
from anykube._workloads.worker.spec import WorkerSpec


def manifests(app: str, namespace: str, spec: WorkerSpec, context: ClusterContext) -> list[Part]:
    """The objects of the app. Raises pulumi.RunError where its name is impossible or a secret is unresolved."""
    refuse_impossible("Worker", app)
    refuse_unresolved("Worker", app, spec)
    pods = Pods(health=spec.health, spread=spread(app, required=spec.spread == "required"))
    template = pod_template(app, namespace, spec, pods, context)
    return [*needed(app, namespace, spec), *deployment(app, namespace, spec, template)]
