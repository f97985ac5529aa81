"""Where the value of an environment variable or a file comes from."""

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import Discriminator, Field, Tag

from anykube._model import Model, OutputText, TextInput
from anykube._names import DnsLabel, ObjectName

Key = Annotated[str, Field(pattern=r"^[-._a-zA-Z0-9]{1,253}$")]
"""A key of a Secret or ConfigMap."""


class SecretRef(Model):
    """A secret by name: `{secret: shop-db-password}` refers to the stack's encrypted Pulumi config."""

    secret: DnsLabel


class ExternalRef(Model):
    """A key of one of the app's `external_secrets`."""

    external: DnsLabel
    """Its name among `external_secrets`."""
    key: Key


class FromSecret(Model):
    """A key of a Secret that is in the namespace already."""

    from_secret: ObjectName | OutputText
    """Name of the Secret."""
    key: Key


class FromConfig(Model):
    """A key of a ConfigMap that is in the namespace already."""

    from_config: ObjectName | OutputText
    """Name of the ConfigMap."""
    key: Key


class FromField(Model):
    """What the pod is: the downward API.

    https://kubernetes.io/docs/concepts/workloads/pods/downward-api/
    """

    field: Literal[
        "metadata.name",
        "metadata.namespace",
        "metadata.uid",
        "spec.nodeName",
        "spec.serviceAccountName",
        "status.hostIP",
        "status.podIP",
    ]


class FromResource(Model):
    """What the container may use, such as limits.memory in bytes."""

    resource: Literal["limits.cpu", "limits.memory", "requests.cpu", "requests.memory"]


_SOURCES = {
    "secret": SecretRef,
    "external": ExternalRef,
    "from_secret": FromSecret,
    "from_config": FromConfig,
    "field": FromField,
    "resource": FromResource,
}
_TEXT = "text"


def _source(value: object) -> str:
    """The tag of a value: the one field that tells where it is from."""
    if isinstance(value, Mapping):
        return next((tag for tag in _SOURCES if tag in value), "secret")
    return next((tag for tag, model in _SOURCES.items() if isinstance(value, model)), _TEXT)


EnvValue = Annotated[
    Annotated[TextInput, Tag(_TEXT)]
    | Annotated[SecretRef, Tag("secret")]
    | Annotated[ExternalRef, Tag("external")]
    | Annotated[FromSecret, Tag("from_secret")]
    | Annotated[FromConfig, Tag("from_config")]
    | Annotated[FromField, Tag("field")]
    | Annotated[FromResource, Tag("resource")],
    Discriminator(_source),
]
"""Text, or where it comes from. What is secret goes through a Kubernetes Secret."""
