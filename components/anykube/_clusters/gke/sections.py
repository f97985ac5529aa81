"""The sections that only GKE has, of node pools and of an app's identity."""

from typing import Annotated, Literal

from pydantic import Field

from anykube._clusters.spec import NodePool
from anykube._model import Model, OutputText, Seq


class GkePool(Model):
    """What only GKE has of a pool."""

    image: Literal["COS_CONTAINERD", "UBUNTU_CONTAINERD"] = "COS_CONTAINERD"
    """The nodes' operating system. https://cloud.google.com/kubernetes-engine/docs/concepts/node-images"""
    disk_type: Literal["pd-standard", "pd-balanced", "pd-ssd", "hyperdisk-balanced"] | None = None
    """Kind of a node's disk. None: pd-balanced, and hyperdisk-balanced for machines that take no other."""
    gpu_driver: Literal["DEFAULT", "LATEST"] = "DEFAULT"
    """Version of NVIDIA's driver, which GKE installs on nodes with GPUs."""


class GkeNodePool(NodePool):
    """A node pool of GKE."""

    gke: GkePool | None = None
    """What only GKE has."""


def section(pool: NodePool) -> GkePool:
    """The section of a pool, or its defaults."""
    return (isinstance(pool, GkeNodePool) and pool.gke) or GkePool()


class GcpGrant(Model):
    """A role on one resource: a condition on its name keeps it from all others.

    https://cloud.google.com/iam/docs/conditions-resource-attributes
    """

    role: Annotated[str, Field(pattern=r"^(projects/\S+/|organizations/\S+/)?roles/[\w.]+$")]
    resource: Annotated[str, Field(pattern=r"^[^\s\"\\]+$")] | OutputText
    """Its name as IAM has it, such as projects/_/buckets/mail; what is below it belongs to it."""


class GcpIdentity(Model):
    """Roles of the service account itself, by Workload Identity Federation: no key, and no account between.

    https://cloud.google.com/kubernetes-engine/docs/concepts/workload-identity
    """

    roles: Seq[Annotated[str, Field(pattern=r"^(projects/\S+/|organizations/\S+/)?roles/[\w.]+$")]] = ()
    """In the whole project, such as roles/pubsub.publisher."""
    grants: Seq[GcpGrant] = ()
