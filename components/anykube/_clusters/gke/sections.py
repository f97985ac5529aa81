"""Settings that only GKE has, of node pools and of app identities."""

from typing import Annotated, Literal

from pydantic import Field

from anykube._clusters.spec import NodePool
from anykube._model import Model, OutputText, Seq, example


class GkePool(Model, json_schema_extra=example(disk_type="pd-ssd")):
    """Settings of a node pool that only GKE has."""

    image: Literal["COS_CONTAINERD", "UBUNTU_CONTAINERD"] = "COS_CONTAINERD"
    """Operating system of the nodes. https://cloud.google.com/kubernetes-engine/docs/concepts/node-images"""
    disk_type: Literal["pd-standard", "pd-balanced", "pd-ssd", "hyperdisk-balanced"] | None = None
    """Type of a node's disk. Default: pd-balanced; hyperdisk-balanced for machine types that support only Hyperdisk."""
    gpu_driver: Literal["DEFAULT", "LATEST"] = "DEFAULT"
    """Version of the NVIDIA driver that GKE installs on nodes with GPUs."""


class GkeNodePool(NodePool):
    """A node pool on GKE."""

    gke: GkePool | None = None
    """Settings that only GKE has. Default: the defaults of their fields."""


def section(pool: NodePool) -> GkePool:
    """The GKE section of a pool, or its defaults."""
    return (isinstance(pool, GkeNodePool) and pool.gke) or GkePool()


Role = Annotated[
    str, Field(pattern=r"^(projects/\S+/|organizations/\S+/)?roles/[\w.]+$", examples=["roles/pubsub.publisher"])
]
"""Name of an IAM role."""


class GcpGrant(
    Model, json_schema_extra=example(role="roles/storage.objectViewer", resource="projects/_/buckets/shop-images")
):
    """A role on one resource, by an IAM condition on the resource's name.

    https://cloud.google.com/iam/docs/conditions-resource-attributes
    """

    role: Role
    """Name of the role, such as roles/storage.objectViewer."""
    resource: Annotated[str, Field(pattern=r"^[^\s\"\\]+$", examples=["projects/_/buckets/shop-images"])] | OutputText
    """IAM name of the resource, such as projects/_/buckets/shop-images. Includes everything below it."""


class GcpIdentity(Model, json_schema_extra=example(roles=["roles/pubsub.publisher"])):
    """IAM roles of the Kubernetes service account, by Workload Identity Federation, without a key.

    https://cloud.google.com/kubernetes-engine/docs/concepts/workload-identity
    """

    roles: Seq[Role] = ()
    """Roles in the whole project, such as roles/pubsub.publisher."""
    grants: Seq[GcpGrant] = ()
    """Roles on single resources."""
