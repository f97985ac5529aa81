"""What the roles of a pipeline are for, the same on every cloud."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from anykube._clouds.registry import definitions
from anykube._workloads.identity import CloudIdentity

from anykube_cli.roles.forges import REVIEW_ENVIRONMENT, Pipeline
from anykube_cli.state_backends.backend import DesiredState

SESSION_SECONDS = 4 * 3600
"""How long a job's credentials live. A cluster with its pools takes an hour, an upgrade several.

The role's maximum, and what the login action requests: .github/actions/login/action.yaml.
"""


@dataclass(frozen=True)
class StackJobs:
    """A stack, and what its jobs need."""

    stack: str
    secrets: Mapping[str, str]
    """References into secret managers by the name of the secret, from the settings."""
    pipeline: Pipeline
    app_identities: Sequence[CloudIdentity] = ()
    """What apps may do in the cloud: a deployment gives them these roles."""

    def secrets_of(self, cloud: str) -> Sequence[str]:
        """The references into the secret manager of a cloud, without duplicates."""
        manager = definitions()[cloud].secret_manager
        references = sorted(set(self.secrets.values()))
        return [reference for reference in references if manager and reference.startswith(manager.prefix)]

    @property
    def identities(self) -> Mapping[str, str]:
        """The name of each identity by its purpose: preview, review and deploy."""
        return {
            "preview": "anykube-preview",
            "review": f"anykube-review-{self.stack}",
            "deploy": f"anykube-deploy-{self.stack}",
        }

    def environment(self, purpose: str) -> str:
        """The forge's environment whose jobs use an identity. Empty: jobs without an environment."""
        return {"review": REVIEW_ENVIRONMENT, "deploy": self.stack}.get(purpose, "")

    def subjects(self, purpose: str) -> Sequence[str]:
        """The subjects of the jobs that use an identity."""
        environment = self.environment(purpose)
        return self.pipeline.deployments(environment) if environment else self.pipeline.previews


class PipelineRoles(DesiredState, Protocol):
    """The identities of a stack's pipeline in a cloud account."""

    def variables(self) -> Iterator[tuple[str, str, str]]:
        """The forge's variables: name, value and environment. Empty: the repository has it."""
        ...
