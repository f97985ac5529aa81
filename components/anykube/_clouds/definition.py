"""`CloudDefinition`: everything that is a cloud's, in one object.

A cloud is one folder, with its definition in it, and one entry point of the group `anykube.clouds`. What all clouds
share, such as the settings' schema, the capability table, the login of CI or a rehearsal, is derived from the
definitions: adding a cloud edits none of it.

One object names everything, and yet the layers stay apart. What a settings file needs in order to be judged is in the
definition itself. What needs an SDK, or belongs to the policies or to the command, is named by a reference,
`package.module:attribute`, and imported on first use: so a definition imports no SDK, `components` imports neither
`policies` nor `operations`, and a stack of one cloud imports nothing of another.
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
"""Where something is: `package.module:attribute`."""
PackageFile = str
"""A file that is packaged with the cloud: `package:path`, such as `anykube._clusters.eks:templates/settings.yaml`."""


def resolve(reference: Reference) -> Any:
    """Imports what a reference names. Raises ImportError or AttributeError where it does not exist.

    >>> resolve("json:dumps")({})
    '{}'
    """
    return resolve_name(reference)


@dataclass(frozen=True)
class SecretManager:
    """A cloud's secret manager, whose secrets settings files refer to."""

    prefix: str
    """How every reference begins, and no other manager's."""
    pattern: str
    """Regular expression of a whole reference, without `^` and `$`."""
    form: str
    """The same for a person: arn:aws:secretsmanager:REGION:ACCOUNT:secret:NAME."""
    read: Reference
    """A function from a reference to its value; raises `anykube.settings.secret_managers.UnreadableSecretError`."""


@dataclass(frozen=True)
class Preflight:
    """What the account is asked before a deployment."""

    plan: Reference
    """A function from a stack's name and its cluster's settings to the plan that `check` takes."""
    check: Reference
    """A function from that plan to an `anykube_cli.preflight.problem.Preflight`."""


@dataclass(frozen=True)
class StateBackend:
    """Object storage that can keep Pulumi's state."""

    scheme: str
    """How its addresses begin, such as s3 in s3://BUCKET."""
    account: Reference
    """A function from a cluster's settings and `Names` to an `anykube_cli.state_backends.backend.Account`."""
    files: Reference
    """A function from an address to an `anykube_cli.state_backends.backend.Files`."""


@dataclass(frozen=True)
class Rehearsal:
    """A simulated account, and Pulumi's plugin for it."""

    cloud: Reference
    """An `anykube_cli.rehearsal.clouds.RehearsedCloud`."""
    extra: str | None = None
    """The extra of the distribution anykube-cli that it needs: `rehearsal` is what all simulated clouds share.
    None: the distribution that brings the cloud brings everything."""


@dataclass(frozen=True)
class ResourceTypes:
    """Pulumi's types of the cloud's resources."""

    guarded: Mapping[str, Sequence[str]] = field(default_factory=dict)
    """By kind, a table of anykube_cli/guarded.toml: what no run replaces or deletes unless it is named."""
    free: Sequence[str] = ()
    """Known, and not guarded."""


@dataclass(frozen=True)
class Credentials:
    """How the cloud's SDKs and its Pulumi provider find who they are."""

    prefixes: Sequence[str] = ()
    """Beginnings of the names of environment variables that could lead to a real account."""
    nowhere: Mapping[str, str] = field(default_factory=dict)
    """Environment variables that keep the SDKs from the credentials that a machine has."""
    logged_in: Sequence[str] = ()
    """Environment variables one of which a job of CI has that logged in."""


@dataclass(frozen=True)
class Sample:
    """Settings of clusters, in YAML. The capability table is made of them."""

    least: str
    """The least cluster section that is right but for its pools, as a flow mapping."""
    managed: str = "{mode: managed}"
    """What is laid over it for the managed mode."""
    proven: str = "{}"
    """What is laid over it where a certificate's host has to be proven."""
    variants: Mapping[str, str] = field(default_factory=dict)
    """What is laid over it for a row of the capability table that each cloud writes differently, by the row's words.
    A row that is missing here is one that the cloud has no fields for."""


@dataclass(frozen=True)
class ProjectTemplates:
    """What a project that `anykube init` creates has of the cloud. `%%NAME` in a file is a placeholder."""

    settings: PackageFile
    """The settings file of its stack CLOUD-dev. `%%name` is the project's name."""
    login: PackageFile | None = None
    """The steps that log a job of its GitHub workflow in. `%%preview` is PREVIEW_ in the job that previews, and empty
    in the one that deploys: they begin the names of its variables. None: the jobs have no such step, and no OIDC token.
    """


@dataclass(frozen=True)
class CloudDefinition:
    """A cloud that manages Kubernetes clusters.

    A distribution registers one in its pyproject.toml:

        [project.entry-points."anykube.clouds"]
        aws = "anykube._clusters.eks.definition:DEFINITION"
    """

    name: str
    """What settings files call it, `cloud: aws`; the entry point has the same name."""
    model: type[ManagedCluster]
    """The settings of a cluster."""
    component: Reference
    """The Pulumi component, a class called with a name and such settings: an `anykube._clusters.protocol.Cluster`."""
    facts: Cloud
    """What settings may say there, as data."""
    pool: type[NodePool]
    """A node pool with the cloud's own section."""
    ingress: Mapping[Mode, IngressProfile]
    """How requests come in, and the class of Gateways, by the cluster's mode."""
    load_balancers: Mapping[Mode, LoadBalancers]
    """How a Service asks for a load balancer, by the cluster's mode."""
    preflight: Preflight
    sweep: Reference
    """A function from a stack's name and its cluster's settings to one that enters the account: anykube_cli/sweep."""
    sample: Sample
    credentials: Credentials
    resource_types: ResourceTypes
    identity: type[Model] | None = None
    """The section of an app's `identity`, by the definition's name. None: pods have no identity there."""
    patterns: Mapping[str, str] = field(default_factory=dict)
    """What each pattern of the cloud's own fields asks for: `it must …`."""
    rules: Sequence[Reference] = ()
    """Rules across fields of its clusters: functions as those in components/anykube/_rules."""
    app_rules: Sequence[Reference] = ()
    """The same of apps on its clusters."""
    checks: Reference | None = None
    """What it adds to the policies: a `anykube_policies.clusters.checks.CloudChecks`."""
    secret_manager: SecretManager | None = None
    state_backend: StateBackend | None = None
    roles: Reference | None = None
    """A class that lets a pipeline into an account: see operations/anykube_cli/roles."""
    login: Reference | None = None
    """How a job of CI logs in: an `anykube_cli.ci.login.Login`."""
    rehearsal: Rehearsal | None = None
    project: ProjectTemplates | None = None
    """None: `anykube init` does not offer the cloud."""
    extra: str | None = None
    """The extra of the distribution anykube with its SDK. None: whoever brings the cloud brings its SDK."""
    order: int = 100
    """Where it stands among the others in lists and tables; those of the same order are sorted by name."""

    @property
    def extras(self) -> set[str]:
        """What to install for a stack of the cloud."""
        return {self.extra} if self.extra else set()

    @property
    def rehearsal_extras(self) -> set[str]:
        """What to install for a rehearsal of the cloud."""
        return {self.rehearsal.extra} if self.rehearsal and self.rehearsal.extra else set()
