"""Renames the identity of a GKE cluster in states of earlier versions, which used its DNS name for some clusters.

The Kubernetes provider knows its cluster by `clusterIdentifier`. Pulumi takes another value for another cluster, and
replaces all objects. The identity is now the cluster's IP address, whether or not the DNS endpoint is on.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from anykube_cli import stack_settings
from anykube_cli.engine import Engine

_CLUSTER = "gcp:container/cluster:Cluster"
_PROVIDER = "pulumi:providers:kubernetes"
_IDENTITY = "clusterIdentifier"
_DNS_NAME = ".gke.goog"
"""https://cloud.google.com/kubernetes-engine/docs/how-to/customize-network-isolation#dns-based-endpoint"""

Json = Mapping[str, Any]


def settle(engine: Engine) -> None:
    """Replaces a DNS name by the address of the cluster, before a run. Changes nothing in newer states.

    The cluster may be that of another stack.
    """
    deployment = engine.deployment()
    if not any(map(_has_name, deployment.get("resources") or ())):
        return
    cluster_stack = replace(engine, stack=stack_settings.cluster_stack(engine.stack))
    engine.replace_deployment(settled_deployment(deployment, cluster_stack.deployment()))


def settled_deployment(deployment: Json, cluster_deployment: Json) -> dict[str, Any]:
    """The deployment with the address of the only cluster in `cluster_deployment` in place of a name."""
    addresses = list(_addresses(cluster_deployment.get("resources") or ()))
    if len(addresses) != 1:
        return dict(deployment)
    return {**deployment, "resources": [_settled(resource, addresses[0]) for resource in deployment["resources"]]}


def _addresses(resources: Iterable[Json]) -> Iterator[str]:
    for resource in resources:
        if resource["type"] == _CLUSTER and not resource.get("delete"):
            yield f"https://{resource['outputs']['endpoint']}"


def _has_name(resource: Json) -> bool:
    identity = str((resource.get("inputs") or {}).get(_IDENTITY, ""))
    return resource["type"] == _PROVIDER and identity.endswith(_DNS_NAME)


def _settled(resource: Json, address: str) -> Json:
    if not _has_name(resource):
        return resource
    sections = [section for section in ("inputs", "outputs") if resource.get(section)]
    return {**resource, **{section: {**resource[section], _IDENTITY: address} for section in sections}}
