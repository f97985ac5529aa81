"""Kubernetes versions in standard support, by the dates that the components know for each cloud."""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime

from anykube._clusters.cloud import Cloud

from anykube_policies.clusters.combinators import sort_known_first
from anykube_policies.fields import Fields
from anykube_policies.resource import Resource


def today() -> date:
    """Today's date in UTC, the time zone that clouds use."""
    return datetime.now(UTC).date()


def outdated(cloud: Cloud, versions: Callable[[Resource], Iterator[Fields]]) -> Callable[[Resource], str | None]:
    """A check of all versions of a resource. A missing version is the cloud's choice or the control plane's version."""

    def check(resource: Resource) -> str | None:
        for version in sort_known_first(list(versions(resource))):
            if version.text and not cloud.supports(version.text, today()):
                return f"runs Kubernetes {version.text}, which is no longer in {cloud.service} standard support"
        return None

    return check
