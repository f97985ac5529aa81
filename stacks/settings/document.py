"""`Page`: all settings of one environment."""

from collections.abc import Mapping
from typing import Annotated

from pydantic import Discriminator, Tag

from components.clusters.aks.spec import AksClusterSpec
from components.clusters.eks.spec import EksClusterSpec
from components.clusters.gke.spec import GkeClusterSpec
from components.clusters.spec import ClusterReference, ExistingClusterSpec, LocalClusterSpec
from components.model import Model
from components.names import DnsLabel
from components.rules.context import DEFAULT_NAMESPACE
from components.workloads.choice import App
from components.workloads.pods.secrets import references
from stacks.settings.managers import Managed
from stacks.settings.policies import Policies

_REFERENCE = "another stack"


def _kind(section: object) -> str | None:
    """The tag of a cluster section: its `cloud`, or that of references where it names a `stack` alone."""
    if isinstance(section, Mapping):
        kind = section.get("cloud", _REFERENCE if "stack" in section else None)
    else:
        kind = getattr(section, "cloud", _REFERENCE if isinstance(section, ClusterReference) else None)
    return kind if isinstance(kind, str) else None


Cluster = Annotated[
    Annotated[LocalClusterSpec, Tag("local")]
    | Annotated[EksClusterSpec, Tag("aws")]
    | Annotated[GkeClusterSpec, Tag("gcp")]
    | Annotated[AksClusterSpec, Tag("azure")]
    | Annotated[ExistingClusterSpec, Tag("existing")]
    | Annotated[ClusterReference, Tag(_REFERENCE)],
    Discriminator(_kind),
]
"""A cluster of this stack, by its `cloud`, or that of another, by `stack`."""


class Page(Model):
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


def secret_names(page: Page) -> frozenset[str]:
    """The names of all secrets that the page refers to."""
    return frozenset(reference.secret for app in page.apps.values() for _, reference in references(app))
