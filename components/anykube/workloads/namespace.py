"""A namespace that refuses insecure pods, and requests from outside the cluster to those of nobody's app."""

from collections.abc import Sequence

import pulumi
from pydantic import TypeAdapter, ValidationError

from anykube.kubernetes import Manifest, Transform, apply
from anykube.names import DnsLabel
from anykube.workloads.metadata import MANAGED_BY
from anykube.workloads.network import policy_of_others

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


class Namespace(pulumi.ComponentResource):
    """A Kubernetes namespace for one app or several, and its NetworkPolicy; `name` is that of the resource, too.

    Raises pulumi.RunError where `name` is not a DNS label.
    """

    name: str
    """The namespace's name in Kubernetes."""
    resource: pulumi.CustomResource
    """The Namespace object."""

    def __init__(
        self, name: str, *, transforms: Sequence[Transform] = (), opts: pulumi.ResourceOptions | None = None
    ) -> None:
        try:
            TypeAdapter(DnsLabel).validate_python(name)
        except ValidationError as invalid:
            raise pulumi.RunError(f"Namespace {name!r}: the name {invalid.errors()[0]['ctx']['error']}.") from None
        super().__init__("anykube:index:Namespace", name, None, opts)
        self.name = name
        self.resource = apply(
            namespace_manifest(name), f"{name}-namespace", pulumi.ResourceOptions(parent=self), transforms
        )
        inside = pulumi.ResourceOptions(parent=self, depends_on=[self.resource])
        apply(policy_of_others(name), f"{name}-others", inside, transforms)
        self.register_outputs({"name": name})
