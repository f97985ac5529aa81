"""Policy checks of Toy clusters."""

from anykube_policies.clusters.checks import CloudChecks
from anykube_policies.fields import Fields
from anykube_policies.resource import Resource
from anykube_policies.rule import PRACTICE, ResourceRule, Severity, by_type

CLUSTER = "toy:index/cluster:Cluster"


def endpoint(cluster: Resource) -> str | None:
    """Only named ranges can reach the API."""
    ranges: list[Fields] = list(cluster.inputs["public"].elements)
    return "allows API access from the whole internet" if any(cidr.text == "0.0.0.0/0" for cidr in ranges) else None


def zones(cluster: Resource) -> str | None:
    """A cluster survives the failure of a zone."""
    return None if len(list(cluster.inputs["zones"].elements)) > 1 else "is in one zone"


CHECKS = CloudChecks(
    by_type={"cluster-endpoint": {CLUSTER: endpoint}},
    rules=(
        ResourceRule(
            name="toy-zones",
            title="Toy clusters are in several zones",
            severity=Severity.LOW,
            controls=(PRACTICE,),
            remedy="use two or more zones",
            clouds="TKE",
            evaluate=by_type({CLUSTER: zones}),
        ),
    ),
)
