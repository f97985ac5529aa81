"""What a page may say of a cluster on Google Cloud. No SDK is needed to know it."""

from datetime import date
from typing import Any

from anykube._clusters.cloud import AddressRange, Cloud, NameFormat, UnsupportedField, network_range, service_range
from anykube._clusters.gke.machines import MACHINES
from anykube._clusters.gke.spec import GkeOptions
from anykube._clusters.managed import Maintenance, Network

_OPTIONS = GkeOptions(project="any-project")


def _too_short(window: Any) -> bool:
    """At least 48 hours in 32 days, in which each day of the week comes four times at least."""
    days = window.get("days", Maintenance().days) if isinstance(window, dict) else ()
    hours = window.get("hours", Maintenance().hours) if isinstance(window, dict) else None
    if not isinstance(days, list | tuple) or not isinstance(hours, int):
        return False
    return len(set(days)) * hours * 4 < 48


FACTS = Cloud(
    name="Google Cloud",
    service="GKE",
    section="gke",
    managed_mode_name="Autopilot",
    # https://cloud.google.com/iam/docs/principal-identifiers
    principals=NameFormat(
        r"(user|group|serviceAccount):[^@\s:]+@[^@\s]+\.[^@\s]+",
        "which is not a principal of Google Cloud",
        "give it as user:ann@example.com, or group: or serviceAccount: with the address",
    ),
    regions=NameFormat(
        r"[a-z]+-[a-z]+\d+", "which is not a region of Google Cloud", "write it without a zone, such as europe-west1"
    ),
    zones=NameFormat(
        r"{region}-[a-z]", "which is not a zone of {region}", "name zones of {region}, such as {region}-b"
    ),
    ranges=(
        network_range(str(Network().cidr), remedy="nodes, and load balancers inside the network"),
        # https://cloud.google.com/kubernetes-engine/docs/concepts/alias-ips#cluster_sizing
        service_range(str(Network().services), 16, 24),
        AddressRange(
            "gke.pods", str(_OPTIONS.pods), "pods are", (9, 21), "give a /9 to /21: each node takes a /24 of it"
        ),
        # https://cloud.google.com/kubernetes-engine/docs/how-to/private-clusters
        AddressRange("gke.control_plane", str(_OPTIONS.control_plane), "the control plane is", (28, 28), "give a /28"),
    ),
    existing_network_field="gke.network",
    new_network_fields=("network", "gke.pods"),
    catalogue=MACHINES,
    # https://cloud.google.com/kubernetes-engine/docs/release-schedule; of 1.36 it has no day yet
    support={
        "1.33": date(2026, 8, 3),
        "1.34": date(2026, 10, 1),
        "1.35": date(2027, 4, 11),
    },
    # https://cloud.google.com/kubernetes-engine/docs/reference/rest/v1/projects.locations.clusters#Cluster.FIELDS.name
    names=NameFormat(
        r"[a-z]([-a-z0-9]{0,38}[a-z0-9])?",
        "which GKE does not take as a cluster's name",
        "begin with a letter, and write 40 characters at most",
    ),
    # https://cloud.google.com/resource-manager/docs/labels-overview
    tag_keys=NameFormat(
        r"[a-z][-_a-z0-9]{0,62}",
        "which Google Cloud does not take as a label's key",
        "write lower-case letters, digits, '-' and '_', 63 at most, and begin with a letter",
    ),
    tag_values=NameFormat(
        r"[-_a-z0-9]{0,63}",
        "which Google Cloud does not take as a label's value",
        "write lower-case letters, digits, '-' and '_', 63 at most",
    ),
    # https://cloud.google.com/kubernetes-engine/docs/reference/rest/v1/projects.locations.clusters.nodePools#NodePool
    equal_nodes_per_zone=True,
    unsupported_cluster_fields=(
        UnsupportedField(
            "network.nat",
            "is single, but Cloud NAT is regional: there is no cheaper one whose zone may fail",
            "remove it, or write `none`",
            "single",
            when=lambda value: value == "single",
        ),
        UnsupportedField(
            "maintenance",
            "is shorter than 48 hours in 32 days, which GKE asks for",
            "give more hours or days: 12 hours on one day a week, 6 on two",
            {"days": ["sunday"], "hours": 4},
            when=_too_short,
        ),
    ),
    unsupported_pool_fields=(
        UnsupportedField(
            "surge",
            "is a percentage, but GKE counts the nodes that it exchanges at once",
            'give a number of nodes, such as "1"',
            "33%",
            when=lambda value: isinstance(value, str) and value.endswith("%"),
        ),
        UnsupportedField(
            "surge",
            "is more than the 20 nodes that GKE exchanges at once",
            'give "20" or less',
            "21",
            when=lambda value: isinstance(value, str) and value.isdecimal() and int(value) > 20,
        ),
    ),
    identity_hint="`gcp:` with its roles",
)
