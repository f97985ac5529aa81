"""Rules of how many pods there are."""

from collections.abc import Iterator

from anykube._rules.context import RuleContext, apps
from anykube._rules.findings import Finding
from anykube._rules.standalone import autoscaling_bounds


def autoscalers(context: RuleContext) -> Iterator[Finding]:
    """The number of pods has one owner, and bounds that agree."""
    for _, app in apps(context.settings):
        bounds = app["autoscaling"]
        if not bounds.is_mapping:
            continue
        if app["replicas"].given:
            what = "is given beside autoscaling, which owns the number of pods"
            yield Finding(app["replicas"].path, what, "remove it; autoscaling.min is the least there will be")
        yield from autoscaling_bounds(bounds)
