"""Rules of apps, but for their routes."""

from collections.abc import Iterator
from decimal import Decimal

from pydantic import TypeAdapter, ValidationError

from anykube.names import DnsLabel, amount
from anykube.settings.problems import Finding
from anykube.settings.rules.pods import containers
from anykube.settings.rules.scene import Scene, apps
from anykube.settings.view import View
from anykube.workloads.images import UNTAGGED, unpinned
from anykube.workloads.names import LONGEST
from anykube.workloads.pods.spec import Resources
from anykube.workloads.rollout import Rollout, is_none
from anykube.workloads.web.spec import Health

_LABEL = TypeAdapter[str](DnsLabel)
_LONGEST_NAME = 53
"""What is left of a Service's 63 characters, with room for suffixes."""
_LONGEST_OF = {"cronjob": LONGEST["CronJob"], "stateful": LONGEST["StatefulService"]}


def names(scene: Scene) -> Iterator[Finding]:
    """An app's name is that of its Service: an RFC 1035 label.

    https://kubernetes.io/docs/concepts/overview/working-with-objects/names/#rfc-1035-label-names
    """
    for name, app in scene.page["apps"].items():
        try:
            _LABEL.validate_python(name)
        except ValidationError:
            continue
        if name[0].isdigit():
            yield Finding(app.path, "begins with a digit", "begin the name with a letter, as a Service's must")
        longest = _LONGEST_OF.get(app["kind"].text or "", _LONGEST_NAME)
        if len(name) > longest:
            yield Finding(app.path, f"has {len(name)} characters", f"choose a name of at most {longest}")


def images(scene: Scene) -> Iterator[Finding]:
    """An image says which build it is."""
    for app in _containers(scene):
        image = app["image"].text
        what = unpinned(image) if image is not None else None
        if image is None or what is None:
            continue
        if what == UNTAGGED:
            remedy = f"write which version to run, such as {image.rstrip(':')}:1.0.0"
        else:
            remedy = "name the version, since latest is another image every day"
        yield Finding(app["image"].path, f"{what}: {image}", remedy)


def limits(scene: Scene) -> Iterator[Finding]:
    """A limit is not below its request."""
    for app in _containers(scene):
        for resource, request in (("cpu", Resources().cpu), ("memory", Resources().memory)):
            wanted = app["resources"][resource].text_or(request)
            limit = app["resources"][f"{resource}_limit"]
            if wanted is None or limit.text is None:
                continue
            asked, most = _amount(wanted), _amount(limit.text)
            if asked is not None and most is not None and most < asked:
                default = "" if app["resources"][resource].given else " by default"
                what = f"is {limit.text}, below {resource}, which is {wanted}{default}"
                yield Finding(limit.path, what, f"raise the limit or lower {resource}")


def rollouts(scene: Scene) -> Iterator[Finding]:
    """A rollout can move.

    https://kubernetes.io/docs/concepts/workloads/controllers/deployment/#rolling-update-deployment
    """
    for _, app in apps(scene.page):
        surge, missing = app["rollout"]["max_surge"], app["rollout"]["max_unavailable"]
        if app["rollout"]["strategy"].text == "recreate":
            for limit in (surge, missing):
                if limit.given:
                    what = "says nothing where all old pods go before new ones come (strategy recreate)"
                    yield Finding(limit.path, what, "remove it, or the strategy")
            continue
        bounds = (surge.text_or(Rollout().max_surge), missing.text_or(Rollout().max_unavailable))
        if all(limit is not None and is_none(limit) for limit in bounds):
            at = surge if surge.given else missing
            what = "leaves no way to roll out: max_surge and max_unavailable are both 0"
            yield Finding(at.path, what, "raise one of the two")


def deadlines(scene: Scene) -> Iterator[Finding]:
    """A pod may start before its rollout is called failed."""
    for _, app in apps(scene.page):
        startup, deadline = app["health"]["startup_seconds"], app["rollout"]["progress_deadline"]
        longest, patience = startup.number_or(Health().startup_seconds), deadline.number_or(Rollout().progress_deadline)
        if longest is None or patience is None or longest <= patience:
            continue
        at = startup if startup.given else deadline
        what = f"lets a pod start for {longest} s, but a rollout fails after {patience} s"
        yield Finding(at.path, what, "lower health.startup_seconds or raise rollout.progress_deadline")


def _containers(scene: Scene) -> Iterator[View]:
    """Every container: an app is its own one."""
    for _, app in apps(scene.page):
        yield app
        yield from containers(app)
        if app["next"].is_mapping:
            yield app["next"]


def _amount(quantity: str) -> Decimal | None:
    try:
        return amount(quantity)
    except ValueError:
        return None
