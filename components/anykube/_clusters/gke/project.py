"""The Google Cloud project: its number, and the APIs that a cluster needs."""

from collections.abc import Sequence
from dataclasses import dataclass

import pulumi
import pulumi_gcp as gcp

from anykube._clusters.gke.naming import APIS
from anykube._clusters.gke.spec import GkeClusterSpec
from anykube._clusters.resource_scope import ResourceScope

RETRYABLE_ERRORS = (
    # An API that was enabled just now
    r"SERVICE_DISABLED|accessNotConfigured",
    # A role on a key that the service agent got just now
    r"Permission 'cloudkms\.cryptoKeyVersions\.useTo\w+' denied",
    # A service agent that Google creates when its API is enabled
    r"[Ss]ervice account service-\d+@\S+\.iam\.gserviceaccount\.com does not exist",
)
"""Errors that pass when Google Cloud has propagated an API or a role, minutes later.

https://docs.cloud.google.com/service-usage/docs/enable-disable
https://docs.cloud.google.com/iam/docs/access-change-propagation
https://github.com/hashicorp/terraform-provider-google/issues/9969
"""


@dataclass(frozen=True)
class Project:
    """The project that contains the cluster."""

    id: str
    number: pulumi.Output[str]
    ready: Sequence[pulumi.Resource]
    """The enabled APIs. All other resources depend on them."""

    @property
    def service_agent(self) -> pulumi.Output[str]:
        """IAM member of the GKE service agent: https://cloud.google.com/kubernetes-engine/docs/how-to/service-accounts"""
        address = "service-{}@container-engine-robot.iam.gserviceaccount.com"
        return self.number.apply(lambda number: f"serviceAccount:{address.format(number)}")


def enable_apis(children: ResourceScope, spec: GkeClusterSpec) -> Project:
    """Enables the APIs. They stay enabled after the cluster is deleted, since others in the project may use them."""
    apis = [
        gcp.projects.Service(
            children.name(api.partition(".")[0]),
            project=spec.gke.project,
            service=api,
            disable_on_destroy=False,
            opts=children.options(),
        )
        for api in APIS
    ]
    project = gcp.organizations.get_project_output(
        project_id=spec.gke.project,
        opts=pulumi.InvokeOutputOptions(provider=children.provider, depends_on=apis),
    )
    return Project(spec.gke.project, project.number, apis)
