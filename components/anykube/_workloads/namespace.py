"""A namespace that refuses insecure pods, and requests from outside the cluster to those of nobody's app."""

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
from anykube._workloads.network import policy_of_others

if TYPE_CHECKING:
    from anykube.dicts import NamespaceArgsDict

_LEVEL, _VERSION = "restricted", "latest"


def namespace_manifest(name: str) -> Manifest:
    """A Namespace in which only pods of the Pod Security Standard "restricted" are admitted.

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
    """The cluster that it goes to: a cluster component, or a ClusterContext."""
    transforms: Seq[Transform] = ()
    """Functions that see every manifest before it is registered, and return what is registered instead."""


class Namespace(pulumi.ComponentResource):
    """A Kubernetes namespace for one app or several, and its NetworkPolicy.

    Example: `Namespace("shop", {"cluster": cluster})`

    :param name: the name of the resource and of the namespace in Kubernetes, a DNS label.
    :param args: `NamespaceArgs`, or a dict of the same keys.
    :param opts: Pulumi's options. A Kubernetes provider among them takes the place of the cluster's.
    :raises pulumi.RunError: where `name` is not a DNS label, or the args are wrong.
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
        inside = pulumi.ResourceOptions(parent=self, depends_on=[self.resource])
        apply(policy_of_others(name), f"{name}-others", inside, args.transforms)
        self.register_outputs({"name": name})
