"""Autoscaling and disruption budgets."""

from typing import Annotated

from pydantic import Field

from anykube._kubernetes import Manifest
from anykube._model import CheckedModel, Model, example
from anykube._rules.standalone import autoscaling_bounds
from anykube._workloads.metadata import metadata, selector
from anykube._workloads.rollout import pods

Percent = Annotated[int, Field(ge=1, le=1000, examples=[70])]


class Autoscaling(CheckedModel, json_schema_extra=example(min=2, max=10, cpu=70)):
    """A HorizontalPodAutoscaler, which sets the number of pods.

    https://kubernetes.io/docs/concepts/workloads/autoscaling/horizontal-pod-autoscale/
    """

    rules = (autoscaling_bounds,)

    min: Annotated[int, Field(ge=1, le=1000, examples=[2])] = 2
    """Minimum number of pods, 1 to 1000."""
    max: Annotated[int, Field(ge=1, le=1000, examples=[10])]
    """Maximum number of pods, 1 to 1000."""
    cpu: Percent | None = None
    """Target for the average CPU use of the pods, in percent of the CPU request, 1 to 1000. Default: 80 if `memory` is
    not set, otherwise no target."""
    memory: Percent | None = None
    """Target for the average memory use of the pods, in percent of the memory request, 1 to 1000.
    Default: no target."""

    @property
    def targets(self) -> dict[str, int]:
        """The target usage in percent of the request, by resource."""
        targets = {"cpu": self.cpu, "memory": self.memory}
        return {name: percent for name, percent in targets.items() if percent} or {"cpu": 80}


class Disruption(Model, json_schema_extra=example(max_unavailable="25%")):
    """A PodDisruptionBudget: how many pods may be unavailable while nodes are drained.

    https://kubernetes.io/docs/tasks/run-application/configure-pdb/
    """

    max_unavailable: Annotated[str, Field(pattern=r"^([1-9]\d{0,8}|[1-9]\d?%|100%)$", examples=["2", "25%"])] = "1"
    """Maximum number of unavailable pods, as a number or a percentage. Not 0, which would block node drains."""


REPLICAS = ("spec.replicas",)
"""The fields that an autoscaler controls. The manifest sets them, so that an app starts with the minimum and keeps its
pods when it gets an autoscaler. After that, Pulumi ignores changes of them."""


def autoscaler(app: str, namespace: str, kind: str, autoscaling: Autoscaling | None) -> Manifest | None:
    """The HorizontalPodAutoscaler of the app's Deployment or StatefulSet."""
    if autoscaling is None:
        return None
    return {
        "apiVersion": "autoscaling/v2",
        "kind": "HorizontalPodAutoscaler",
        "metadata": metadata(app, namespace),
        "spec": {
            "scaleTargetRef": {"apiVersion": "apps/v1", "kind": kind, "name": app},
            "minReplicas": autoscaling.min,
            "maxReplicas": autoscaling.max,
            "metrics": [
                {
                    "type": "Resource",
                    "resource": {"name": name, "target": {"type": "Utilization", "averageUtilization": percent}},
                }
                for name, percent in autoscaling.targets.items()
            ],
        },
    }


def budget(app: str, namespace: str, min_replicas: int, disruption: Disruption) -> Manifest | None:
    """The PodDisruptionBudget of an app; None if it can have fewer than two pods.

    It sets maxUnavailable and not minAvailable, so that it can be met at any scale. Pods that are not ready do not
    block a drain.
    """
    if min_replicas < 2:
        return None
    return {
        "apiVersion": "policy/v1",
        "kind": "PodDisruptionBudget",
        "metadata": metadata(app, namespace),
        "spec": {
            "maxUnavailable": pods(disruption.max_unavailable),
            "selector": {"matchLabels": selector(app)},
            "unhealthyPodEvictionPolicy": "AlwaysAllow",
        },
    }
