"""Whether EKS still supports the version, and for how long.

https://docs.aws.amazon.com/eks/latest/userguide/kubernetes-versions.html
"""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from anykube_cli.preflight.aws.clients import Clients, pages
from anykube_cli.preflight.aws.plan import AwsPlan
from anykube_cli.preflight.problem import Problem

SOON = timedelta(days=30)

_PRICES = "https://aws.amazon.com/eks/pricing/"


def version(plan: AwsPlan, clients: Clients) -> Iterable[Problem]:
    """Standard support is right; extended support costs more; anything else is refused."""
    if plan.version is None:
        return
    known = {
        item["clusterVersion"]: item
        for item in pages(clients.eks, "describe_cluster_versions", "clusterVersions", includeAll=True)
    }
    right = [name for name, item in known.items() if _status(item) == "STANDARD_SUPPORT"]
    choose = f"choose from {', '.join(sorted(right, key=_order))}, which are in standard support" if right else _WAIT
    subject, found = f"version {plan.version}", known.get(plan.version)
    if found is None or _status(found) == "UNSUPPORTED":
        why = "does not know it" if found is None else "has ended its support"
        yield Problem(subject, f"EKS in {plan.region} {why}", choose)
    elif _status(found) == "EXTENDED_SUPPORT":
        until = _day(found.get("endOfExtendedSupportDate"))
        yield Problem(
            subject,
            f"it is in extended support{until}, which AWS charges extra for by the hour and cluster ({_PRICES})",
            f"{choose}; an upgrade policy STANDARD would have AWS upgrade it, EXTENDED keeps it",
            "warning",
        )
    elif (end := found.get("endOfStandardSupportDate")) and end - datetime.now(UTC) <= SOON:
        yield Problem(
            subject,
            f"its standard support ends{_day(end, ' on')}; then AWS upgrades the cluster or charges extra ({_PRICES})",
            _later(right, plan.version) or choose,
            "warning",
        )


_WAIT = "EKS names no version in standard support; see the versions in the console"


def _later(right: Iterable[str], version: str) -> str:
    later = sorted((name for name in right if _order(name) > _order(version)), key=_order)
    return f"choose {' or '.join(later)}, whose standard support lasts longer" if later else ""


def _status(item: Mapping[str, Any]) -> str:
    """`status` is the older spelling of `versionStatus`."""
    return str(item.get("versionStatus") or item.get("status", "")).upper().replace("-", "_")


def _order(version: str) -> tuple[int, ...]:
    return tuple(int(part) if part.isdigit() else 0 for part in version.split("."))


def _day(moment: datetime | None, word: str = " until") -> str:
    return f"{word} {moment:%Y-%m-%d}" if moment else ""
