"""Labels of a cluster's resources."""

import pulumi

from anykube._clusters.gke.spec import GkeClusterSpec


def labels(spec: GkeClusterSpec) -> dict[str, pulumi.Input[str]]:
    """Labels for every resource of the cluster. Label keys on Google Cloud cannot contain ':', unlike tags on AWS."""
    return {"anykube-cluster": spec.name, "anykube-stack": pulumi.get_stack(), **spec.tags}
