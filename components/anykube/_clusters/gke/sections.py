"""GKE sections of node pools and of an app's identity."""

from typing import Annotated, Literal

from pydantic import Field

from anykube._clusters.spec import NodePool
from anykube._model import Model, OutputText, Seq


class GkePool(Model):
    """Settings of a node pool that only GKE has."""

    image: Literal["COS_CONTAINERD", "UBUNTU_CONTAINERD"] = "COS_CONTAINERD"
    """Operating system of the nodes: https://cloud.google.com/kubernetes-engine/docs/concepts/node-images"""
    disk_type: Literal["pd-standard", "pd-balanced", "pd-ssd", "hyperdisk-balanced"] | None = None
    """Disk type of the nodes. None: pd-balanced, or hyperdisk-balanced for machine types that require it."""
    gpu_driver: Literal["DEFAULT", "LATEST"] = "DEFAULT"
    """Version of the NVIDIA driver that GKE installs on nodes with GPUs."""


class GkeNodePool(NodePool):
    """A node pool on GKE."""

    gke: GkePool | None = None
    """Settings that only GKE has."""


def section(pool: NodePool) -> GkePool:
    """The GKE section of a pool, or its defaults."""
    return (isinstance(pool, GkeNodePool) and pool.gke) or GkePool()


class GcpGrant(Model):
    """An IAM role on one resource, by a condition on the resource's name.

    https://cloud.google.com/iam/docs/conditions-resource-attributes
    """

    role: Annotated[str, Field(pattern=r"^(projects/\S+/|organizations/\S+/)?roles/[\w.]+$")]
    """Name of the role, such as roles/storage.objectViewer."""
    resource: Annotated[str, Field(pattern=r"^[^\s\"\\]+$")] | OutputText
    """Name of the resource in IAM, such as projects/_/buckets/mail. Includes resources below it."""


class GcpIdentity(Model):
    """IAM roles for an app's service account, by Workload Identity Federation: no key and no Google service account.

    https://cloud.google.com/kubernetes-engine/docs/concepts/workload-identity
    """

    roles: Seq[Annotated[str, Field(pattern=r"^(projects/\S+/|organizations/\S+/)?roles/[\w.]+$")]] = ()
    """Roles in the whole project, such as roles/pubsub.publisher."""
    grants: Seq[GcpGrant] = ()
    """Roles on single resources."""
