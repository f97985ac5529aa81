"""Secrets that the environment gives, before what a stack's config has: for a job that has them from elsewhere."""

import os

PREFIX = "ANYKUBE_SECRET_"


def variable(name: str) -> str:
    """The variable of a secret: `web-session-key` is ANYKUBE_SECRET_WEB_SESSION_KEY. No two names have the same."""
    return PREFIX + name.upper().replace("-", "_")


def value(name: str) -> str | None:
    """What the environment gives for a secret. Empty is not given: so CI has a variable whose secret is missing."""
    return os.environ.get(variable(name)) or None


def names() -> list[str]:
    """The variables that are given, sorted."""
    return sorted(key for key, text in os.environ.items() if key.startswith(PREFIX) and text)


def values() -> list[str]:
    """All that is given."""
    return [os.environ[key] for key in names()]
