"""How a new version replaces the old one."""

from typing import Annotated

from pydantic import Field

from components.model import Model


class Rollout(Model):
    """How a new version replaces the old one. The default never falls below the wanted capacity."""

    max_surge: Annotated[str, Field(pattern=r"^\d+%?$")] = "25%"
    """Pods above `replicas` during a rollout: a number or a percentage."""
    max_unavailable: Annotated[str, Field(pattern=r"^(\d+|\d{1,2}%|100%)$")] = "0"
    """Pods that may be missing during a rollout: a number or a percentage."""
    progress_deadline: Annotated[int, Field(ge=10, le=3600)] = 300
    """Seconds that a rollout may take, 10 to 3600. After that it has failed: the old pods stay, the error names why."""


def pods(limit: str) -> str | int:
    """A number or percentage in Kubernetes' own types."""
    return limit if limit.endswith("%") else int(limit)
