"""Rules of autoscaling."""

from collections.abc import Iterator

from anykube._rules.context import RuleContext, apps
from anykube._rules.findings import Finding
from anykube._rules.standalone import autoscaling_bounds, metric_target, scaling_limit


def autoscalers(context: RuleContext) -> Iterator[Finding]:
    """The number of pods is set either by replicas or by autoscaling, whose bounds are consistent."""
    for _, app in apps(context.settings):
        bounds = app["autoscaling"]
        if not bounds.is_mapping:
            continue
        if app["replicas"].is_set:
            message = "not allowed with autoscaling, which sets the number of pods"
            yield Finding(app["replicas"].path, message, "remove it and set autoscaling.min instead")
        yield from autoscaling_bounds(bounds)
        for metric in bounds["metrics"].elements():
            yield from metric_target(metric)
        for direction in ("scale_up", "scale_down"):
            for limit in bounds[direction]["limits"].elements():
                yield from scaling_limit(limit)
