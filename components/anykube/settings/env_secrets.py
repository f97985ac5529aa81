"""Secrets from environment variables, which take precedence over the stack's config."""

import os

PREFIX = "ANYKUBE_SECRET_"


def variable(name: str) -> str:
    """The environment variable of a secret: ANYKUBE_SECRET_WEB_SESSION_KEY for `web-session-key`."""
    return PREFIX + name.upper().replace("-", "_")


def value(name: str) -> str | None:
    """The value of a secret. An empty variable counts as unset: CI sets the variable of a missing secret to nothing."""
    return os.environ.get(variable(name)) or None


def names() -> list[str]:
    """All variables that are set, sorted."""
    return sorted(key for key, text in os.environ.items() if key.startswith(PREFIX) and text)


def values() -> list[str]:
    """The values of all variables that are set."""
    return [os.environ[key] for key in names()]
