"""Installs Helm charts."""

from collections.abc import Mapping, Sequence

import pulumi
import pulumi_kubernetes as kubernetes

from anykube._clusters.aks.resource_scope import ResourceScope


def install_chart(
    children: ResourceScope,
    name: str,
    repository: str,
    version: str,
    namespace: str,
    values: Mapping[str, object],
    provider: kubernetes.Provider,
    depends_on: Sequence[pulumi.Resource] = (),
) -> kubernetes.helm.v3.Release:
    """Installs a chart, or rolls back if it fails. Set `anykube:chart-repository` to use your own mirror."""
    mirror = pulumi.Config("anykube").get("chart-repository")
    oci = repository.startswith("oci://") and not mirror
    return kubernetes.helm.v3.Release(
        children.name(name),
        name=name,
        namespace=namespace,
        create_namespace=True,
        chart=f"{repository}/{name}" if oci else name,
        version=version,
        repository_opts=None if oci else kubernetes.helm.v3.RepositoryOptsArgs(repo=mirror or repository),
        values=dict(values),
        atomic=True,
        opts=pulumi.ResourceOptions(
            parent=children.parent,
            provider=provider,
            depends_on=list(depends_on),
            custom_timeouts=pulumi.CustomTimeouts("10m", "10m", "10m"),
        ),
    )
