"""The objects that must exist before a workload's pods start."""

from anykube._clusters.context import ClusterContext
from anykube._kubernetes import Manifest
from anykube._workloads.api_access import api_access
from anykube._workloads.metadata import metadata
from anykube._workloads.network import NO_PORTS, PortAccess, network_policy
from anykube._workloads.parts import ManifestPart, before
from anykube._workloads.pods.external_secrets import external_secrets, provider_classes
from anykube._workloads.pods.files import config_map, file_secret
from anykube._workloads.pods.secrets import env_secret, pull_secret
from anykube._workloads.pods.spec import WorkloadSpec
from anykube._workloads.pods.volumes import claims
from anykube._workloads.user_manifests import user_manifests


def pod_dependencies(
    app: str,
    namespace: str,
    spec: WorkloadSpec,
    context: ClusterContext,
    access: PortAccess = NO_PORTS,
    *,
    claim_templates: bool = False,
) -> list[ManifestPart]:
    """The service account and its roles, Secrets, files, claims, NetworkPolicy and the app's additional manifests.

    `claim_templates`: the workload creates the claims itself.
    """
    parts = [ManifestPart("service-account", _service_account(app, namespace), "before")]
    parts += api_access(app, namespace, spec.api_access)
    parts += before("env", env_secret(app, namespace, spec))
    parts += before("pull", pull_secret(app, namespace, spec))
    parts += before("config", config_map(app, namespace, spec))
    parts += before("files", file_secret(app, namespace, spec))
    by_suffix = {
        "claim": {} if claim_templates else claims(app, namespace, spec.volumes),
        "external": external_secrets(app, namespace, spec.external_secrets),
        "csi": provider_classes(app, namespace, spec.csi_secrets),
    }
    parts += [
        ManifestPart(f"{suffix}-{name}", manifest, "before")
        for suffix, manifests in by_suffix.items()
        for name, manifest in manifests.items()
    ]
    parts.append(ManifestPart("network-policy", network_policy(app, namespace, spec, context, access), "before"))
    return parts + user_manifests(namespace, spec)


def _service_account(app: str, namespace: str) -> Manifest:
    return {
        "apiVersion": "v1",
        "kind": "ServiceAccount",
        "metadata": metadata(app, namespace),
        "automountServiceAccountToken": False,
    }
