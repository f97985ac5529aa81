from typing import Any

from anykube._workloads.scaling import Autoscaling, Metric, MetricObject, Scaling, ScalingLimit
from anykube._workloads.worker.spec import WorkerSpec

from tests.components.workloads.rendering import rendered


def spec(**fields: Any) -> Any:
    autoscaling = Autoscaling(max=9, **fields)
    return rendered("web", "demo", WorkerSpec(image="a:1", autoscaling=autoscaling))["autoscaler"]["spec"]


def test_metrics_replace_the_default_target() -> None:
    ingress = MetricObject(api_version="networking.k8s.io/v1", kind="Ingress", name="web")
    metrics = (
        Metric(name="requests", average="1500m"),
        Metric(name="length", external=True, labels={"queue": "a"}, value="2000"),
        Metric(name="hits", object=ingress, average="7"),
    )
    assert spec(metrics=metrics)["metrics"] == [
        {
            "type": "Pods",
            "pods": {"metric": {"name": "requests"}, "target": {"type": "AverageValue", "averageValue": "1500m"}},
        },
        {
            "type": "External",
            "external": {
                "metric": {"name": "length", "selector": {"matchLabels": {"queue": "a"}}},
                "target": {"type": "Value", "value": "2k"},
            },
        },
        {
            "type": "Object",
            "object": {
                "describedObject": {"apiVersion": "networking.k8s.io/v1", "kind": "Ingress", "name": "web"},
                "metric": {"name": "hits"},
                "target": {"type": "AverageValue", "averageValue": "7"},
            },
        },
    ]
    assert [metric["type"] for metric in spec(cpu=50, metrics=metrics[:1])["metrics"]] == ["Resource", "Pods"]


def test_limits_of_the_change() -> None:
    down = Scaling(stabilization_seconds=0, limits=(ScalingLimit(pods=1, seconds=60),), select="Min")
    up = Scaling(limits=(ScalingLimit(percent=50, seconds=15),))
    assert spec(scale_down=down, scale_up=up)["behavior"] == {
        "scaleDown": {
            "stabilizationWindowSeconds": 0,
            "policies": [{"type": "Pods", "value": 1, "periodSeconds": 60}],
            "selectPolicy": "Min",
        },
        "scaleUp": {"policies": [{"type": "Percent", "value": 50, "periodSeconds": 15}], "selectPolicy": "Max"},
    }
    assert "behavior" not in spec()
