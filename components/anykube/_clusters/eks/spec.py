"""Settings of an EKS cluster."""

from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field

from anykube._clusters.eks.sections import EksNodePool
from anykube._clusters.managed import POOLS, ManagedCluster
from anykube._model import Model, OutputText, Seq, TextInput, example
from anykube._names import DnsLabel

PRIVATE = ["subnet-0a1b2c3d4e5f60001", "subnet-0a1b2c3d4e5f60002"]


class Vpc(Model, json_schema_extra=example(id="vpc-0a1b2c3d4e5f60789", private_subnets=[*PRIVATE])):
    """An existing VPC. Its subnets must have the tags by which the load balancer controller finds them.

    https://docs.aws.amazon.com/eks/latest/userguide/network-load-balancing.html
    """

    id: Annotated[str, Field(pattern=r"^vpc-[0-9a-f]{8,17}$", examples=["vpc-0a1b2c3d4e5f60789"])] | OutputText
    """Id of the VPC."""
    private_subnets: Annotated[Seq[TextInput], Field(min_length=2, examples=[PRIVATE])]
    """Ids of private subnets in at least two zones, for control plane and nodes."""
    public_subnets: Annotated[Seq[TextInput], Field(examples=[["subnet-0a1b2c3d4e5f60003"]])] = ()
    """Ids of public subnets, for internet-facing load balancers."""


BOUNDARY = r"^arn:aws[a-z-]*:iam::\d{12}:policy/\S+$"
"""Pattern of the ARN of a permissions boundary."""


class EksOptions(Model, json_schema_extra=example(account="111122223333", log_days=30, support="EXTENDED")):
    """Settings of a cluster that only EKS has."""

    account: Annotated[str, Field(pattern=r"^\d{12}$", examples=["111122223333"])] | None = None
    """Id of the AWS account that has the cluster, 12 digits in quotes. A run with credentials of another account is
    refused before it starts. Default: the account of whoever runs, so that nothing notices wrong credentials."""
    vpc: Vpc | None = None
    """An existing VPC. Default: a new VPC, described by the `network` of the cluster."""
    log_types: Seq[Literal["api", "audit", "authenticator", "controllerManager", "scheduler"]] = (
        "api",
        "audit",
        "authenticator",
    )
    """Control plane logs that are sent to CloudWatch.

    https://docs.aws.amazon.com/eks/latest/userguide/control-plane-logs.html
    """
    log_days: Literal[1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731] = 90
    """Days that CloudWatch keeps logs."""
    support: Literal["STANDARD", "EXTENDED"] = "STANDARD"
    """What happens when standard support for the version ends. `STANDARD`: AWS upgrades the cluster. `EXTENDED`: it
    keeps the version, for an additional fee.

    https://docs.aws.amazon.com/eks/latest/userguide/view-upgrade-policy.html
    """
    permissions_boundary: (
        Annotated[str, Field(pattern=BOUNDARY, examples=["arn:aws:iam::123456789012:policy/anykube-boundary"])] | None
    ) = None
    """ARN of a policy that limits the permissions of every role that the stack creates. With it, `anykube roles` lets
    the stack's pipeline create only roles that have it.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html
    """


class EksClusterSpec(
    ManagedCluster,
    json_schema_extra=example(
        cloud="aws", name="shop-prod", region="eu-west-1", zones=["eu-west-1a", "eu-west-1b"], pools=POOLS
    ),
):
    """An Amazon EKS cluster. Private and encrypted by default."""

    cloud: Literal["aws"]
    """`aws`: a cluster on Amazon EKS."""
    eks: EksOptions = EksOptions()
    """Settings that only EKS has."""
    if not TYPE_CHECKING:
        # A program may pass any NodePool, which a type checker would reject.
        pools: Annotated[dict[DnsLabel, EksNodePool], Field(examples=[POOLS])] = {}
        """Node pools by name. Mode `standard` needs at least one; mode `managed` has none."""
