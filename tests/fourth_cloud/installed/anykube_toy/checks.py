"""What policies ask of clusters of Toy."""

from anykube_policies.clusters.checks import CloudChecks
from anykube_policies.fields import Fields
from anykube_policies.rule import PRACTICE, ResourceRule, Severity, by_type
from anykube_policies.subject import Resource

CLUSTER = "toy:index/cluster:Cluster"


def endpoint(cluster: Resource) -> str | None:
    """The API is reached by those who are named."""
    ranges: list[Fields] = list(cluster.inputs["public"].elements)
    return "lets the whole internet reach its API" if any(one.text == "0.0.0.0/0" for one in ranges) else None


def zones(cluster: Resource) -> str | None:
    """A cluster outlives a zone."""
    return None if len(list(cluster.inputs["zones"].elements)) > 1 else "is in one zone"


CHECKS = CloudChecks(
    by_type={"cluster-endpoint": {CLUSTER: endpoint}},
    rules=(
        ResourceRule(
            name="toy-zones",
            title="A cluster of Toy is in several zones",
            severity=Severity.LOW,
            controls=(PRACTICE,),
            remedy="name two zones or more",
            clouds="TKE",
            judge=by_type({CLUSTER: zones}),
        ),
    ),
)
