"""Versions of Kubernetes in standard support: by the facts that the components have of each cloud."""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime

from anykube._clusters.cloud import Cloud

from anykube_policies.clusters.judging import known_first
from anykube_policies.fields import Fields
from anykube_policies.subject import Resource


def today() -> date:
    """The day in UTC, which clouds count by."""
    return datetime.now(UTC).date()


def outdated(cloud: Cloud, versions: Callable[[Resource], Iterator[Fields]]) -> Callable[[Resource], str | None]:
    """Judges all versions of a resource. One that is not given is the cloud's choice, or that of the control plane."""

    def check(resource: Resource) -> str | None:
        for version in known_first(list(versions(resource))):
            if version.text and not cloud.supports(version.text, today()):
                return f"has Kubernetes {version.text}, which is out of {cloud.service}'s standard support"
        return None

    return check
