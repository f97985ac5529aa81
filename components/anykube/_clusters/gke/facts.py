"""What settings for a cluster on Google Cloud may contain. Imports no SDK."""

from datetime import date
from typing import Any

from anykube._clusters.api_access import ApiFacts
from anykube._clusters.cloud import AddressRange, Cloud, NameFormat, UnsupportedField, network_range, service_range
from anykube._clusters.gke.machines import MACHINES
from anykube._clusters.gke.spec import GkeOptions
from anykube._clusters.managed import Maintenance, Network

_OPTIONS = GkeOptions(project="any-project")


def _too_short(window: Any) -> bool:
    """Whether a window has less than 48 hours in 32 days, which contain each day of the week at least four times."""
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
    # https://cloud.google.com/kubernetes-engine/docs/concepts/network-isolation
    api=ApiFacts(
        open_endpoint="gke.dns_endpoint",
        open_endpoint_way="Use the DNS endpoint: set `gke.dns_endpoint: true`. Identities with the permission "
        "container.clusters.connect reach it from every network.",
    ),
    # https://cloud.google.com/iam/docs/principal-identifiers
    principals=NameFormat(
        r"(user|group|serviceAccount):[^@\s:]+@[^@\s]+\.[^@\s]+",
        "is not a Google Cloud principal",
        "use user:, group: or serviceAccount: with an email address, such as user:ann@example.com",
    ),
    regions=NameFormat(
        r"[a-z]+-[a-z]+\d+", "is not a Google Cloud region", "use a region such as europe-west1, without a zone"
    ),
    zones=NameFormat(r"{region}-[a-z]", "is not a zone in {region}", "use a zone such as {region}-b"),
    ranges=(
        network_range(str(Network().cidr), remedy="nodes and internal load balancers"),
        # https://cloud.google.com/kubernetes-engine/docs/concepts/alias-ips#cluster_sizing
        service_range(str(Network().services), 16, 24),
        AddressRange(
            "gke.pods", str(_OPTIONS.pods), "pods", (9, 21), "use a range from /9 to /21; each node uses a /24 of it"
        ),
        # https://cloud.google.com/kubernetes-engine/docs/how-to/private-clusters
        AddressRange("gke.control_plane", str(_OPTIONS.control_plane), "control plane", (28, 28), "use a /28"),
    ),
    existing_network_field="gke.network",
    new_network_fields=("network", "gke.pods"),
    catalogue=MACHINES,
    # https://cloud.google.com/kubernetes-engine/docs/release-schedule; it has no date for 1.36 yet
    support={
        "1.33": date(2026, 8, 3),
        "1.34": date(2026, 10, 1),
        "1.35": date(2027, 4, 11),
    },
    # https://cloud.google.com/kubernetes-engine/docs/reference/rest/v1/projects.locations.clusters#Cluster.FIELDS.name
    names=NameFormat(
        r"[a-z]([-a-z0-9]{0,38}[a-z0-9])?",
        "is not a valid name for a GKE cluster",
        "start with a letter and use at most 40 characters",
    ),
    # https://cloud.google.com/resource-manager/docs/labels-overview
    tag_keys=NameFormat(
        r"[a-z][-_a-z0-9]{0,62}",
        "is not a valid label key on Google Cloud",
        "start with a lowercase letter and use at most 63 lowercase letters, digits, hyphens and underscores",
    ),
    tag_values=NameFormat(
        r"[-_a-z0-9]{0,63}",
        "is not a valid label value on Google Cloud",
        "use at most 63 lowercase letters, digits, hyphens and underscores",
    ),
    # https://cloud.google.com/kubernetes-engine/docs/reference/rest/v1/projects.locations.clusters.nodePools#NodePool
    equal_nodes_per_zone=True,
    unsupported_cluster_fields=(
        UnsupportedField(
            "network.nat",
            "single is not supported, since Cloud NAT is always regional",
            "remove it, or set `nat: none`",
            "single",
            when=lambda value: value == "single",
        ),
        UnsupportedField(
            "maintenance",
            "the window is too short: GKE requires at least 48 hours in 32 days",
            "use more hours or days, such as 12 hours on one day a week or 6 hours on two",
            {"days": ["sunday"], "hours": 4},
            when=_too_short,
        ),
    ),
    unsupported_pool_fields=(
        UnsupportedField(
            "surge",
            "GKE requires a number of nodes, not a percentage",
            'use a number, such as "1"',
            "33%",
            when=lambda value: isinstance(value, str) and value.endswith("%"),
        ),
        UnsupportedField(
            "surge",
            "GKE supports at most 20 nodes",
            'use "20" or less',
            "21",
            when=lambda value: isinstance(value, str) and value.isdecimal() and int(value) > 20,
        ),
    ),
    identity_hint="`gcp:` with its roles",
    # The metadata server, with Dataplane V2 and without:
    # https://cloud.google.com/kubernetes-engine/docs/how-to/network-policy#network-policy-and-workload-identity
    credential_endpoints=(("169.254.169.254", 80), ("169.254.169.252", 988)),
)
