"""How Google names what is in a project: https://cloud.google.com/apis/design/resource_names"""

from collections.abc import Collection, Mapping
from typing import Any

from anykube_rehearsal.cloud.account.model import Record

Values = Mapping[str, Any]

NUMBER = "123456789012"
"""The number of the project: a simulated account has just one."""
_COMPUTE = "https://www.googleapis.com/compute/v1"
_CONTAINER = "https://container.googleapis.com/v1"


def in_project(kind: str) -> Any:
    """Identifies what is global, such as a network."""
    return lambda inputs: f"projects/{inputs['project']}/global/{kind}/{inputs['name']}"


def in_region(kind: str) -> Any:
    """Identifies what is in a region, such as a subnetwork."""
    return lambda inputs: f"projects/{inputs['project']}/regions/{inputs['region']}/{kind}/{inputs['name']}"


def in_location(kind: str) -> Any:
    """Identifies what is in a location: a region, or a zone."""
    return lambda inputs: f"projects/{inputs['project']}/locations/{inputs['location']}/{kind}/{inputs['name']}"


def joined(*wires: str) -> Any:
    """Identifies by several inputs, as the provider writes them one after the other."""
    return lambda inputs: "/".join(str(inputs[wire]) for wire in wires)


def email(inputs: Values) -> str:
    """The address of a service account."""
    return f"{inputs['accountId']}@{inputs['project']}.iam.gserviceaccount.com"


def service_account(inputs: Values) -> str:
    """The id of a service account."""
    return f"projects/{inputs['project']}/serviceAccounts/{email(inputs)}"


def node_pool(inputs: Values) -> str:
    """The id of a node pool, whose cluster is given by its name or its id."""
    place = f"projects/{inputs['project']}/locations/{inputs['location']}"
    return f"{place}/clusters/{short(inputs['cluster'])}/nodePools/{inputs['name']}"


def self_link(identifier: str) -> str:
    """The address of something of Compute Engine."""
    return f"{_COMPUTE}/{identifier}"


def container_link(identifier: str) -> str:
    """The address of something of GKE."""
    return f"{_CONTAINER}/{identifier}"


def by_any_name(record: Record) -> Collection[str]:
    """What others may call a thing of Compute Engine: its id, its address, its name."""
    return (record.id, self_link(record.id), str(record.get("name")))


def by_id_or_name(record: Record) -> Collection[str]:
    """What others may call a thing by: its id or its name."""
    return (record.id, str(record.get("name")))


def short(value: object) -> str:
    """The last step of a name."""
    return str(value).rpartition("/")[2]
