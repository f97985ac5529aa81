"""What is known about a cluster, and the verdict on a resource of the account.

The functions in `aws_ownership`, `gcp_ownership` and `azure_ownership` turn facts and resources into verdicts. They
call no cloud, so that tests can run them on thousands of accounts.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from typing import Protocol, TypeVar

from pydantic import BaseModel, ConfigDict


class Facts(BaseModel):
    """Facts about the cluster of one stack: from the stack's state, from the account, and from earlier searches."""

    model_config = ConfigDict(frozen=True)

    networks: frozenset[str] = frozenset()
    """Networks that the stack created."""
    shared_networks: frozenset[str] = frozenset()
    """Networks that other clusters use."""
    used_networks: frozenset[str] = frozenset()
    """Networks and subnets that the cluster is in, created by the stack or not."""
    clusters: frozenset[str] = frozenset()
    """Ids of the cluster, such as an ARN."""
    groups: frozenset[str] = frozenset()
    """Security groups that EKS created for the cluster."""
    managed: frozenset[str] = frozenset()
    """Ids of all resources in the state. Pulumi deletes these."""
    keys: frozenset[str] = frozenset()
    """Ids of the cluster in the names that GKE's controllers give, each with its kind, such as `hash:0a1b2c3d`."""
    foreign_keys: frozenset[str] = frozenset()
    """Such ids of other clusters."""
    proven: frozenset[str] = frozenset()
    """Resources that an earlier search proved to be the cluster's."""

    @cached_property
    def own_networks(self) -> frozenset[str]:
        """Networks that the stack created and that no other cluster uses."""
        return self.networks - self.shared_networks

    def union(self, other: "Facts") -> "Facts":
        """The facts of both."""
        return Facts(**{name: getattr(self, name) | getattr(other, name) for name in Facts.model_fields})


class Verdict(StrEnum):
    """Whose a resource is."""

    PROVEN = "proven"
    """Proven to be the cluster's: the sweep removes it."""
    DOUBTFUL = "doubtful"
    """Perhaps the cluster's: the sweep lists it with the command that removes it."""
    FOREIGN = "foreign"
    """Nothing links it to the cluster: the sweep does not mention it."""


@dataclass(frozen=True)
class Judgement:
    """A verdict with its reason."""

    verdict: Verdict
    reason: str


FOREIGN = Judgement(Verdict.FOREIGN, "nothing links it to the cluster")


def proof(reason: str) -> Judgement:
    """The verdict that the cluster's controllers or nodes created a resource."""
    return Judgement(Verdict.PROVEN, reason)


def doubtful(reason: str) -> Judgement:
    """The verdict that this is not certain."""
    return Judgement(Verdict.DOUBTFUL, reason)


class CloudResource(Protocol):
    """A resource of an account."""

    @property
    def id(self) -> str:
        """Identifies it in the account."""
        ...

    @property
    def description(self) -> str:
        """Kind and name, such as `network interface eni-0a1b`."""
        ...


R = TypeVar("R", bound=CloudResource)


@dataclass(frozen=True)
class Judged:
    """The verdicts on all resources of an account."""

    judgements: Mapping[str, Judgement]
    """By id."""
    facts: Facts
    """The facts, with those learned from the resources."""


Judge = Callable[[Facts, Sequence[R]], Judged]
"""Judges all resources of an account together, because one may prove another."""
