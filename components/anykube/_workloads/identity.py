"""The cloud identity of an app's pods."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

import pulumi
from pydantic import Field, create_model

from anykube._clouds.registry import definitions
from anykube._model import Model, example

_DOCUMENT = """Permissions of an app's pods in each cloud that the app may run on.

Only the section of the cluster's cloud is used.
"""

if TYPE_CHECKING:
    # A type checker cannot know which clouds are installed, only those that come with Anykube.
    from anykube._clusters.aks.sections import AzureIdentity
    from anykube._clusters.eks.sections import AwsIdentity
    from anykube._clusters.gke.sections import GcpIdentity

    class CloudIdentity(Model):
        aws: AwsIdentity | None = None
        gcp: GcpIdentity | None = None
        azure: AzureIdentity | None = None

else:
    _SECTIONS = {
        cloud.name: (
            cloud.identity | None,
            Field(None, description=f"Permissions on {cloud.facts.service}. Default: none."),
        )
        for cloud in definitions().values()
        if cloud.identity
    }
    CloudIdentity = create_model(
        "CloudIdentity",
        __base__=Model,
        __doc__=_DOCUMENT.strip(),
        __module__=__name__,
        __cls_kwargs__={
            "json_schema_extra": example(aws={"policies": ["arn:aws:iam::aws:policy/AmazonSQSFullAccess"]})
        },
        **_SECTIONS,
    )


@dataclass(frozen=True)
class IdentityBinding:
    """The result of granting cloud permissions to a service account."""

    ready: Sequence[pulumi.Resource]
    """Resources that must exist before the pods start."""
    annotations: Mapping[str, pulumi.Input[str]] = field(default_factory=dict)
    """Annotations for the service account."""


class Grant(Protocol):
    """A cluster's function that grants cloud permissions to a service account.

    Raises pulumi.RunError if the identity has no section for the cluster's cloud.
    """

    def __call__(self, namespace: str, service_account: str, identity: CloudIdentity) -> IdentityBinding: ...
