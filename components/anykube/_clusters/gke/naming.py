"""Names in Google Cloud: required APIs, descriptions and service accounts."""

import hashlib

APIS = (
    "cloudresourcemanager.googleapis.com",
    "compute.googleapis.com",
    "container.googleapis.com",
    "cloudkms.googleapis.com",
    "iam.googleapis.com",
)

_MAX_LENGTH = 30


def network_description(cluster: str) -> str:
    """Description of the network, by which to find it: its name is generated."""
    return f"GKE cluster {cluster}"


def account_display_name(cluster: str) -> str:
    """Display name of the nodes' service account."""
    return f"Nodes of the GKE cluster {cluster}"


def account_id(cluster: str) -> str:
    """ID of the nodes' service account, 6 to 30 characters: https://cloud.google.com/iam/docs/service-accounts-create"""
    name = f"{cluster}-nodes"
    if len(name) <= _MAX_LENGTH:
        return name
    digest = hashlib.sha256(cluster.encode()).hexdigest()[:6]
    return f"{cluster[: _MAX_LENGTH - 13].rstrip('-')}-{digest}-nodes"
