"""How GitHub's and GitLab's OIDC tokens identify a CI job, so that a cloud role can trust only some jobs."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

MAIN_BRANCH = "main"
"""The branch that is deployed."""
REVIEW_ENVIRONMENT = "review"
"""The environment of review stacks."""


@dataclass(frozen=True)
class Forge:
    """A forge as an issuer of OIDC tokens."""

    issuer: str
    """Without `https://`, as in a cloud's API."""
    preview: Callable[[str], Sequence[str]]
    """Takes a repository. Returns the subjects of its read-only jobs; `*` matches anything."""
    deploy: Callable[[str, str], Sequence[str]]
    """Takes a repository and an environment. Returns the subjects of the jobs that deploy to it."""


def _gitlab_subject(project: str, branch: str) -> str:
    return f"project_path:{project}:ref_type:branch:ref:{branch}"


FORGES: Mapping[str, Forge] = {
    # https://docs.github.com/actions/reference/security/oidc
    "github": Forge(
        "token.actions.githubusercontent.com",
        lambda repository: (f"repo:{repository}:pull_request", f"repo:{repository}:ref:refs/heads/{MAIN_BRANCH}"),
        lambda repository, environment: (f"repo:{repository}:environment:{environment}",),
    ),
    # https://docs.gitlab.com/ci/secrets/id_token_authentication/: a subject there has no environment.
    "gitlab": Forge(
        "gitlab.com",
        lambda repository: (_gitlab_subject(repository, "*"),),
        lambda repository, environment: (
            _gitlab_subject(repository, "*" if environment == REVIEW_ENVIRONMENT else MAIN_BRANCH),
        ),
    ),
}
