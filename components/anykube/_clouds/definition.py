"""`CloudDefinition`: one object that describes a cloud completely.

A cloud is a folder with a definition, and an entry point of the group `anykube.clouds`. Everything that covers all
clouds, such as the settings schema, the capability table, the login in CI and rehearsals, is derived from the
definitions. To add a cloud you edit no other file.

A definition contains directly what is needed to check a settings file. For code that needs an SDK, or that belongs to
the policies or the command, it contains a reference, `package.module:attribute`, imported on first use. So a definition
imports no SDK, `components` imports neither `policies` nor `operations`, and a stack on one cloud imports nothing of
another.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pkgutil import resolve_name
from typing import Any

from anykube._clusters.cloud import Cloud, Mode
from anykube._clusters.managed import ManagedCluster
from anykube._clusters.spec import NodePool
from anykube._model import Model
from anykube._routing import IngressProfile, LoadBalancers

Reference = str
"""The location of a Python object: `package.module:attribute`."""
PackageFile = str
"""A file in the cloud's package: `package:path`, such as `anykube._clusters.eks:templates/settings.yaml`."""


def resolve(reference: Reference) -> Any:
    """Imports the object of a reference. Raises ImportError or AttributeError if it does not exist.

    >>> resolve("json:dumps")({})
    '{}'
    """
    return resolve_name(reference)


@dataclass(frozen=True)
class SecretManager:
    """A cloud's secret manager. Settings files refer to secrets in it."""

    prefix: str
    """Start of every reference. No other secret manager has the same."""
    pattern: str
    """Regular expression for a whole reference, without `^` and `$`."""
    template: str
    """A reference with placeholders, for messages: arn:aws:secretsmanager:REGION:ACCOUNT:secret:NAME."""
    read: Reference
    """Function that returns the value of a reference. Raises
    `anykube.settings.secret_managers.UnreadableSecretError`."""


@dataclass(frozen=True)
class Preflight:
    """Checks of the account before a deployment."""

    plan: Reference
    """Function from a stack's name and its cluster's settings to the plan for `check`."""
    check: Reference
    """Function from that plan to an `anykube_cli.preflight.problem.PreflightResult`."""
    explain: Reference | None = None
    """Function from the error of a failed login to an `anykube_cli.preflight.problem.Problem`."""


@dataclass(frozen=True)
class StateBackend:
    """Object storage for Pulumi's state."""

    scheme: str
    """URL scheme of its addresses, such as s3 in s3://BUCKET."""
    account: Reference
    """Function from a cluster's settings and `BackendNames` to an `anykube_cli.state_backends.backend.Account`."""
    files: Reference
    """Function from an address to an `anykube_cli.state_backends.backend.Files`."""
    key_scheme: str = ""
    """URL scheme of Pulumi's secrets provider for the cloud's keys, such as awskms in awskms://alias/NAME."""
    key: Reference | None = None
    """Function from the URL of a secrets provider to an `anykube_cli.state_backends.keys.Key`."""


@dataclass(frozen=True)
class Rehearsal:
    """A simulated account for rehearsals, and the Pulumi plugin for it."""

    cloud: Reference
    """An `anykube_cli.rehearsal.clouds.RehearsedCloud`."""
    extra: str | None = None
    """The extra of the distribution anykube-cli that it needs. `rehearsal` has what all simulated clouds share.
    None: the cloud's own distribution has everything."""


@dataclass(frozen=True)
class ResourceTypes:
    """Pulumi resource types of the cloud, by whether Anykube guards them."""

    guarded: Mapping[str, Sequence[str]] = field(default_factory=dict)
    """Types by kind, a table of anykube_cli/guarded.toml. A run replaces or deletes one only if you name it."""
    unguarded: Sequence[str] = ()
    """Types that a run may replace or delete."""


@dataclass(frozen=True)
class Credentials:
    """Environment variables by which the cloud's SDKs and its Pulumi provider find credentials."""

    variable_prefixes: Sequence[str] = ()
    """Name prefixes of variables that could lead to a real account. Rehearsals remove these variables."""
    isolation_variables: Mapping[str, str] = field(default_factory=dict)
    """Variables, with values, that keep SDKs away from the machine's own credentials in rehearsals."""
    engine_variables: Mapping[str, str] = field(default_factory=dict)
    """Variables that Pulumi's state backend and secrets provider read, by the provider's variable for the same."""
    login_variables: Sequence[str] = ()
    """Variables that show that a CI job is logged in: at least one of them is set."""


@dataclass(frozen=True)
class Sample:
    """Sample settings in YAML, from which the capability table is generated."""

    minimal: str
    """The smallest valid `cluster` section, but without pools, as a YAML flow mapping."""
    managed: str = "{mode: managed}"
    """Fields to merge into it for the managed mode."""
    certificate_issuer: str = "{}"
    """Fields to merge into it to give the cluster a certificate issuer."""
    variants: Mapping[str, str] = field(default_factory=dict)
    """Fields to merge into it for rows of the capability table that differ by cloud, by the row's title. Leave out rows
    for which the cloud has no fields."""


@dataclass(frozen=True)
class ProjectTemplates:
    """Files for a project that `anykube init` creates. `%%NAME` is a placeholder."""

    settings: PackageFile
    """Settings file of the stack CLOUD-dev. `%%name` is the project's name."""
    login: PackageFile | None = None
    """Steps that log in a job of the GitHub workflow. `%%preview` is a prefix for variable names: PREVIEW_ in the
    preview job, empty in the deploy job. None: jobs have no login step and no OIDC token."""


@dataclass(frozen=True)
class CloudDefinition:
    """A cloud with a managed Kubernetes service.

    A distribution registers it in its pyproject.toml:

        [project.entry-points."anykube.clouds"]
        aws = "anykube._clusters.eks.definition:DEFINITION"
    """

    name: str
    """The value of `cloud` in settings files, such as aws. The entry point has the same name."""
    model: type[ManagedCluster]
    """Model for the settings of a cluster."""
    component: Reference
    """The Pulumi component: a class with the parameters `name` and `args`, an instance of `model`. Instances follow
    the protocol `anykube._clusters.protocol.Cluster`."""
    facts: Cloud
    """What settings for the cloud may contain."""
    pool: type[NodePool]
    """Model for a node pool, with the cloud's own section."""
    ingress: Mapping[Mode, IngressProfile]
    """Class names and annotations for Ingresses and Gateways, by the cluster's mode."""
    load_balancers: Mapping[Mode, LoadBalancers]
    """Annotations for Services that request a load balancer, by the cluster's mode."""
    preflight: Preflight
    sweep: Reference
    """Function from a stack's name, its cluster's settings, the facts in its state, and their memory, to one that opens
    the account: see anykube_cli/sweep."""
    sample: Sample
    credentials: Credentials
    resource_types: ResourceTypes
    identity: type[Model] | None = None
    """Model for the cloud's section in an app's `identity`. None: pods cannot have an identity in the cloud."""
    patterns: Mapping[str, str] = field(default_factory=dict)
    """Messages for values that do not match a pattern of the cloud's own fields, by pattern: `it must …`."""
    rules: Sequence[Reference] = ()
    """Rules for several fields of a cluster: functions like those in components/anykube/_rules."""
    app_rules: Sequence[Reference] = ()
    """Rules for apps on clusters of the cloud."""
    checks: Reference | None = None
    """Policy checks of the cloud: an `anykube_policies.clusters.checks.CloudChecks`."""
    secret_manager: SecretManager | None = None
    state_backend: StateBackend | None = None
    roles: Reference | None = None
    """Class that creates roles for a CI pipeline: see operations/anykube_cli/roles."""
    callers: str | None = None
    """Module that recognises the identity of a run: see operations/anykube_cli/callers."""
    login: Reference | None = None
    """Login of a CI job: an `anykube_cli.ci.login.Login`."""
    rehearsal: Rehearsal | None = None
    project: ProjectTemplates | None = None
    """None: `anykube init` does not offer the cloud."""
    extra: str | None = None
    """The extra of the distribution anykube with the cloud's SDK. None: the cloud's own distribution requires it."""
    order: int = 100
    """Position in lists and tables. Clouds with the same position are sorted by name."""

    @property
    def extras(self) -> set[str]:
        """Extras to install for a stack on the cloud."""
        return {self.extra} if self.extra else set()

    @property
    def rehearsal_extras(self) -> set[str]:
        """Extras to install for a rehearsal of the cloud."""
        return {self.rehearsal.extra} if self.rehearsal and self.rehearsal.extra else set()
