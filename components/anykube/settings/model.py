"""`Page`: all settings of one environment."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Union

from pydantic import Discriminator, Tag

from anykube._clouds.registry import definitions
from anykube._clusters.spec import ClusterReference, ExistingClusterSpec, LocalClusterSpec
from anykube._clusters.unions import ClusterSpec
from anykube._model import Model
from anykube._names import DnsLabel
from anykube._rules.context import DEFAULT_NAMESPACE
from anykube._workloads.pods.secrets import references
from anykube._workloads.unions import App
from anykube.settings.policies import Policies
from anykube.settings.secret_managers import Managed

_REFERENCE = "another stack"


def _kind(section: object) -> str | None:
    """The tag of a cluster section: its `cloud`, or that of references where it names a `stack` alone."""
    if isinstance(section, Mapping):
        kind = section.get("cloud", _REFERENCE if "stack" in section else None)
    else:
        kind = getattr(section, "cloud", _REFERENCE if isinstance(section, ClusterReference) else None)
    return kind if isinstance(kind, str) else None


if TYPE_CHECKING:
    # Which clouds are installed is not known to a type checker.
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
"""A cluster of this stack, by its `cloud`, or that of another, by `stack`."""


class StackSettings(Model):
    """All settings of one environment: its cluster, and the apps on it."""

    extends: DnsLabel | None = None
    """Name of another page of this folder. Mappings are merged with it, all else replaced; null removes."""
    cluster: Cluster
    """The cluster that this stack makes, uses, or shares with another stack."""
    namespace: DnsLabel = DEFAULT_NAMESPACE
    """The Kubernetes namespace of all apps that name none of their own."""
    apps: dict[DnsLabel, App] = {}
    """Apps by name, each by its `kind`: lower-case letters, digits and '-', at most 53, beginning with a letter."""
    secrets: dict[DnsLabel, Managed] = {}
    """Secrets that a cloud's secret manager keeps, by the names that apps have for them."""
    policies: Policies = Policies()
    """How the policy pack judges the stack."""


def secret_names(page: StackSettings) -> frozenset[str]:
    """The names of all secrets that the page refers to."""
    return frozenset(reference.secret for app in page.apps.values() for _, reference in references(app))
