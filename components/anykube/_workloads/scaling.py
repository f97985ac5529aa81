"""Autoscaling and disruption budgets."""

import re
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field

from anykube._kubernetes import Manifest
from anykube._model import CheckedModel, Model, Seq, example
from anykube._names import LabelKey, LabelValue, amount
from anykube._rules.standalone import autoscaling_bounds, metric_target, scaling_limit
from anykube._workloads.metadata import metadata, selector
from anykube._workloads.quantities import canonical
from anykube._workloads.rollout import pods

Percent = Annotated[int, Field(ge=1, le=1000, examples=[70])]


def _positive(value: str) -> str:
    if amount(value) <= 0:
        raise ValueError("must be more than 0")
    return value


MetricAmount = Annotated[str, AfterValidator(_positive), Field(examples=["100"])]
"""A positive Kubernetes quantity."""


def _url_part(value: str) -> str:
    if not re.fullmatch(r"[^\s/%]+", value) or value in (".", ".."):
        raise ValueError("must not be empty, '.' or '..', and have no spaces, '/' or '%'")
    return value


UrlPart = Annotated[str, AfterValidator(_url_part)]
"""A name that is a part of a URL."""


API_VERSION = r"^([a-z0-9][-.a-z0-9]*/)?v[0-9][a-z0-9]*$"
KIND = r"^[A-Z][A-Za-z0-9]*$"


class MetricObject(Model, json_schema_extra=example(api_version="networking.k8s.io/v1", kind="Ingress", name="web")):
    """The object in the app's namespace that a metric describes."""

    api_version: Annotated[str, Field(pattern=API_VERSION, examples=["networking.k8s.io/v1"])]
    """API version of the object, with its group."""
    kind: Annotated[str, Field(pattern=KIND, examples=["Ingress"])]
    """Kind of the object."""
    name: Annotated[UrlPart, Field(examples=["web"])]
    """Name of the object."""


class Metric(CheckedModel, json_schema_extra=example(name="http_requests_per_second", average="100")):
    """A metric of the pods, of another object, or from outside the cluster, which a metrics adapter in the cluster
    provides. Exactly one of `average` and `value` is required.

    https://kubernetes.io/docs/tasks/run-application/horizontal-pod-autoscale-walkthrough/
    """

    rules = (metric_target,)

    name: Annotated[UrlPart, Field(examples=["http_requests_per_second"])]
    """Name of the metric."""
    external: bool = False
    """Whether the metric is from outside the cluster, such as the length of a queue."""
    object: MetricObject | None = None
    """The object that the metric describes. Default: the app's pods, unless the metric is external."""
    labels: Annotated[dict[LabelKey, LabelValue], Field(examples=[{"queue": "orders"}])] = {}
    """Labels of the metric. Default: all of its series."""
    average: MetricAmount | None = None
    """Target for the metric divided by the number of pods, as a Kubernetes quantity."""
    value: MetricAmount | None = None
    """Target for the metric itself, as a Kubernetes quantity. Not for metrics of the pods."""


class ScalingLimit(CheckedModel, json_schema_extra=example(percent=100, seconds=15)):
    """By how much the number of pods may change in a period. Exactly one of `pods` and `percent` is required."""

    rules = (scaling_limit,)

    pods: Annotated[int, Field(ge=1, le=1000, examples=[4])] | None = None
    """Maximum number of pods that are added or removed, 1 to 1000."""
    percent: Annotated[int, Field(ge=1, le=1000, examples=[100])] | None = None
    """The same in percent of the number of pods, 1 to 1000."""
    seconds: Annotated[int, Field(ge=1, le=1800, examples=[15])]
    """Length of the period in seconds, 1 to 1800."""


class Scaling(Model, json_schema_extra=example(stabilization_seconds=600, limits=[{"pods": 1, "seconds": 60}])):
    """How fast the number of pods changes in one direction.

    https://kubernetes.io/docs/concepts/workloads/autoscaling/horizontal-pod-autoscale/#configurable-scaling-behavior
    """

    stabilization_seconds: Annotated[int, Field(ge=0, le=3600, examples=[600])] | None = None
    """Seconds over which the most cautious number of pods counts, 0 to 3600. Default: 0 up, 300 down."""
    limits: Annotated[Seq[ScalingLimit], Field(max_length=20)] = ()
    """Limits of the change, at most 20. Default: up, 4 pods or 100 percent in 15 seconds; down, no limit."""
    select: Literal["Max", "Min", "Disabled"] = "Max"
    """`Max`: the limit that allows the largest change. `Min`: the smallest change. `Disabled`: no change."""


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
    """Target for the average CPU use of the pods, in percent of the CPU request, 1 to 1000. Default: 80 if there is no
    other target, otherwise none."""
    memory: Percent | None = None
    """Target for the average memory use of the pods, in percent of the memory request, 1 to 1000.
    Default: no target."""
    metrics: Annotated[Seq[Metric], Field(max_length=20)] = ()
    """Targets for other metrics, at most 20. The target that needs the most pods decides. Default: none."""
    scale_up: Scaling | None = None
    """How fast pods are added. Default: Kubernetes' default."""
    scale_down: Scaling | None = None
    """How fast pods are removed. Default: Kubernetes' default."""

    @property
    def targets(self) -> dict[str, int]:
        """The target usage in percent of the request, by resource."""
        targets = {"cpu": self.cpu, "memory": self.memory}
        return {name: percent for name, percent in targets.items() if percent} or ({} if self.metrics else {"cpu": 80})


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
                *(
                    {
                        "type": "Resource",
                        "resource": {"name": name, "target": {"type": "Utilization", "averageUtilization": percent}},
                    }
                    for name, percent in autoscaling.targets.items()
                ),
                *map(_metric, autoscaling.metrics),
            ],
            **_behavior(autoscaling),
        },
    }


def _metric(metric: Metric) -> dict[str, object]:
    selector = {"selector": {"matchLabels": dict(metric.labels)}} if metric.labels else {}
    identifier = {"name": metric.name, **selector}
    if metric.average:
        target = {"type": "AverageValue", "averageValue": canonical(metric.average)}
    else:
        target = {"type": "Value", "value": canonical(metric.value or "1")}
    fields = {"metric": identifier, "target": target}
    if metric.object is None:
        return {"type": "External", "external": fields} if metric.external else {"type": "Pods", "pods": fields}
    described = {"apiVersion": metric.object.api_version, "kind": metric.object.kind, "name": metric.object.name}
    return {"type": "Object", "object": {"describedObject": described, **fields}}


def _behavior(autoscaling: Autoscaling) -> dict[str, object]:
    directions = {"scaleUp": autoscaling.scale_up, "scaleDown": autoscaling.scale_down}
    behavior = {name: _scaling(scaling) for name, scaling in directions.items() if scaling}
    return {"behavior": behavior} if behavior else {}


def _scaling(scaling: Scaling) -> dict[str, Any]:
    seconds = scaling.stabilization_seconds
    policies = [
        {"type": "Pods", "value": limit.pods, "periodSeconds": limit.seconds}
        if limit.pods
        else {"type": "Percent", "value": limit.percent, "periodSeconds": limit.seconds}
        for limit in scaling.limits
    ]
    return {
        **({"stabilizationWindowSeconds": seconds} if seconds is not None else {}),
        **({"policies": policies} if policies else {}),
        "selectPolicy": scaling.select,
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
