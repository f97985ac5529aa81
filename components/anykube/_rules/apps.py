"""Rules of apps, except for their routes and pods."""

from collections.abc import Iterator

from pydantic import TypeAdapter, ValidationError

from anykube._names import DnsLabel
from anykube._rules.context import RuleContext, apps
from anykube._rules.findings import Finding, dotted
from anykube._rules.node import ConfigNode
from anykube._rules.pods import containers
from anykube._rules.standalone import failure_rule, resource_limits, rollout_moves
from anykube._workloads.derived_names import MAX_NAME_LENGTH
from anykube._workloads.images import UNTAGGED, unpinned
from anykube._workloads.rollout import Rollout
from anykube._workloads.web.spec import Health

_LABEL = TypeAdapter[str](DnsLabel)
_MAX_NAME = 53
"""A Service's name has at most 63 characters; the rest is for suffixes."""
_ROLLED = ("web", "worker", "stateful", "daemon")
_MAX_NAME_BY_KIND = {"cronjob": MAX_NAME_LENGTH["CronJob"], "stateful": MAX_NAME_LENGTH["StatefulService"]}


def names(context: RuleContext) -> Iterator[Finding]:
    """The name of an app is also the name of its Service: an RFC 1035 label.

    https://kubernetes.io/docs/concepts/overview/working-with-objects/names/#rfc-1035-label-names
    """
    for name, app in context.settings["apps"].items():
        try:
            _LABEL.validate_python(name)
        except ValidationError:
            continue
        if name[0].isdigit():
            message = "the name begins with a digit, which is not allowed for a Service"
            yield Finding(app.path, message, "begin the name with a letter")
        longest = _MAX_NAME_BY_KIND.get(app["kind"].text or "", _MAX_NAME)
        if len(name) > longest:
            message = f"the name has {len(name)} characters"
            yield Finding(app.path, message, f"choose a name of at most {longest} characters")


def images(context: RuleContext) -> Iterator[Finding]:
    """An image has a version."""
    for container in _containers(context):
        image = container["image"].text
        mistake = unpinned(image) if image is not None else None
        if image is None or mistake is None:
            continue
        if mistake == UNTAGGED:
            remedy = f"add the version to run, such as {image.rstrip(':')}:1.0.0"
        else:
            remedy = "use a version, since the image behind latest changes"
        yield Finding(container["image"].path, f"{image} {mistake}", remedy)


def limits(context: RuleContext) -> Iterator[Finding]:
    """A limit is not below its request."""
    return (finding for container in _containers(context) for finding in resource_limits(container["resources"]))


def rollouts(context: RuleContext) -> Iterator[Finding]:
    """A rollout can progress."""
    return (finding for _, app in apps(context.settings) for finding in rollout_moves(app["rollout"]))


def deadlines(context: RuleContext) -> Iterator[Finding]:
    """A pod may take as long to start as its probes allow before the rollout fails."""
    for _, app in apps(context.settings):
        kind = app["kind"].text_or("web")
        if kind not in _ROLLED:
            continue
        rollout, name = (app["rollout"], "progress_deadline") if kind in ("web", "worker") else (app, "deadline")
        deadline, min_ready = rollout[name], rollout["min_ready_seconds"]
        deadline_seconds = deadline.number_or(Rollout().progress_deadline)
        if deadline_seconds is None:
            continue
        remedy = f"raise {dotted(deadline.path[2:])}"
        if (min_ready.number or 0) >= deadline_seconds:
            message = f"a pod must be ready for {min_ready.number} s, but a rollout fails after {deadline_seconds} s"
            yield Finding(min_ready.path, message, f"lower it, or {remedy}")
        checked = [app] if kind != "worker" or app["health"].is_mapping else []
        for container in (*checked, *(other for other in containers(app) if other["health"].is_mapping)):
            startup = container["health"]["startup_seconds"]
            if kind in ("stateful", "daemon") and not startup.is_set:
                continue  # a short deadline alone says that the pods start fast
            startup_seconds = startup.number_or(Health().startup_seconds)
            if startup_seconds is None or startup_seconds <= deadline_seconds:
                continue
            field = startup if startup.is_set else deadline
            message = f"a pod may start for {startup_seconds} s, but a rollout fails after {deadline_seconds} s"
            yield Finding(field.path, message, f"lower health.startup_seconds or {remedy}")


def jobs(context: RuleContext) -> Iterator[Finding]:
    """Fields of indexed jobs are only for these.

    https://kubernetes.io/docs/concepts/workloads/controllers/job/#backoff-limit-per-index
    """
    for _, app in apps(context.settings):
        per_index, failed = app["retries_per_index"], app["max_failed_indexes"]
        if per_index.is_set and app["indexed"].node.value is not True:
            yield Finding(per_index.path, "requires an indexed job", "set `indexed: true`, or use retries")
        if per_index.is_set and app["retries"].is_set:
            yield Finding(app["retries"].path, "has no effect with retries_per_index", "remove one of them")
        if failed.is_set and not per_index.is_set:
            yield Finding(failed.path, "requires a limit of retries for each index", "set retries_per_index")
        completions = app["completions"].number_or(1)
        if failed.number is not None and completions is not None and failed.number > completions:
            message = f"{failed.number} is greater than completions, which is {completions}"
            yield Finding(failed.path, message, "lower it or raise completions")
        for rule in app["on_failure"].elements():
            yield from failure_rule(rule)
            if rule["action"].text == "FailIndex" and not per_index.is_set:
                message = "FailIndex requires a limit of retries for each index"
                yield Finding(rule["action"].path, message, "set retries_per_index, or use FailJob")


def _containers(context: RuleContext) -> Iterator[ConfigNode]:
    """All containers, including the main one, whose fields are the app's."""
    for _, app in apps(context.settings):
        yield app
        yield from containers(app)
        if app["next"].is_mapping:
            yield app["next"]
