"""What an app's pods may do in the cloud."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Literal, Protocol

import pulumi
from pydantic import Field

from components.model import Many, Model


class AwsStatement(Model):
    """A statement of an IAM policy.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_statement.html
    """

    effect: Literal["Allow", "Deny"] = "Allow"
    actions: Annotated[Many[str], Field(min_length=1)]
    resources: Annotated[Many[str], Field(min_length=1)]
    """ARNs."""

    def rendered(self) -> dict[str, object]:
        """As IAM has it."""
        return {"Effect": self.effect, "Action": list(self.actions), "Resource": list(self.resources)}


class AwsIdentity(Model):
    """A role of its own, by EKS Pod Identity."""

    policies: Many[str] = ()
    """ARNs of managed policies."""
    statements: Many[AwsStatement] = ()


class CloudIdentity(Model):
    """The permissions of an app's service account, in the cloud's own words."""

    aws: AwsIdentity


class Allow(Protocol):
    """A cluster's way to let a service account act in its cloud; what it makes belongs before the pods."""

    def __call__(
        self,
        namespace: str,
        service_account: str,
        policies: Sequence[str] = (),
        statements: Sequence[Mapping[str, object]] = (),
    ) -> pulumi.Resource: ...
