"""From the spec of a service elsewhere to plain Kubernetes manifests."""

from anykube._clusters.context import ClusterContext
from anykube._workloads.external.spec import ExternalServiceSpec
from anykube._workloads.metadata import SKIP_AWAIT, metadata
from anykube._workloads.names import refuse_impossible
from anykube._workloads.parts import Part
from anykube._workloads.raw import raw


def manifests(app: str, namespace: str, spec: ExternalServiceSpec, context: ClusterContext) -> list[Part]:  # noqa: ARG001
    """The Service. Raises pulumi.RunError where its name is impossible."""
    refuse_impossible("ExternalService", app)
    service = {
        "apiVersion": "v1",
        "kind": "Service",
        # There is nothing to wait for: the host is somebody else's.
        "metadata": metadata(app, namespace, annotations=SKIP_AWAIT),
        "spec": {"type": "ExternalName", "externalName": spec.host},
    }
    return [*raw(namespace, spec), Part("service", service, "after")]
