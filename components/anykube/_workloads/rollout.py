"""How a new version replaces the old one."""

import re
from typing import Annotated, Literal

from pydantic import Field

from anykube._model import CheckedModel, example
from anykube._rules.standalone import rollout_moves

MinReady = Annotated[int, Field(ge=0, le=3600, examples=[10])]


class Rollout(CheckedModel, json_schema_extra=example(max_surge="1", progress_deadline=600)):
    """How a new version replaces the old one. By default, the number of ready pods never falls below `replicas`."""

    rules = (rollout_moves,)

    strategy: Literal["rolling", "recreate"] = "rolling"
    """`rolling`: new pods start before old ones stop. `recreate`: all old pods stop first, for apps that cannot run
    in two versions at once; `max_surge` and `max_unavailable` are then not allowed."""
    max_surge: Annotated[str, Field(pattern=r"^\d{1,9}%?$", examples=["1", "50%"])] = "25%"
    """Maximum number of pods above `replicas` during a rollout, as a number or a percentage."""
    max_unavailable: Annotated[str, Field(pattern=r"^(\d{1,9}|\d{1,2}%|100%)$", examples=["1", "10%"])] = "0"
    """Maximum number of unavailable pods during a rollout, as a number or a percentage."""
    min_ready_seconds: MinReady = 0
    """Seconds that a new pod must be ready before it counts as available, 0 to 3600. Less than
    `progress_deadline`."""
    progress_deadline: Annotated[int, Field(ge=10, le=3600, examples=[600])] = 300
    """Seconds that a rollout may take, 10 to 3600. Then it fails: the old pods keep running, and the error says why."""


def strategy(rollout: Rollout) -> dict[str, object]:
    """The `strategy` field of a Deployment.

    https://kubernetes.io/docs/concepts/workloads/controllers/deployment/#strategy
    """
    if rollout.strategy == "recreate":
        return {"type": "Recreate"}
    limits = {"maxSurge": pods(rollout.max_surge), "maxUnavailable": pods(rollout.max_unavailable)}
    return {"type": "RollingUpdate", "rollingUpdate": limits}


def pods(limit: str) -> str | int:
    """A number or percentage of pods, as Kubernetes' type IntOrString."""
    return limit if limit.endswith("%") else int(limit)


def is_zero(limit: str) -> bool:
    """Whether a number or percentage of pods is 0. A rollout whose two limits are 0 cannot proceed."""
    return bool(re.fullmatch(r"0+%?", limit))
