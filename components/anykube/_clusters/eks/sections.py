"""Settings that only EKS has, of node pools and of app identities."""

from typing import Annotated, Literal

from pydantic import Field

from anykube._clusters.spec import NodePool
from anykube._model import Model, Seq, TextInput, example


class EksPool(Model, json_schema_extra=example(image="Bottlerocket")):
    """Settings of a node pool that only EKS has."""

    image: Literal["AL2023", "Bottlerocket"] | None = None
    """Operating system of the nodes. Default: AL2023; with GPUs Bottlerocket, which includes the device plugin."""


class EksNodePool(NodePool):
    """A node pool on EKS."""

    eks: EksPool | None = None
    """Settings that only EKS has. Default: the defaults of their fields."""


def section(pool: NodePool) -> EksPool:
    """The EKS section of a pool, or its defaults."""
    return (isinstance(pool, EksNodePool) and pool.eks) or EksPool()


class AwsStatement(
    Model, json_schema_extra=example(actions=["s3:GetObject"], resources=["arn:aws:s3:::shop-images/*"])
):
    """A statement of an IAM policy.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_statement.html
    """

    effect: Literal["Allow", "Deny"] = "Allow"
    """Whether the actions are allowed or denied."""
    actions: Annotated[Seq[str], Field(min_length=1, examples=[["s3:GetObject"]])]
    """IAM actions, such as s3:GetObject. At least one."""
    resources: Annotated[Seq[TextInput], Field(min_length=1, examples=[["arn:aws:s3:::shop-images/*"]])]
    """ARNs of the resources. At least one."""

    def to_iam(self) -> dict[str, object]:
        """The statement in IAM's JSON format."""
        return {"Effect": self.effect, "Action": list(self.actions), "Resource": list(self.resources)}


class AwsIdentity(Model, json_schema_extra=example(policies=["arn:aws:iam::aws:policy/AmazonSQSFullAccess"])):
    """An IAM role for the app, by EKS Pod Identity."""

    policies: Annotated[Seq[TextInput], Field(examples=[["arn:aws:iam::aws:policy/AmazonSQSFullAccess"]])] = ()
    """ARNs of managed policies of the role."""
    statements: Seq[AwsStatement] = ()
    """Statements of the role's inline policy."""
