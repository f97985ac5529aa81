"""What an app's pods may do in the cloud."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Annotated, Literal, Protocol

import pulumi
from pydantic import Field

from components.model import Many, Model, OutputText, TextInput


class AwsStatement(Model):
    """A statement of an IAM policy.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_statement.html
    """

    effect: Literal["Allow", "Deny"] = "Allow"
    actions: Annotated[Many[str], Field(min_length=1)]
    resources: Annotated[Many[TextInput], Field(min_length=1)]
    """ARNs."""

    def rendered(self) -> dict[str, object]:
        """As IAM has it."""
        return {"Effect": self.effect, "Action": list(self.actions), "Resource": list(self.resources)}


class AwsIdentity(Model):
    """A role of its own, by EKS Pod Identity."""

    policies: Many[TextInput] = ()
    """ARNs of managed policies."""
    statements: Many[AwsStatement] = ()


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

    roles: Many[Annotated[str, Field(pattern=r"^(projects/\S+/|organizations/\S+/)?roles/[\w.]+$")]] = ()
    """In the whole project, such as roles/pubsub.publisher."""
    grants: Many[GcpGrant] = ()


class AzureRole(Model):
    """A role in a scope. https://learn.microsoft.com/azure/role-based-access-control/built-in-roles"""

    role: Annotated[str, Field(min_length=1)]
    """Its name, such as Storage Blob Data Reader, or the id of its definition."""
    scope: Annotated[str, Field(pattern=r"^/subscriptions/\S+$")] | OutputText
    """Resource id of a subscription, a resource group or a resource."""


class AzureIdentity(Model):
    """A managed identity of its own, by a federated credential.

    https://learn.microsoft.com/azure/aks/workload-identity-overview
    """

    roles: Many[AzureRole] = ()


class CloudIdentity(Model):
    """The permissions of an app's service account, in the words of each cloud that it may run on.

    The cluster's cloud takes its own.
    """

    aws: AwsIdentity | None = None
    gcp: GcpIdentity | None = None
    azure: AzureIdentity | None = None


@dataclass(frozen=True)
class IdentityBinding:
    """What pods need besides, when their service account may act in the cloud."""

    ready: Sequence[pulumi.Resource]
    """Belongs before the pods."""
    annotations: Mapping[str, pulumi.Input[str]] = field(default_factory=dict)
    """Of the service account."""


class Grant(Protocol):
    """A cluster's way to let a service account act in its cloud.

    Raises pulumi.RunError where the identity says nothing of that cloud.
    """

    def __call__(self, namespace: str, service_account: str, identity: CloudIdentity) -> IdentityBinding: ...
