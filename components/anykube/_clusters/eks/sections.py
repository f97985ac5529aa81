"""EKS sections of node pools and of an app's identity."""

from typing import Annotated, Literal

from pydantic import Field

from anykube._clusters.spec import NodePool
from anykube._model import Model, Seq, TextInput


class EksPool(Model):
    """Settings of a node pool that only EKS has."""

    image: Literal["AL2023", "Bottlerocket"] | None = None
    """Operating system of the nodes. None: AL2023; with GPUs Bottlerocket, which includes the device plugin."""


class EksNodePool(NodePool):
    """A node pool on EKS."""

    eks: EksPool | None = None
    """Settings that only EKS has."""


def section(pool: NodePool) -> EksPool:
    """The EKS section of a pool, or its defaults."""
    return (isinstance(pool, EksNodePool) and pool.eks) or EksPool()


class AwsStatement(Model):
    """A statement of an IAM policy.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_statement.html
    """

    effect: Literal["Allow", "Deny"] = "Allow"
    """Whether the statement allows or denies the actions."""
    actions: Annotated[Seq[str], Field(min_length=1)]
    """IAM actions, such as s3:GetObject."""
    resources: Annotated[Seq[TextInput], Field(min_length=1)]
    """ARNs of the resources that the statement covers."""

    def to_iam(self) -> dict[str, object]:
        """The statement in IAM's JSON format."""
        return {"Effect": self.effect, "Action": list(self.actions), "Resource": list(self.resources)}


class AwsIdentity(Model):
    """An IAM role for an app, by EKS Pod Identity."""

    policies: Seq[TextInput] = ()
    """ARNs of managed policies."""
    statements: Seq[AwsStatement] = ()
    """Inline policy statements."""
