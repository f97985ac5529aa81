"""How GitHub's and GitLab's OIDC tokens identify a CI job, so that a cloud role can trust only some jobs."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from anykube_cli.roles import github

MAIN_BRANCH = "main"
"""The branch that is deployed."""
REVIEW_ENVIRONMENT = "review"
"""The environment of review stacks."""


@dataclass(frozen=True)
class Forge:
    """A forge as an issuer of OIDC tokens."""

    issuer: str
    """Without `https://`, as in a cloud's API."""
    prefix: Callable[[str], str]
    """Takes a repository. Returns how the subjects of its tokens begin. Raises `github.SubjectError`."""
    preview: Callable[[str], Sequence[str]]
    """Takes such a prefix. Returns the subjects of read-only jobs; `*` matches anything."""
    deploy: Callable[[str, str], Sequence[str]]
    """Takes such a prefix and an environment. Returns the subjects of the jobs that deploy to it."""


@dataclass(frozen=True)
class Pipeline:
    """The CI jobs of a repository, as the clouds see them."""

    repository: str
    """OWNER/NAME on GitHub; on GitLab the project's path."""
    forge: Forge
    prefixes: Sequence[str]
    """How the subjects of its tokens begin. More than one while a repository changes from one format to another."""

    @property
    def previews(self) -> Sequence[str]:
        """The subjects of read-only jobs."""
        return [subject for prefix in self.prefixes for subject in self.forge.preview(prefix)]

    def deployments(self, environment: str) -> Sequence[str]:
        """The subjects of the jobs that deploy to an environment."""
        return [subject for prefix in self.prefixes for subject in self.forge.deploy(prefix, environment)]


def _gitlab_subject(prefix: str, branch: str) -> str:
    return f"{prefix}:ref_type:branch:ref:{branch}"


FORGES: Mapping[str, Forge] = {
    # https://docs.github.com/actions/reference/security/oidc
    "github": Forge(
        issuer="token.actions.githubusercontent.com",
        prefix=github.subject_prefix,
        preview=lambda prefix: (f"{prefix}:pull_request", f"{prefix}:ref:refs/heads/{MAIN_BRANCH}"),
        deploy=lambda prefix, environment: (f"{prefix}:environment:{environment}",),
    ),
    # https://docs.gitlab.com/ci/secrets/id_token_authentication/: a subject there has no environment.
    "gitlab": Forge(
        issuer="gitlab.com",
        prefix=lambda project: f"project_path:{project}",
        preview=lambda prefix: (_gitlab_subject(prefix, "*"),),
        deploy=lambda prefix, environment: (
            _gitlab_subject(prefix, "*" if environment == REVIEW_ENVIRONMENT else MAIN_BRANCH),
        ),
    ),
}
