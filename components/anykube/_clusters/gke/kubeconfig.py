"""The kubeconfig of a GKE cluster."""

from anykube._clusters import kubeconfig as shared


def kubeconfig(name: str, endpoint: str, certificate_authority: str | None) -> str:
    """The kubeconfig, as JSON. `certificate_authority` is PEM in base64. None: a public authority signs."""
    return shared.kubeconfig(name, endpoint, certificate_authority, "gcp")
