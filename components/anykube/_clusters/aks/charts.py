"""A Helm chart on the cluster."""

from collections.abc import Mapping, Sequence

import pulumi
import pulumi_kubernetes as kubernetes

from anykube._clusters.aks.resource_scope import ResourceScope


def chart(
    children: ResourceScope,
    name: str,
    repository: str,
    version: str,
    namespace: str,
    values: Mapping[str, object],
    onto: kubernetes.Provider,
    depends_on: Sequence[pulumi.Resource] = (),
) -> kubernetes.helm.v3.Release:
    """Installed whole or not at all. `anykube:chart-repository` is a mirror of one's own, or a rehearsal's stand-in."""
    mirror = pulumi.Config("anykube").get("chart-repository")
    packed = repository.startswith("oci://") and not mirror
    return kubernetes.helm.v3.Release(
        children.name(name),
        name=name,
        namespace=namespace,
        create_namespace=True,
        chart=f"{repository}/{name}" if packed else name,
        version=version,
        repository_opts=None if packed else kubernetes.helm.v3.RepositoryOptsArgs(repo=mirror or repository),
        values=dict(values),
        atomic=True,
        opts=pulumi.ResourceOptions(
            parent=children.parent,
            provider=onto,
            depends_on=list(depends_on),
            custom_timeouts=pulumi.CustomTimeouts("10m", "10m", "10m"),
        ),
    )
