"""Cloud identity for pods: roles of a Kubernetes service account itself, without an account of Google's between.

https://cloud.google.com/kubernetes-engine/docs/how-to/workload-identity#authenticating_to
"""

import hashlib
from collections.abc import Sequence

import pulumi

from anykube._clusters.gke.iam import member
from anykube._clusters.gke.project import Project
from anykube._clusters.gke.sections import GcpIdentity
from anykube._clusters.resource_scope import ResourceScope, name_part


def principal(project: Project, namespace: str, service_account: str) -> pulumi.Output[str]:
    """IAM's name of a service account. It is the same in all clusters of the project."""
    pools = "principal://iam.googleapis.com/projects/{}/locations/global/workloadIdentityPools"
    within = f"{project.id}.svc.id.goog/subject/ns/{namespace}/sa/{service_account}"
    return project.number.apply(lambda number: f"{pools.format(number)}/{within}")


def granted(
    children: ResourceScope,
    project: Project,
    namespace: str,
    service_account: str,
    asked: GcpIdentity,
    depends_on: Sequence[pulumi.Resource],
) -> list[pulumi.Resource]:
    """Gives it the roles. The identity pool comes with the project's first cluster, so they come after that."""
    who = principal(project, namespace, service_account)
    part = f"{namespace}-{service_account}"
    whole: list[pulumi.Resource] = [
        member(children, f"{part}-{role.rpartition('/')[2]}", project, role, who, depends_on=depends_on)
        for role in asked.roles
    ]
    for index, grant in enumerate(asked.grants):
        digest = hashlib.sha256(name_part(grant.resource, index).encode()).hexdigest()[:6]
        name = f"{part}-{grant.role.rpartition('/')[2]}-{digest}"
        whole.append(member(children, name, project, grant.role, who, resource=grant.resource, depends_on=depends_on))
    return whole
