"""How a new version replaces the old one."""

import re
from typing import Annotated, Literal

from pydantic import Field

from anykube._model import CheckedModel
from anykube._rules.standalone import rollout_moves


class Rollout(CheckedModel):
    """How a new version replaces the old one. The default never falls below the wanted capacity."""

    rules = (rollout_moves,)

    strategy: Literal["rolling", "recreate"] = "rolling"
    """rolling: new pods come before old ones go. recreate: all old ones go first, for what bears no second one beside
    it; `max_surge` and `max_unavailable` say nothing then."""
    max_surge: Annotated[str, Field(pattern=r"^\d+%?$")] = "25%"
    """Pods above `replicas` during a rollout: a number or a percentage."""
    max_unavailable: Annotated[str, Field(pattern=r"^(\d+|\d{1,2}%|100%)$")] = "0"
    """Pods that may be missing during a rollout: a number or a percentage."""
    progress_deadline: Annotated[int, Field(ge=10, le=3600)] = 300
    """Seconds that a rollout may take, 10 to 3600. After that it has failed: the old pods stay, the error names why."""


def strategy(rollout: Rollout) -> dict[str, object]:
    """The `strategy` of a Deployment.

    https://kubernetes.io/docs/concepts/workloads/controllers/deployment/#strategy
    """
    if rollout.strategy == "recreate":
        return {"type": "Recreate"}
    limits = {"maxSurge": pods(rollout.max_surge), "maxUnavailable": pods(rollout.max_unavailable)}
    return {"type": "RollingUpdate", "rollingUpdate": limits}


def pods(limit: str) -> str | int:
    """A number or percentage in Kubernetes' own types."""
    return limit if limit.endswith("%") else int(limit)


def is_none(limit: str) -> bool:
    """Whether a number or percentage of pods is 0. Where both of a rollout's limits are, it cannot move."""
    return bool(re.fullmatch(r"0+%?", limit))
