"""A namespace that enforces Pod Security, with a NetworkPolicy for pods that Anykube does not manage."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, cast

import pulumi
from pydantic import TypeAdapter, ValidationError

from anykube._clusters.context import AppCluster, ClusterContext, context_of
from anykube._kubernetes import Manifest, Transform, apply
from anykube._model import Model, Seq
from anykube._names import DnsLabel
from anykube._validation import validated
from anykube._workloads.metadata import MANAGED_BY
from anykube._workloads.network import unmanaged_pods_policy

if TYPE_CHECKING:
    from anykube.dicts import NamespaceArgsDict

_LEVEL, _VERSION = "restricted", "latest"


def namespace_manifest(name: str) -> Manifest:
    """A Namespace that enforces the Pod Security Standard "restricted".

    https://kubernetes.io/docs/concepts/security/pod-security-standards/#restricted
    """
    security = {}
    for mode in ("enforce", "audit", "warn"):
        security[f"pod-security.kubernetes.io/{mode}"] = _LEVEL
        security[f"pod-security.kubernetes.io/{mode}-version"] = _VERSION
    return {
        "apiVersion": "v1",
        "kind": "Namespace",
        "metadata": {"name": name, "labels": {**MANAGED_BY, **security}},
    }


class NamespaceArgs(Model):
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
            namespace_manifest(name), f"{name}-namespace", pulumi.ResourceOptions(parent=self), args.transforms
        )
        policy_opts = pulumi.ResourceOptions(parent=self, depends_on=[self.resource])
        apply(unmanaged_pods_policy(name), f"{name}-others", policy_opts, args.transforms)
        self.register_outputs({"name": name})
