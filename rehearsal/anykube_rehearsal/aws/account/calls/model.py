"""A call, in the terms of an IAM policy."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from moto.core.models import DEFAULT_ACCOUNT_ID

Tags = Mapping[str, str]


@dataclass(frozen=True)
class Resource:
    """A resource that a call needs permission for."""

    arn: str
    tags: Tags = field(default_factory=dict)
    """Before the call. A resource that the call creates has none."""
    context: Mapping[str, Any] = field(default_factory=dict)
    """Other condition keys of the resource."""


@dataclass(frozen=True)
class IamCall:
    """An action that a request needs permission for."""

    action: str
    resources: Sequence[Resource]
    """Empty: the action has no resources, and needs permission for `*`."""
    region: str
    request_tags: Tags = field(default_factory=dict)
    context: Mapping[str, Any] = field(default_factory=dict)
    """Other condition keys of the request."""

    def to_json(self) -> Mapping[str, Any]:
        """The resources' ARNs, each with all condition keys."""
        common: dict[str, Any] = {
            "aws:RequestedRegion": self.region,
            **{f"aws:RequestTag/{key}": value for key, value in self.request_tags.items()},
            **self.context,
        }
        resources = [
            {"arn": each.arn, "context": {**common, **dict(_tag_keys(each.tags)), **each.context}}
            for each in self.resources or [Resource("*")]
        ]
        return {"action": self.action, "resources": resources}


def _tag_keys(tags: Tags) -> Iterator[tuple[str, str]]:
    return ((f"aws:ResourceTag/{key}", value) for key, value in tags.items())


def arn(service: str, region: str, resource: str) -> str:
    """An ARN in the simulated account."""
    return f"arn:aws:{service}:{region}:{DEFAULT_ACCOUNT_ID}:{resource}"
