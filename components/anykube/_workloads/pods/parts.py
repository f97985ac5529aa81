"""What every workload's pods need before they start."""

from anykube._kubernetes import Manifest
from anykube._workloads.metadata import metadata
from anykube._workloads.network import network_policy
from anykube._workloads.parts import Part, before
from anykube._workloads.pods.files import config_map, file_secret
from anykube._workloads.pods.outside import external_secrets, provider_classes
from anykube._workloads.pods.secrets import env_secret, pull_secret
from anykube._workloads.pods.spec import WorkloadSpec
from anykube._workloads.pods.volumes import claims
from anykube._workloads.raw import raw


def needed(
    app: str, namespace: str, spec: WorkloadSpec, *, open_ports: tuple[str, ...] = (), claim_templates: bool = False
) -> list[Part]:
    """Service account, Secrets, files, claims, network policy, and objects of the user's own.

    `open_ports`: names of ports that whoever is outside may reach. `claim_templates`: the workload makes the claims.
    """
    parts = [Part("service-account", _service_account(app, namespace), "before")]
    parts += before("env", env_secret(app, namespace, spec))
    parts += before("pull", pull_secret(app, namespace, spec))
    parts += before("config", config_map(app, namespace, spec))
    parts += before("files", file_secret(app, namespace, spec))
    shared = {} if claim_templates else claims(app, namespace, spec.volumes)
    named = {
        "claim": shared,
        "external": external_secrets(app, namespace, spec.external_secrets),
        "csi": provider_classes(app, namespace, spec.csi_secrets),
    }
    parts += [
        Part(f"{kind}-{name}", manifest, "before") for kind, made in named.items() for name, manifest in made.items()
    ]
    parts.append(Part("network-policy", network_policy(app, namespace, spec, open_ports), "before"))
    return parts + raw(namespace, spec)


def _service_account(app: str, namespace: str) -> Manifest:
    return {
        "apiVersion": "v1",
        "kind": "ServiceAccount",
        "metadata": metadata(app, namespace),
        "automountServiceAccountToken": False,
    }
