"""Versions of Kubernetes that EKS offers. Facts of November 2026.

https://docs.aws.amazon.com/eks/latest/userguide/kubernetes-versions.html
"""

from collections.abc import Mapping
from datetime import UTC, date, datetime, time
from typing import NamedTuple

from anykube_rehearsal.aws.account.eks.state import Call
from anykube_rehearsal.aws.account.errors import invalid_parameter
from anykube_rehearsal.aws.account.response_shapes import Json

DEFAULT = "1.35"


class Support(NamedTuple):
    """First day at EKS, and the ends of standard and of extended support."""

    release: date
    standard: date
    extended: date


SUPPORT: Mapping[str, Support] = {
    "1.36": Support(date(2026, 6, 2), date(2027, 8, 2), date(2028, 8, 2)),
    "1.35": Support(date(2026, 1, 27), date(2027, 3, 27), date(2028, 3, 27)),
    "1.34": Support(date(2025, 10, 2), date(2026, 12, 2), date(2027, 12, 2)),
    "1.33": Support(date(2025, 5, 29), date(2026, 7, 29), date(2027, 7, 29)),
    "1.32": Support(date(2025, 1, 23), date(2026, 3, 23), date(2027, 3, 23)),
    "1.31": Support(date(2024, 9, 26), date(2025, 11, 26), date(2026, 11, 26)),
    "1.30": Support(date(2024, 5, 23), date(2025, 7, 23), date(2026, 7, 23)),
}
"""For 1.36 the ends are fourteen and twenty-six months after its release, as is EKS' rule."""


def minor(version: str) -> int:
    """36 for 1.36."""
    return int(version.partition(".")[2])


def status(version: str, today: date) -> str:
    """standard-support, extended-support or unsupported."""
    support = SUPPORT.get(version)
    if support is None or today >= support.extended:
        return "unsupported"
    return "standard-support" if today < support.standard else "extended-support"


def offered(today: date) -> list[str]:
    """The versions that a cluster can have, the newest first."""
    return [version for version in SUPPORT if status(version, today) != "unsupported"]


def require_offered(version: str, today: date) -> None:
    """https://docs.aws.amazon.com/eks/latest/userguide/kubernetes-versions.html"""
    if version not in offered(today):
        raise invalid_parameter(
            f"unsupported Kubernetes version {version}: version is one of {', '.join(offered(today))}"
        )


def require_policy(version: str, policy: str, today: date) -> None:
    """Only in standard support. https://docs.aws.amazon.com/eks/latest/userguide/disable-extended-support.html"""
    if policy == "STANDARD" and status(version, today) != "standard-support":
        raise invalid_parameter(
            f"upgradePolicy.supportType cannot be STANDARD: Kubernetes version {version} is in extended support"
        )


def describe_cluster_versions(call: Call) -> Json:
    """https://docs.aws.amazon.com/eks/latest/APIReference/API_DescribeClusterVersions.html"""
    asked, today = call.asked, call.eks.today
    wanted = asked.get("clusterVersions") or (list(SUPPORT) if asked.get("includeAll") else offered(today))
    support = asked.get("versionStatus") or asked.get("status", "").upper().replace("-", "_")
    found = [_described(version, today) for version in SUPPORT if version in wanted]
    chosen = [
        one
        for one in found
        if (not support or one["versionStatus"] == support) and (not asked.get("defaultOnly") or one["defaultVersion"])
    ]
    return call.page("clusterVersions", chosen)


def _described(version: str, today: date) -> Json:
    support, state = SUPPORT[version], status(version, today)
    return {
        "clusterVersion": version,
        "clusterType": "eks",
        "defaultPlatformVersion": "eks.5",
        "defaultVersion": version == DEFAULT,
        "releaseDate": _moment(support.release),
        "endOfStandardSupportDate": _moment(support.standard),
        "endOfExtendedSupportDate": _moment(support.extended),
        "status": state,
        "versionStatus": state.upper().replace("-", "_"),
        "kubernetesPatchVersion": f"{version}.0",
    }


def _moment(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)
