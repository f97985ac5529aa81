"""By what labels everything of a cluster is known."""

import pulumi

from anykube._clusters.gke.spec import GkeClusterSpec


def labels(spec: GkeClusterSpec) -> dict[str, pulumi.Input[str]]:
    """Google's labels have no ':' in their keys, as tags of AWS have."""
    return {"anykube-cluster": spec.name, "anykube-stack": pulumi.get_stack(), **spec.tags}
