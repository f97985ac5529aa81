"""Logs the clouds' SDKs in with the OIDC token of a CI job. No access key is stored anywhere.

A GitLab job has a token for each cloud in its environment, through `id_tokens`. A GitHub job logs in with the clouds'
own actions. Only Pulumi's Azure provider needs more variables, and requests its tokens from GitHub itself.

https://docs.gitlab.com/ci/cloud_services/ and https://docs.github.com/actions/reference/security/oidc
"""

import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from anykube._clouds.definition import resolve
from anykube._clouds.registry import definitions


@dataclass(frozen=True)
class Login:
    """How a job logs in to a cloud."""

    name: str
    """The beginning of the name of the token's file."""
    required: tuple[str, ...]
    """The variables that name the role. If the first is empty or missing, the job does not log in to this cloud."""
    token: str
    """The variable with the job's token for this cloud."""
    variables: Callable[[Mapping[str, str], Path | None], Mapping[str, str]]
    """The variables for the SDKs, from the job's variables and the token's file; None: the SDK requests the token."""
    needs_token: bool = True


class LoginError(Exception):
    """A variable is missing. The text says which, without a full stop."""


def variables(environment: Mapping[str, str], folder: Path) -> Mapping[str, str]:
    """The variables for the SDKs of each cloud that the job names. Raises LoginError.

    Writes the tokens to files in the folder, readable only by their owner.
    """
    # GitLab leaves a reference to an unset variable as it is.
    job = {name: value for name, value in environment.items() if not value.startswith("$")}
    result: dict[str, str] = {}
    for login in logins():
        if not job.get(login.required[0]):
            continue
        if missing := [name for name in login.required if not job.get(name)]:
            names = ", ".join(missing)
            raise LoginError(f"{login.required[0]} is set, but not {names}. See docs/reference/ci-variables.md")
        token = job.get(login.token)
        if not token and login.needs_token:
            raise LoginError(
                f"{login.required[0]} is set, but the job has no token {login.token}. Add it to the job's id_tokens"
            )
        file = write_private(folder / f"{login.name}-token", token) if token else None
        result |= login.variables(job, file)
    return result


def logins() -> Iterator[Login]:
    """The logins of all clouds that support one."""
    for cloud in definitions().values():
        if cloud.login:
            login: Login = resolve(cloud.login)
            yield login


def write_private(file: Path, text: str) -> Path:
    """Writes a file that only its owner can read. Replaces an existing one."""
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    file.unlink(missing_ok=True)
    with open(file, "x", opener=lambda path, flags: os.open(path, flags, 0o600), encoding="utf-8") as out:
        out.write(text)
    return file
