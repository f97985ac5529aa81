"""How many pods there are, and how many may be missing."""

from typing import Annotated

from pydantic import Field

from anykube._kubernetes import Manifest
from anykube._model import CheckedModel, Model
from anykube._rules.standalone import autoscaling_bounds
from anykube._workloads.metadata import metadata, selector
from anykube._workloads.rollout import pods

Percent = Annotated[int, Field(ge=1, le=1000)]


class Autoscaling(CheckedModel):
    """A HorizontalPodAutoscaler: it owns the number of pods.

    https://kubernetes.io/docs/concepts/workloads/autoscaling/horizontal-pod-autoscale/
    """

    rules = (autoscaling_bounds,)

    min: Annotated[int, Field(ge=1, le=1000)] = 2
    max: Annotated[int, Field(ge=1, le=1000)]
    cpu: Percent | None = None
    """Percent of the CPU request that pods use on average. None, and none for memory: 80."""
    memory: Percent | None = None
    """Percent of the memory request."""

    @property
    def targets(self) -> dict[str, int]:
        """Percent of the request by resource."""
        asked = {"cpu": self.cpu, "memory": self.memory}
        return {name: percent for name, percent in asked.items() if percent} or {"cpu": 80}


class Disruption(Model):
    """A PodDisruptionBudget: how many pods may be missing while nodes are drained.

    https://kubernetes.io/docs/tasks/run-application/configure-pdb/
    """

    max_unavailable: Annotated[str, Field(pattern=r"^([1-9]\d*|[1-9]\d?%|100%)$")] = "1"
    """A number or a percentage, never 0: a node could not be drained then."""


REPLICAS = ("spec.replicas",)
"""What an autoscaler owns. It is in the manifest, so that an app begins with its minimum, and keeps its pods when it is
given an autoscaler; from then on Pulumi's provider leaves it out of what it applies."""


def autoscaler(app: str, namespace: str, kind: str, asked: Autoscaling | None) -> Manifest | None:
    """The autoscaler of a Deployment or StatefulSet of the app's name."""
    if asked is None:
        return None
    return {
        "apiVersion": "autoscaling/v2",
        "kind": "HorizontalPodAutoscaler",
        "metadata": metadata(app, namespace),
        "spec": {
            "scaleTargetRef": {"apiVersion": "apps/v1", "kind": kind, "name": app},
            "minReplicas": asked.min,
            "maxReplicas": asked.max,
            "metrics": [
                {
                    "type": "Resource",
                    "resource": {"name": name, "target": {"type": "Utilization", "averageUtilization": percent}},
                }
                for name, percent in asked.targets.items()
            ],
        },
    }


def budget(app: str, namespace: str, fewest: int, asked: Disruption) -> Manifest | None:
    """The budget of an app of at least `fewest` pods; None where it could be no help: below two.

    It says how many may be missing, never how many must be there, so that it can be met at any scale; and pods that are
    not ready never hold up a drain.
    """
    if fewest < 2:
        return None
    return {
        "apiVersion": "policy/v1",
        "kind": "PodDisruptionBudget",
        "metadata": metadata(app, namespace),
        "spec": {
            "maxUnavailable": pods(asked.max_unavailable),
            "selector": {"matchLabels": selector(app)},
            "unhealthyPodEvictionPolicy": "AlwaysAllow",
        },
    }
