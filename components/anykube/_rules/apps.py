"""Rules of apps, but for their routes."""

from collections.abc import Iterator

from pydantic import TypeAdapter, ValidationError

from anykube._names import DnsLabel
from anykube._rules.context import RuleContext, apps
from anykube._rules.findings import Finding
from anykube._rules.node import ConfigNode
from anykube._rules.pods import containers
from anykube._rules.standalone import resource_limits, rollout_moves
from anykube._workloads.images import UNTAGGED, unpinned
from anykube._workloads.names import MAX_NAME_LENGTH
from anykube._workloads.rollout import Rollout
from anykube._workloads.web.spec import Health

_LABEL = TypeAdapter[str](DnsLabel)
_LONGEST_NAME = 53
"""What is left of a Service's 63 characters, with room for suffixes."""
_LONGEST_OF = {"cronjob": MAX_NAME_LENGTH["CronJob"], "stateful": MAX_NAME_LENGTH["StatefulService"]}


def names(context: RuleContext) -> Iterator[Finding]:
    """An app's name is that of its Service: an RFC 1035 label.

    https://kubernetes.io/docs/concepts/overview/working-with-objects/names/#rfc-1035-label-names
    """
    for name, app in context.settings["apps"].items():
        try:
            _LABEL.validate_python(name)
        except ValidationError:
            continue
        if name[0].isdigit():
            yield Finding(app.path, "begins with a digit", "begin the name with a letter, as a Service's must")
        longest = _LONGEST_OF.get(app["kind"].text or "", _LONGEST_NAME)
        if len(name) > longest:
            yield Finding(app.path, f"has {len(name)} characters", f"choose a name of at most {longest}")


def images(context: RuleContext) -> Iterator[Finding]:
    """An image says which build it is."""
    for app in _containers(context):
        image = app["image"].text
        what = unpinned(image) if image is not None else None
        if image is None or what is None:
            continue
        if what == UNTAGGED:
            remedy = f"write which version to run, such as {image.rstrip(':')}:1.0.0"
        else:
            remedy = "name the version, since latest is another image every day"
        yield Finding(app["image"].path, f"{what}: {image}", remedy)


def limits(context: RuleContext) -> Iterator[Finding]:
    """A limit is not below its request."""
    return (finding for app in _containers(context) for finding in resource_limits(app["resources"]))


def rollouts(context: RuleContext) -> Iterator[Finding]:
    """A rollout can move."""
    return (finding for _, app in apps(context.settings) for finding in rollout_moves(app["rollout"]))


def deadlines(context: RuleContext) -> Iterator[Finding]:
    """A pod may start before its rollout is called failed."""
    for _, app in apps(context.settings):
        startup, deadline = app["health"]["startup_seconds"], app["rollout"]["progress_deadline"]
        longest, patience = startup.number_or(Health().startup_seconds), deadline.number_or(Rollout().progress_deadline)
        if longest is None or patience is None or longest <= patience:
            continue
        at = startup if startup.given else deadline
        what = f"lets a pod start for {longest} s, but a rollout fails after {patience} s"
        yield Finding(at.path, what, "lower health.startup_seconds or raise rollout.progress_deadline")


def _containers(context: RuleContext) -> Iterator[ConfigNode]:
    """Every container: an app is its own one."""
    for _, app in apps(context.settings):
        yield app
        yield from containers(app)
        if app["next"].is_mapping:
            yield app["next"]
