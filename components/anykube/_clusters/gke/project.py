"""The project: the APIs that a cluster needs, and the number by which Google names what acts there for it."""

from collections.abc import Sequence
from dataclasses import dataclass

import pulumi
import pulumi_gcp as gcp

from anykube._clusters.gke.naming import APIS
from anykube._clusters.gke.spec import GkeClusterSpec
from anykube._clusters.resource_scope import ResourceScope


@dataclass(frozen=True)
class Project:
    """Where all is made."""

    id: str
    number: pulumi.Output[str]
    ready: Sequence[pulumi.Resource]
    """The APIs: all else needs one of them."""

    @property
    def agent(self) -> pulumi.Output[str]:
        """Who acts for GKE in it: https://cloud.google.com/kubernetes-engine/docs/how-to/service-accounts"""
        address = "service-{}@container-engine-robot.iam.gserviceaccount.com"
        return self.number.apply(lambda number: f"serviceAccount:{address.format(number)}")


def project(children: ResourceScope, spec: GkeClusterSpec) -> Project:
    """Enables what is needed. It stays enabled when the cluster goes: others of the project may use it, too."""
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
    found = gcp.organizations.get_project_output(
        project_id=spec.gke.project,
        opts=pulumi.InvokeOutputOptions(provider=children.provider, depends_on=apis),
    )
    return Project(spec.gke.project, found.number, apis)
