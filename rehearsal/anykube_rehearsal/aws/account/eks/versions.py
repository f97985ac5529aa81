"""The versions of Kubernetes that EKS offers. Facts of November 2026.

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
    """The release date at EKS, and the ends of standard and extended support."""

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
"""The ends for 1.36 are 14 and 26 months after its release, by EKS' rule."""


def minor(version: str) -> int:
    """The minor version, such as 36 for 1.36."""
    return int(version.partition(".")[2])


def status(version: str, today: date) -> str:
    """standard-support, extended-support or unsupported."""
    support = SUPPORT.get(version)
    if support is None or today >= support.extended:
        return "unsupported"
    return "standard-support" if today < support.standard else "extended-support"


def offered(today: date) -> list[str]:
    """The versions available for clusters, newest first."""
    return [version for version in SUPPORT if status(version, today) != "unsupported"]


def require_offered(version: str, today: date) -> None:
    """https://docs.aws.amazon.com/eks/latest/userguide/kubernetes-versions.html"""
    if version not in offered(today):
        raise invalid_parameter(
            f"unsupported Kubernetes version {version}: version is one of {', '.join(offered(today))}"
        )


def require_policy(version: str, policy: str, today: date) -> None:
    """Allows STANDARD only in standard support. https://docs.aws.amazon.com/eks/latest/userguide/disable-extended-support.html"""
    if policy == "STANDARD" and status(version, today) != "standard-support":
        raise invalid_parameter(
            f"upgradePolicy.supportType cannot be STANDARD: Kubernetes version {version} is in extended support"
        )


def describe_cluster_versions(call: Call) -> Json:
    """https://docs.aws.amazon.com/eks/latest/APIReference/API_DescribeClusterVersions.html"""
    params, today = call.params, call.eks.today
    requested = params.get("clusterVersions") or (list(SUPPORT) if params.get("includeAll") else offered(today))
    support = params.get("versionStatus") or params.get("status", "").upper().replace("-", "_")
    descriptions = [_description(version, today) for version in SUPPORT if version in requested]
    selected = [
        description
        for description in descriptions
        if (not support or description["versionStatus"] == support)
        and (not params.get("defaultOnly") or description["defaultVersion"])
    ]
    return call.page("clusterVersions", selected)


def _description(version: str, today: date) -> Json:
    support, status_name = SUPPORT[version], status(version, today)
    return {
        "clusterVersion": version,
        "clusterType": "eks",
        "defaultPlatformVersion": "eks.5",
        "defaultVersion": version == DEFAULT,
        "releaseDate": _midnight(support.release),
        "endOfStandardSupportDate": _midnight(support.standard),
        "endOfExtendedSupportDate": _midnight(support.extended),
        "status": status_name,
        "versionStatus": status_name.upper().replace("-", "_"),
        "kubernetesPatchVersion": f"{version}.0",
    }


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)
