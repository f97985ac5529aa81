"""Deployments: interchangeable pods."""

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import Field

from anykube._workloads.metadata import metadata, selector
from anykube._workloads.parts import ManifestPart, after
from anykube._workloads.pods.spec import WorkloadSpec
from anykube._workloads.rollout import Rollout, strategy
from anykube._workloads.scaling import REPLICAS, Autoscaling, Disruption, autoscaler, budget


class DeploymentSpec(WorkloadSpec):
    """Settings of apps that run as a Deployment."""

    replicas: Annotated[int, Field(ge=0, le=1000, examples=[3])] = 2
    """Number of pods, 0 to 1000. Not allowed with `autoscaling`."""
    autoscaling: Autoscaling | None = None
    """Sets the number of pods by their load. Default: no autoscaling."""
    disruption: Disruption = Disruption()
    """How many pods may be unavailable while nodes are drained. Has no effect with fewer than two pods."""
    rollout: Rollout = Rollout()
    """How a new version replaces the old one."""
    spread: Literal["required", "preferred"] = "required"
    """How pods spread over nodes. `required`: a pod is not scheduled if its node would have more than one pod above the
    minimum. `preferred`: the scheduler only prefers an even spread."""


def deployment(app: str, namespace: str, spec: DeploymentSpec, template: Mapping[str, Any]) -> list[ManifestPart]:
    """The Deployment, HorizontalPodAutoscaler and PodDisruptionBudget."""
    min_replicas = spec.autoscaling.min if spec.autoscaling else spec.replicas
    manifest = {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": metadata(app, namespace),
        "spec": {
            "replicas": min_replicas,
            "selector": {"matchLabels": selector(app)},
            "strategy": strategy(spec.rollout),
            **({"minReadySeconds": spec.rollout.min_ready_seconds} if spec.rollout.min_ready_seconds else {}),
            "progressDeadlineSeconds": spec.rollout.progress_deadline,
            "revisionHistoryLimit": 3,
            "template": template,
        },
    }
    return [
        # Without a timeout, the provider waits ten minutes, even when the progress deadline has passed.
        ManifestPart(
            "deployment", manifest, "workload", spec.rollout.progress_deadline, REPLICAS if spec.autoscaling else ()
        ),
        *after("autoscaler", autoscaler(app, namespace, "Deployment", spec.autoscaling)),
        *after("budget", budget(app, namespace, min_replicas, spec.disruption)),
    ]
