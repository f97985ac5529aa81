"""Checks that EKS supports the Kubernetes version, and for how long.

https://docs.aws.amazon.com/eks/latest/userguide/kubernetes-versions.html
"""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from anykube_cli.preflight.aws.clients import Clients, paginate
from anykube_cli.preflight.aws.plan import AwsPlan
from anykube_cli.preflight.problem import Problem

SOON = timedelta(days=30)

_PRICES = "https://aws.amazon.com/eks/pricing/"
_NO_VERSION = "EKS lists no version in standard support; see the versions in the AWS console"


def version(plan: AwsPlan, clients: Clients) -> Iterable[Problem]:
    """Extended support costs extra, which is a warning. An unsupported version is an error."""
    if plan.version is None:
        return
    items = paginate(clients.eks, "describe_cluster_versions", "clusterVersions", includeAll=True)
    versions = {item["clusterVersion"]: item for item in items}
    standard = sorted((name for name, item in versions.items() if _status(item) == "STANDARD_SUPPORT"), key=_order)
    choose = f"choose from {', '.join(standard)}, which are in standard support" if standard else _NO_VERSION
    subject, item = f"version {plan.version}", versions.get(plan.version)
    if item is None or _status(item) == "UNSUPPORTED":
        why = "does not know this version" if item is None else "no longer supports this version"
        yield Problem(subject, f"EKS in {plan.region} {why}", choose)
    elif _status(item) == "EXTENDED_SUPPORT":
        until = _date(item.get("endOfExtendedSupportDate"))
        yield Problem(
            subject,
            f"the version is in extended support{until}, which costs extra per cluster and hour ({_PRICES})",
            f"{choose}; with the upgrade policy STANDARD AWS upgrades the cluster itself, with EXTENDED it does not",
            "warning",
        )
    elif (end := item.get("endOfStandardSupportDate")) and end - datetime.now(UTC) <= SOON:
        yield Problem(
            subject,
            f"standard support ends{_date(end, ' on')}; then AWS upgrades the cluster or charges extra ({_PRICES})",
            _later(standard, plan.version) or choose,
            "warning",
        )


def _later(versions: Iterable[str], version: str) -> str:
    later = sorted((name for name in versions if _order(name) > _order(version)), key=_order)
    return f"choose {' or '.join(later)}, whose standard support lasts longer" if later else ""


def _status(item: Mapping[str, Any]) -> str:
    """`status` is the older spelling of `versionStatus`."""
    return str(item.get("versionStatus") or item.get("status", "")).upper().replace("-", "_")


def _order(version: str) -> tuple[int, ...]:
    return tuple(int(number) if number.isdigit() else 0 for number in version.split("."))


def _date(date: datetime | None, preposition: str = " until") -> str:
    return f"{preposition} {date:%Y-%m-%d}" if date else ""
