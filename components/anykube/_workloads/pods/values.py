"""Sources of the values of environment variables and files."""

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import Discriminator, Field, Tag

from anykube._model import Model, OutputText, TextInput, example
from anykube._names import DnsLabel, ObjectName

MAX_KEY_LENGTH = 253

Key = Annotated[
    str, Field(pattern=r"^\.?[-_a-zA-Z0-9][-._a-zA-Z0-9]*$", max_length=MAX_KEY_LENGTH, examples=["password"])
]
"""A key of a Secret or ConfigMap."""


class SecretRef(Model, json_schema_extra=example(secret="shop-db-password")):
    """A secret by name: `{secret: shop-db-password}`.

    Its value is in the stack's encrypted Pulumi config, in `secrets` of the settings, or in the environment.
    """

    secret: Annotated[DnsLabel, Field(examples=["shop-db-password"])]
    """Name of the secret. A DNS label."""


class ExternalRef(Model, json_schema_extra=example(external="db", key="password")):
    """A key of one of the app's `external_secrets`."""

    external: Annotated[DnsLabel, Field(examples=["db"])]
    """Name in the app's `external_secrets`."""
    key: Key
    """Key in its `keys`."""


class FromSecret(Model, json_schema_extra=example(from_secret="db-login", key="password")):
    """A key of an existing Secret in the app's namespace."""

    from_secret: Annotated[ObjectName | OutputText, Field(examples=["db-login"])]
    """Name of the Secret."""
    key: Key
    """Key in the Secret."""


class FromConfig(Model, json_schema_extra=example(from_config="web-settings", key="theme")):
    """A key of an existing ConfigMap in the app's namespace."""

    from_config: Annotated[ObjectName | OutputText, Field(examples=["web-settings"])]
    """Name of the ConfigMap."""
    key: Annotated[Key, Field(examples=["theme"])]
    """Key in the ConfigMap."""


class FromField(Model, json_schema_extra=example(field="status.podIP")):
    """A field of the pod, by the downward API.

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
    """Path of the field."""


class FromResource(Model, json_schema_extra=example(resource="limits.memory")):
    """A resource request or limit of the container: CPU in cores, rounded up; memory in bytes."""

    resource: Literal["limits.cpu", "limits.memory", "requests.cpu", "requests.memory"]
    """Which request or limit."""


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
    """The tag of a value: the name of the field that says its source."""
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
"""Text, or the source of a value. Secret values are stored in a Kubernetes Secret."""
