"""Checks that the release channel offers the Kubernetes version.

https://cloud.google.com/kubernetes-engine/docs/concepts/release-channels
"""

from collections.abc import Iterable

from anykube_cli.preflight.gcp.clients import Clients, execute
from anykube_cli.preflight.gcp.plan import GcpPlan
from anykube_cli.preflight.problem import Problem

_SCHEDULE = "https://cloud.google.com/kubernetes-engine/docs/release-schedule"


def version(plan: GcpPlan, clients: Clients) -> Iterable[Problem]:
    """The channel must offer the version. Warns if the channel upgrades clusters to a newer one."""
    if plan.version is None:
        return
    location = f"projects/{plan.project}/locations/{plan.region}"
    response = execute(clients.container.projects().locations().getServerConfig(name=location))
    channels = {item["channel"]: item for item in response.get("channels", ())}
    offered = {name: {_minor(patch) for patch in item.get("validVersions", ())} for name, item in channels.items()}
    subject, minors = f"version {plan.version}", offered.get(plan.channel, set())
    if plan.version not in minors:
        others = [name for name, minors in offered.items() if plan.version in minors]
        channel = f", or set the channel to {' or '.join(others)}, which offers it" if others else ""
        yield Problem(
            subject,
            f"GKE's channel {plan.channel} does not offer this version in {plan.region}",
            f"choose from {', '.join(sorted(minors, key=_order)) or 'none'}{channel}; {_SCHEDULE}",
        )
        return
    target = _minor(channels[plan.channel].get("upgradeTargetVersion", plan.version))
    if _order(target) > _order(plan.version):
        yield Problem(
            subject,
            f"GKE's channel {plan.channel} upgrades clusters to {target} automatically, in their maintenance window",
            f"choose {target}, or a slower channel to keep this version longer; {_SCHEDULE}",
            "warning",
        )


def _minor(version: str) -> str:
    """The minor version, such as "1.35" for "1.35.2-gke.1842000"."""
    return ".".join(version.split(".")[:2])


def _order(version: str) -> tuple[int, ...]:
    return tuple(int(number) if number.isdigit() else 0 for number in version.split("."))
