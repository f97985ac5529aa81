"""The kubeconfig of an EKS cluster."""

from anykube._clusters import kubeconfig as shared


def kubeconfig(name: str, region: str, endpoint: str, certificate_authority: str) -> str:
    """The kubeconfig, as JSON. `certificate_authority` is PEM in base64."""
    return shared.kubeconfig(name, endpoint, certificate_authority, "aws", cluster=name, region=region)
