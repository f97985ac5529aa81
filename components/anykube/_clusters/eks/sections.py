"""The sections that only EKS has, of node pools and of an app's identity."""

from typing import Annotated, Literal

from pydantic import Field

from anykube._clusters.spec import NodePool
from anykube._model import Model, Seq, TextInput


class EksPool(Model):
    """What only EKS has of a pool."""

    image: Literal["AL2023", "Bottlerocket"] | None = None
    """The nodes' operating system. None: AL2023, and for GPUs Bottlerocket, which brings their device plugin."""


class EksNodePool(NodePool):
    """A node pool of EKS."""

    eks: EksPool | None = None
    """What only EKS has."""


def section(pool: NodePool) -> EksPool:
    """The section of a pool, or its defaults."""
    return (isinstance(pool, EksNodePool) and pool.eks) or EksPool()


class AwsStatement(Model):
    """A statement of an IAM policy.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_statement.html
    """

    effect: Literal["Allow", "Deny"] = "Allow"
    actions: Annotated[Seq[str], Field(min_length=1)]
    resources: Annotated[Seq[TextInput], Field(min_length=1)]
    """ARNs."""

    def rendered(self) -> dict[str, object]:
        """As IAM has it."""
        return {"Effect": self.effect, "Action": list(self.actions), "Resource": list(self.resources)}


class AwsIdentity(Model):
    """A role of its own, by EKS Pod Identity."""

    policies: Seq[TextInput] = ()
    """ARNs of managed policies."""
    statements: Seq[AwsStatement] = ()
