"""What an EKS cluster is asked to be."""

from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field

from anykube._clusters.eks.sections import EksNodePool
from anykube._clusters.managed import ManagedCluster
from anykube._model import Model, OutputText, Seq, TextInput
from anykube._names import DnsLabel


class Vpc(Model):
    """A network that is there. Its subnets carry the tags that load balancers look for already."""

    id: Annotated[str, Field(pattern=r"^vpc-[0-9a-f]{8,17}$")] | OutputText
    private_subnets: Annotated[Seq[TextInput], Field(min_length=2)]
    """Ids of private subnets, in two zones or more: control plane and nodes."""
    public_subnets: Seq[TextInput] = ()
    """Ids of public subnets, for load balancers that the internet reaches."""


class EksOptions(Model):
    """What only EKS has."""

    vpc: Vpc | None = None
    """A network that is there, instead of one that is made."""
    log_types: Seq[Literal["api", "audit", "authenticator", "controllerManager", "scheduler"]] = (
        "api",
        "audit",
        "authenticator",
    )
    """Logs of the control plane that are kept.

    https://docs.aws.amazon.com/eks/latest/userguide/control-plane-logs.html
    """
    log_days: Literal[1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731] = 90
    """Days that logs are kept: the values that CloudWatch takes."""
    support: Literal["STANDARD", "EXTENDED"] = "STANDARD"
    """STANDARD: upgraded by AWS when the version's standard support ends. EXTENDED: kept, and charged for.

    https://docs.aws.amazon.com/eks/latest/userguide/view-upgrade-policy.html
    """


class EksClusterSpec(ManagedCluster):
    """Amazon EKS, private and encrypted unless told otherwise."""

    cloud: Literal["aws"]
    eks: EksOptions = EksOptions()
    """What only EKS has."""
    if not TYPE_CHECKING:
        # A program may give any NodePool, and a type checker knows of no conversion.
        pools: dict[DnsLabel, EksNodePool] = {}
