"""The subjects of GitHub's OIDC tokens, in the format that a repository uses.

The subjects of repositories that were created, renamed or moved after 2026-07-15 contain the IDs of owner and
repository, `repo:acme@1234/shop@5678:…`. Older repositories have `repo:acme/shop:…`, unless somebody changed that. A
role that trusts one format refuses tokens of the other, so the repository has to be asked.

https://docs.github.com/actions/concepts/security/openid-connect#immutable-subject-claims
"""

import json
import re
import shutil
import subprocess
from typing import Any

_PREFIX = re.compile(r"repo:([\w.-]+)(@\d+)?/([\w.-]+)(@\d+)?")
_TIMEOUT = 30.0
"""Seconds."""


class SubjectError(Exception):
    """The format of a repository's subjects is not known. The text says what to do, without a full stop."""


def subject_prefix(repository: str) -> str:
    """How the subjects of a repository's tokens begin, from GitHub's CLI. Raises SubjectError."""
    settings = _subject_settings(repository)
    if settings.get("use_default") is False:
        raise SubjectError(
            f"{repository} has a subject format of its own, but roles need the default one: its subjects name the "
            f"environment. Restore it: gh api --method PUT {_path(repository)} -F use_default=true"
        )
    prefix = settings.get("sub_claim_prefix")
    if not isinstance(prefix, str):
        raise SubjectError(_remedy(repository))
    return require_prefix(prefix, repository)


def require_prefix(prefix: str, repository: str) -> str:
    """The prefix, if it is one of this repository, in either format. Raises SubjectError."""
    match = _PREFIX.fullmatch(prefix)
    is_complete = match is not None and bool(match[2]) == bool(match[4])
    if match is None or not is_complete or f"{match[1]}/{match[3]}".lower() != repository.lower():
        owner, _, name = repository.partition("/")
        raise SubjectError(
            f"{prefix} is not how the subjects of {repository} begin. "
            f"Use repo:{repository}, or repo:{owner}@ID/{name}@ID with its IDs"
        )
    return prefix


def _subject_settings(repository: str) -> dict[str, Any]:
    """https://docs.github.com/rest/actions/oidc"""
    program = shutil.which("gh")
    if program is None:
        raise SubjectError(_remedy(repository))
    command = (program, "api", _path(repository))
    try:
        result = subprocess.run(command, capture_output=True, text=True, check=True, timeout=_TIMEOUT)
        settings = json.loads(result.stdout)
    except (OSError, subprocess.SubprocessError, ValueError):
        raise SubjectError(_remedy(repository)) from None
    return settings if isinstance(settings, dict) else {}


def _path(repository: str) -> str:
    return f"repos/{repository}/actions/oidc/customization/sub"


def _remedy(repository: str) -> str:
    return (
        f"GitHub's CLI does not say how the subjects of {repository} begin. Log in with `gh auth login`, or pass what "
        f"`gh api {_path(repository)} --jq .sub_claim_prefix` prints as --subject-prefix"
    )
