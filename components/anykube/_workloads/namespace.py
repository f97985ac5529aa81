"""A namespace that enforces Pod Security, with a NetworkPolicy for pods that Anykube does not manage.

Several stacks may use it, and each registers it. Pulumi therefore never deletes it: `anykube` does, when no stack uses
it and it is empty.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING, cast

import pulumi
from pydantic import TypeAdapter, ValidationError

from anykube._clusters.context import AppCluster, ClusterContext, context_of
from anykube._kubernetes import Manifest, Transform, apply
from anykube._model import Seq
from anykube._names import DnsLabel
from anykube._validation import validated
from anykube._workloads.metadata import MANAGED_BY
from anykube._workloads.namespace_spec import NamespaceOptions
from anykube._workloads.network import unmanaged_pods_policy

if TYPE_CHECKING:
    from anykube.dicts import NamespaceArgsDict

_VERSION = "latest"


def namespace_manifest(name: str, options: NamespaceOptions | None = None) -> Manifest:
    """A Namespace that enforces a Pod Security Standard, "restricted" by default.

    https://kubernetes.io/docs/concepts/security/pod-security-standards/#restricted
    """
    options = options or NamespaceOptions()
    security: dict[str, str] = {}
    for mode in ("enforce", "audit", "warn"):
        security[f"pod-security.kubernetes.io/{mode}"] = options.pod_security
        security[f"pod-security.kubernetes.io/{mode}-version"] = _VERSION
    metadata: dict[str, object] = {"name": name, "labels": {**options.labels, **MANAGED_BY, **security}}
    if options.annotations:
        metadata["annotations"] = options.annotations
    return {"apiVersion": "v1", "kind": "Namespace", "metadata": metadata}


class NamespaceArgs(NamespaceOptions):
    """The args of `Namespace`."""

    cluster: AppCluster
    """The cluster to deploy to: a cluster component, or a ClusterContext."""
    transforms: Seq[Transform] = ()
    """Functions that take each manifest before it is registered and return the manifest to register."""


class Namespace(pulumi.ComponentResource):
    """A Kubernetes namespace for one or more apps. It enforces Pod Security "restricted" and has a NetworkPolicy.

    Example: `Namespace("shop", {"cluster": cluster})`

    :param name: the name of the resource and of the namespace, a DNS label.
    :param args: `NamespaceArgs`, or a dict with the same keys.
    :param opts: Pulumi resource options. A Kubernetes provider in them replaces the cluster's.
    :raises pulumi.RunError: if `name` is not a DNS label or the args are invalid.
    """

    name: str
    """The namespace's name in Kubernetes."""
    resource: pulumi.CustomResource
    """The Namespace object."""

    def __init__(
        self, name: str, args: "NamespaceArgs | NamespaceArgsDict", opts: pulumi.ResourceOptions | None = None
    ) -> None:
        try:
            TypeAdapter(DnsLabel).validate_python(name)
        except ValidationError as invalid:
            raise pulumi.RunError(f"Namespace {name!r}: the name {invalid.errors()[0]['ctx']['error']}.") from None
        args = validated("Namespace", name, NamespaceArgs, cast("NamespaceArgs | Mapping[str, object]", args))
        context = context_of(args.cluster) or ClusterContext()
        super().__init__("anykube:index:Namespace", name, None, context.options(opts))
        self.name = name
        self.resource = apply(
            namespace_manifest(name, args), f"{name}-namespace", pulumi.ResourceOptions(parent=self), args.transforms
        )
        policy_opts = pulumi.ResourceOptions(parent=self, depends_on=[self.resource])
        apply(unmanaged_pods_policy(name), f"{name}-others", policy_opts, args.transforms, shared=True)
        self.register_outputs({"name": name})
