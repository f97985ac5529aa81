"""Renders the manifests of an external service."""

from anykube._clusters.context import ClusterContext
from anykube._workloads.external.spec import ExternalServiceSpec
from anykube._workloads.metadata import SKIP_AWAIT, metadata
from anykube._workloads.names import validate_app_name
from anykube._workloads.parts import ManifestPart
from anykube._workloads.user_manifests import user_manifests


def manifests(app: str, namespace: str, spec: ExternalServiceSpec, context: ClusterContext) -> list[ManifestPart]:  # noqa: ARG001
    """The Service and the app's additional manifests. Raises pulumi.RunError for an invalid name."""
    validate_app_name("ExternalService", app)
    service = {
        "apiVersion": "v1",
        "kind": "Service",
        # There is nothing to wait for: the host is outside the cluster.
        "metadata": metadata(app, namespace, annotations=SKIP_AWAIT),
        "spec": {"type": "ExternalName", "externalName": spec.host},
    }
    return [*user_manifests(namespace, spec), ManifestPart("service", service, "after")]
