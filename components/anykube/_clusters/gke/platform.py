"""What people and apps find on the cluster. GKE brings its controllers, classes and definitions by itself."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import pulumi
import pulumi_kubernetes as kubernetes

from anykube._clusters.gke.access import bindings
from anykube._clusters.gke.machines import HYPERDISK, MACHINES, resolve
from anykube._clusters.gke.spec import GkeClusterSpec
from anykube._clusters.resource_scope import ResourceScope
from anykube._kubernetes import apply


def storage_classes(spec: GkeClusterSpec) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """GKE's own standard-rwo is the default. Machines that take Hyperdisk alone need a class of it.

    https://cloud.google.com/kubernetes-engine/docs/how-to/persistent-volumes/hyperdisk
    """
    machines = [resolve(pool.machine)[0] for pool in spec.pools.values()]
    if any(MACHINES.family_of(machine.name) in HYPERDISK for machine in machines):
        name = "hyperdisk-balanced"
        yield (
            name,
            {
                "apiVersion": "storage.k8s.io/v1",
                "kind": "StorageClass",
                "metadata": {"name": name},
                "provisioner": "pd.csi.storage.gke.io",
                "parameters": {"type": name},
                "volumeBindingMode": "WaitForFirstConsumer",
                "reclaimPolicy": "Delete",
                "allowVolumeExpansion": True,
            },
        )


def platform(children: ResourceScope, spec: GkeClusterSpec, onto: kubernetes.Provider) -> Sequence[pulumi.Resource]:
    """Makes all of it. What uses it comes after, and goes before."""
    on_cluster = pulumi.ResourceOptions(parent=children.parent, provider=onto)
    wanted = [*bindings(spec), *storage_classes(spec)]
    return [apply(manifest, children.name(part), on_cluster) for part, manifest in wanted]
