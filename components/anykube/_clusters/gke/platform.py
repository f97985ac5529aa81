"""Objects in the cluster: role bindings and storage classes. GKE installs controllers, classes and definitions."""

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
    """A storage class for Hyperdisk, if a pool needs it. The default class is GKE's own standard-rwo.

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


def install_platform(
    children: ResourceScope, spec: GkeClusterSpec, provider: kubernetes.Provider
) -> Sequence[pulumi.Resource]:
    """Creates all of it. Create apps after these objects and delete them before."""
    opts = pulumi.ResourceOptions(parent=children.parent, provider=provider)
    manifests = [*bindings(spec), *storage_classes(spec)]
    return [apply(manifest, children.name(name), opts) for name, manifest in manifests]
