"""Whose tokens a cloud takes: what a forge says of a job, by which a role knows that the job may have it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

MAIN = "main"
"""The branch that is brought up."""
REVIEW = "review"
"""The environment of review stacks."""


@dataclass(frozen=True)
class Forge:
    """A forge, as an issuer of tokens."""

    issuer: str
    """Without `https://`, as a cloud names it."""
    preview: Callable[[str], Sequence[str]]
    """Of a repository, the subjects of jobs that only read; `*` is anything."""
    deploy: Callable[[str, str], Sequence[str]]
    """Of a repository and an environment, the subjects of jobs that write."""


def _of_gitlab(project: str, branch: str) -> str:
    return f"project_path:{project}:ref_type:branch:ref:{branch}"


FORGES: Mapping[str, Forge] = {
    # https://docs.github.com/actions/reference/security/oidc
    "github": Forge(
        "token.actions.githubusercontent.com",
        lambda repository: (f"repo:{repository}:pull_request", f"repo:{repository}:ref:refs/heads/{MAIN}"),
        lambda repository, environment: (f"repo:{repository}:environment:{environment}",),
    ),
    # https://docs.gitlab.com/ci/secrets/id_token_authentication/: no environment is in a subject there.
    "gitlab": Forge(
        "gitlab.com",
        lambda repository: (_of_gitlab(repository, "*"),),
        lambda repository, environment: (_of_gitlab(repository, "*" if environment == REVIEW else MAIN),),
    ),
}
