"""Settings of an EKS cluster."""

from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field

from anykube._clusters.eks.sections import EksNodePool
from anykube._clusters.managed import ManagedCluster
from anykube._model import Model, OutputText, Seq, TextInput
from anykube._names import DnsLabel


class Vpc(Model):
    """An existing network. Its subnets must have the tags by which load balancers find them.

    https://docs.aws.amazon.com/eks/latest/userguide/network-reqs.html
    """

    id: Annotated[str, Field(pattern=r"^vpc-[0-9a-f]{8,17}$")] | OutputText
    """ID of the VPC, such as vpc-0123456789abcdef0."""
    private_subnets: Annotated[Seq[TextInput], Field(min_length=2)]
    """IDs of private subnets in at least two zones, for control plane and nodes."""
    public_subnets: Seq[TextInput] = ()
    """IDs of public subnets, for internet-facing load balancers."""


class EksOptions(Model):
    """Settings that only EKS has."""

    vpc: Vpc | None = None
    """An existing network to use. None: create a network as in `network`."""
    log_types: Seq[Literal["api", "audit", "authenticator", "controllerManager", "scheduler"]] = (
        "api",
        "audit",
        "authenticator",
    )
    """Control plane logs to send to CloudWatch.

    https://docs.aws.amazon.com/eks/latest/userguide/control-plane-logs.html
    """
    log_days: Literal[1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731] = 90
    """Retention of logs in days, one of the values that CloudWatch supports."""
    support: Literal["STANDARD", "EXTENDED"] = "STANDARD"
    """STANDARD: AWS upgrades the cluster when standard support for its version ends. EXTENDED: the cluster keeps its
    version at an additional charge.

    https://docs.aws.amazon.com/eks/latest/userguide/view-upgrade-policy.html
    """


class EksClusterSpec(ManagedCluster):
    """A cluster on Amazon EKS, private and encrypted by default."""

    cloud: Literal["aws"]
    eks: EksOptions = EksOptions()
    """Settings that only EKS has."""
    if not TYPE_CHECKING:
        # Programs may pass a NodePool, which is converted; type checkers do not know that.
        pools: dict[DnsLabel, EksNodePool] = {}
