"""Rules of how many pods there are."""

from collections.abc import Iterator

from anykube.settings.problems import Finding
from anykube.settings.rules.scene import Scene, apps
from anykube.workloads.scaling import Autoscaling

_LEAST: int = Autoscaling.model_fields["min"].default


def autoscalers(scene: Scene) -> Iterator[Finding]:
    """The number of pods has one owner, and bounds that agree."""
    for _, app in apps(scene.page):
        bounds = app["autoscaling"]
        if not bounds.is_mapping:
            continue
        if app["replicas"].given:
            what = "is given beside autoscaling, which owns the number of pods"
            yield Finding(app["replicas"].path, what, "remove it; autoscaling.min is the least there will be")
        low, high = bounds["min"].number_or(_LEAST), bounds["max"].number
        if low is not None and high is not None and low > high:
            at = bounds["min"] if bounds["min"].given else bounds["max"]
            what = f"does not agree: min is {low}, above max, which is {high}"
            yield Finding(at.path, what, "lower min or raise max")
