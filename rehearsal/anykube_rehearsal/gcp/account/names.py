"""Google's resource names: https://cloud.google.com/apis/design/resource_names"""

import hashlib
from collections.abc import Collection, Mapping
from typing import Any

from anykube_rehearsal.cloud.account.model import Record

Values = Mapping[str, Any]

NUMBER = "123456789012"
"""The project number. All projects of a simulated account share it."""
_COMPUTE = "https://www.googleapis.com/compute/v1"
_CONTAINER = "https://container.googleapis.com/v1"


def in_project(kind: str) -> Any:
    """Makes ids of global resources, such as networks."""
    return lambda inputs: f"projects/{inputs['project']}/global/{kind}/{inputs['name']}"


def in_region(kind: str) -> Any:
    """Makes ids of regional resources, such as subnetworks."""
    return lambda inputs: f"projects/{inputs['project']}/regions/{inputs['region']}/{kind}/{inputs['name']}"


def in_location(kind: str) -> Any:
    """Makes ids of resources in a location: a region or a zone."""
    return lambda inputs: f"projects/{inputs['project']}/locations/{inputs['location']}/{kind}/{inputs['name']}"


def joined(*wires: str) -> Any:
    """Makes ids from several inputs, joined with `/`, as the provider does."""
    return lambda inputs: "/".join(str(inputs[wire]) for wire in wires)


def email(inputs: Values) -> str:
    """The email address of a service account."""
    return f"{inputs['accountId']}@{inputs['project']}.iam.gserviceaccount.com"


def service_account(inputs: Values) -> str:
    """The id of a service account."""
    return f"projects/{inputs['project']}/serviceAccounts/{email(inputs)}"


def node_pool(inputs: Values) -> str:
    """The id of a node pool. `cluster` is the name or the id of its cluster."""
    parent = f"projects/{inputs['project']}/locations/{inputs['location']}"
    return f"{parent}/clusters/{short(inputs['cluster'])}/nodePools/{inputs['name']}"


def cluster_id(cluster: Record) -> str:
    """The unique id of a cluster. Names of firewall rules and tags contain the first eight characters.

    https://cloud.google.com/kubernetes-engine/docs/reference/rest/v1/projects.locations.clusters#Cluster
    """
    return hashlib.sha256(cluster.id.encode()).hexdigest()


def self_link(identifier: str) -> str:
    """The self link of a Compute Engine resource."""
    return f"{_COMPUTE}/{identifier}"


def container_link(identifier: str) -> str:
    """The self link of a GKE resource."""
    return f"{_CONTAINER}/{identifier}"


def by_any_name(record: Record) -> Collection[str]:
    """The names by which other resources may refer to a Compute Engine resource: its id, self link or name."""
    return (record.id, self_link(record.id), str(record.get("name")))


def by_id_or_name(record: Record) -> Collection[str]:
    """The names by which other resources may refer to a resource: its id or name."""
    return (record.id, str(record.get("name")))


def short(value: object) -> str:
    """The last segment of a resource name."""
    return str(value).rpartition("/")[2]
