"""`StackSettings`: all settings of a stack."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Union

from pydantic import Discriminator, Field, JsonValue, Tag

from anykube._clouds.registry import definitions
from anykube._clusters.spec import ClusterReference, ExistingClusterSpec, LocalClusterSpec
from anykube._clusters.unions import ClusterSpec
from anykube._model import Model, example
from anykube._names import DnsLabel, ObjectTitle
from anykube._rules.context import DEFAULT_NAMESPACE
from anykube._workloads.namespace_spec import NamespaceSpec
from anykube._workloads.pods.secrets import references
from anykube._workloads.unions import App
from anykube.settings.policies import Policies
from anykube.settings.secret_managers import Managed

_REFERENCE = "another stack"


def _kind(section: object) -> str | None:
    """The tag of a cluster section: its `cloud`, or the tag of references if it has only a `stack`."""
    if isinstance(section, Mapping):
        kind = section.get("cloud", _REFERENCE if "stack" in section else None)
    else:
        kind = getattr(section, "cloud", _REFERENCE if isinstance(section, ClusterReference) else None)
    return kind if isinstance(kind, str) else None


if TYPE_CHECKING:
    # A type checker cannot know which clouds are installed.
    Cluster = ClusterSpec
else:
    _KINDS = {
        "local": LocalClusterSpec,
        **{name: cloud.model for name, cloud in definitions().items()},
        "existing": ExistingClusterSpec,
        _REFERENCE: ClusterReference,
    }
    Cluster = Annotated[
        Union[tuple(Annotated[model, Tag(kind)] for kind, model in _KINDS.items())],  # noqa: UP007
        Discriminator(_kind),
    ]
"""A cluster of this stack, by its `cloud`, or the cluster of another stack, by `stack`."""


_APPS: JsonValue = {"web": {"image": "registry.example/shop:1.4.0", "routes": [{"host": "shop.example.com"}]}}


class StackSettings(Model, json_schema_extra=example(extends="aws", apps=_APPS)):
    """All settings of a stack: its cluster and the apps on it."""

    extends: Annotated[DnsLabel | None, Field(examples=["aws-prod"])] = None
    """Name of another settings file in this folder to inherit from. Mappings are merged, other values are replaced, and
    null removes an inherited value. Default: none."""
    cluster: Cluster
    """The cluster that this stack creates, uses, or shares with another stack."""
    namespace: Annotated[DnsLabel, Field(examples=["shop"])] = DEFAULT_NAMESPACE
    """Namespace of all apps that have no `namespace` of their own."""
    namespaces: Annotated[dict[DnsLabel, NamespaceSpec], Field(examples=[{"team": {"existing": True}}])] = {}
    """Settings of the apps' namespaces by name. Default: Anykube creates each namespace that an app names."""
    adopt: Annotated[list[ObjectTitle], Field(examples=[["Deployment team/billing", "ClusterRole reader"]])] = []
    """Existing objects that this stack may take over from another stack or tool, as `KIND NAMESPACE/NAME`, or
    `KIND NAME` for an object without a namespace. Default: none."""
    apps: Annotated[dict[DnsLabel, App], Field(examples=[_APPS])] = {}
    """Apps by name; their `kind` determines their fields. A name has at most 53 lower-case letters, digits and '-', and
    begins with a letter."""
    secrets: Annotated[
        dict[DnsLabel, Managed], Field(examples=[{"shop-db-password": "projects/shop-prod-1234/secrets/db-password"}])
    ] = {}
    """Secrets in a cloud's secret manager: the name that apps use, and the secret's ARN, resource name or URL."""
    policies: Policies = Policies()
    """Profile of the policy pack, allowed exceptions and waivers."""


def secret_names(settings: StackSettings) -> frozenset[str]:
    """The names of all secrets that apps refer to."""
    return frozenset(reference.secret for app in settings.apps.values() for _, reference in references(app))
