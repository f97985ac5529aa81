"""The settings of a namespace."""

from typing import Annotated, Literal

from pydantic import Field

from anykube._model import Model
from anykube._names import AnnotationKey, LabelKey, LabelValue

KUBERNETES_NAMESPACES = ("default", "kube-node-lease", "kube-public", "kube-system")
"""Namespaces that Kubernetes creates. Most of them cannot be deleted.

https://kubernetes.io/docs/concepts/overview/working-with-objects/namespaces/#initial-namespaces
"""

PodSecurity = Literal["restricted", "baseline", "privileged"]


class NamespaceOptions(Model):
    """What Anykube sets on a namespace that it creates."""

    pod_security: Annotated[PodSecurity, Field(examples=["baseline"])] = "restricted"
    """The Pod Security Standard that the namespace enforces. In production, `baseline` and `privileged` need a waiver
    of the rule exposure-pod-security."""
    labels: Annotated[dict[LabelKey, LabelValue], Field(examples=[{"team": "payments"}])] = {}
    """Additional labels of the namespace."""
    annotations: Annotated[
        dict[AnnotationKey, str], Field(examples=[{"scheduler.alpha.kubernetes.io/node-selector": "pool=payments"}])
    ] = {}
    """Additional annotations of the namespace."""


class NamespaceSpec(NamespaceOptions):
    """A namespace of a stack's apps."""

    existing: Annotated[bool, Field(examples=[True])] = False
    """Whether somebody else creates the namespace. Anykube then neither creates nor changes nor deletes it. `default`
    and the `kube-` namespaces of Kubernetes are always used like this."""


def is_existing(name: str, spec: NamespaceSpec) -> bool:
    """Whether Anykube uses the namespace without creating it."""
    return spec.existing or name in KUBERNETES_NAMESPACES
