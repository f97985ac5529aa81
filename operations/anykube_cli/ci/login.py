"""Tells the clouds' SDKs who a job is, by the OIDC token that its forge gave it: no key is stored anywhere.

A job of GitLab has a token for each cloud in its environment, by `id_tokens`. One of GitHub has been logged in by the
clouds' own actions, but for what Pulumi's provider for Azure wants to be told; it asks GitHub for tokens itself.

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
    """What a job is told of a cloud, and what the SDKs take."""

    name: str
    """Begins the name of the file with its token."""
    wanted: tuple[str, ...]
    """The variables that name the role. The first one missing or empty: no login there. The others have to be given."""
    token: str
    """The variable with the job's token for it."""
    variables: Callable[[Mapping[str, str], Path | None], Mapping[str, str]]
    """What the SDKs are told, by these variables and the file with the token; None: the forge is asked for it."""
    needs_token: bool = True


class LoginError(Exception):
    """What is missing, in a sentence."""


def variables(environment: Mapping[str, str], folder: Path) -> Mapping[str, str]:
    """What a job has to set, for each cloud that is named. Tokens are written into the folder, for their owner alone.

    Raises LoginError.
    """
    # GitLab leaves the reference to a variable that nobody set as it is written.
    given = {name: value for name, value in environment.items() if not value.startswith("$")}
    found: dict[str, str] = {}
    for login in logins():
        if not given.get(login.wanted[0]):
            continue
        if missing := [one for one in login.wanted if not given.get(one)]:
            raise LoginError(f"{login.wanted[0]} is set, and {', '.join(missing)} is not: docs/ci.md says what it is")
        token = given.get(login.token)
        if not token and login.needs_token:
            raise LoginError(
                f"{login.wanted[0]} is set, and there is no token {login.token}: the job's id_tokens name it"
            )
        file = write_private(folder / f"{login.name}-token", token) if token else None
        found |= login.variables(given, file)
    return found


def logins() -> Iterator[Login]:
    """How a job logs in, at each cloud that says so."""
    for cloud in definitions().values():
        if cloud.login:
            login: Login = resolve(cloud.login)
            yield login


def write_private(file: Path, text: str) -> Path:
    """Writes a file that only its owner can read, in the place of one that was there."""
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    file.unlink(missing_ok=True)
    with open(file, "x", opener=lambda path, flags: os.open(path, flags, 0o600), encoding="utf-8") as out:
        out.write(text)
    return file
