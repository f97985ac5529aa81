"""IAM roles for Kubernetes service accounts, by Workload Identity Federation without a Google service account.

https://cloud.google.com/kubernetes-engine/docs/how-to/workload-identity#authenticating_to
"""

import hashlib
from collections.abc import Sequence

import pulumi

from anykube._clusters.gke.iam import grant_role
from anykube._clusters.gke.project import Project
from anykube._clusters.gke.sections import GcpIdentity
from anykube._clusters.resource_scope import ResourceScope, name_part


def principal(project: Project, namespace: str, service_account: str) -> pulumi.Output[str]:
    """The IAM principal of a service account. It is the same in all clusters of the project."""
    pools = "principal://iam.googleapis.com/projects/{}/locations/global/workloadIdentityPools"
    subject = f"{project.id}.svc.id.goog/subject/ns/{namespace}/sa/{service_account}"
    return project.number.apply(lambda number: f"{pools.format(number)}/{subject}")


def grant_roles(
    children: ResourceScope,
    project: Project,
    namespace: str,
    service_account: str,
    identity: GcpIdentity,
    depends_on: Sequence[pulumi.Resource],
) -> list[pulumi.Resource]:
    """Grants roles to a service account, after the cluster: the project's first one creates the identity pool."""
    member = principal(project, namespace, service_account)
    prefix = f"{namespace}-{service_account}"
    resources: list[pulumi.Resource] = [
        grant_role(children, f"{prefix}-{role.rpartition('/')[2]}", project, role, member, depends_on=depends_on)
        for role in identity.roles
    ]
    for index, grant in enumerate(identity.grants):
        digest = hashlib.sha256(name_part(grant.resource, index).encode()).hexdigest()[:6]
        name = f"{prefix}-{grant.role.rpartition('/')[2]}-{digest}"
        resources.append(
            grant_role(children, name, project, grant.role, member, resource=grant.resource, depends_on=depends_on)
        )
    return resources
