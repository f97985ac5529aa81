"""Whether the release channel offers the version.

https://cloud.google.com/kubernetes-engine/docs/concepts/release-channels
"""

from collections.abc import Iterable

from anykube_cli.preflight.gcp.clients import Clients, ask
from anykube_cli.preflight.gcp.plan import GcpPlan
from anykube_cli.preflight.problem import Problem

_WHEN = "https://cloud.google.com/kubernetes-engine/docs/release-schedule"


def version(plan: GcpPlan, clients: Clients) -> Iterable[Problem]:
    """Of the channel, else of another; and whether the channel is about to move beyond it."""
    if plan.version is None:
        return
    location = f"projects/{plan.project}/locations/{plan.region}"
    answer = ask(clients.container.projects().locations().getServerConfig(name=location))
    channels = {item["channel"]: item for item in answer.get("channels", ())}
    offered = {name: {_minor(one) for one in item.get("validVersions", ())} for name, item in channels.items()}
    subject, here = f"version {plan.version}", offered.get(plan.channel, set())
    if plan.version not in here:
        others = [name for name, minors in offered.items() if plan.version in minors]
        elsewhere = f", or the channel {' or '.join(others)}, which has it" if others else ""
        yield Problem(
            subject,
            f"GKE's channel {plan.channel} does not offer it in {plan.region}",
            f"choose from {', '.join(sorted(here, key=_order)) or 'none'}{elsewhere}; {_WHEN}",
        )
        return
    target = _minor(channels[plan.channel].get("upgradeTargetVersion", plan.version))
    if _order(target) > _order(plan.version):
        yield Problem(
            subject,
            f"GKE's channel {plan.channel} upgrades clusters to {target} by itself, in their maintenance window",
            f"choose {target}, or a slower channel to keep it longer; {_WHEN}",
            "warning",
        )


def _minor(version: str) -> str:
    """ "1.35" of "1.35.2-gke.1842000"."""
    return ".".join(version.split(".")[:2])


def _order(version: str) -> tuple[int, ...]:
    return tuple(int(part) if part.isdigit() else 0 for part in version.split("."))
