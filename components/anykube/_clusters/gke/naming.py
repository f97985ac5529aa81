"""What Google has names for: the APIs that a cluster needs, its network, the account of its nodes. Pure."""

import hashlib

APIS = (
    "cloudresourcemanager.googleapis.com",
    "compute.googleapis.com",
    "container.googleapis.com",
    "cloudkms.googleapis.com",
    "iam.googleapis.com",
)

_LONGEST = 30


def network_description(cluster: str) -> str:
    """By which the network is known: its name is made up."""
    return f"GKE cluster {cluster}"


def account_display_name(cluster: str) -> str:
    """What the nodes' account is displayed as."""
    return f"Nodes of the GKE cluster {cluster}"


def account_id(cluster: str) -> str:
    """The nodes' account, in the 6 to 30 characters that it has: https://cloud.google.com/iam/docs/service-accounts-create"""
    name = f"{cluster}-nodes"
    if len(name) <= _LONGEST:
        return name
    digest = hashlib.sha256(cluster.encode()).hexdigest()[:6]
    return f"{cluster[: _LONGEST - 13].rstrip('-')}-{digest}-nodes"
