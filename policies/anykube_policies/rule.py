"""What a rule is, and how much it matters."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar

from anykube_policies.fields import UnknownError
from anykube_policies.subject import Resource, Stack

S = TypeVar("S")


class Severity(StrEnum):
    """How bad it is when a rule is broken."""

    CRITICAL = "critical"
    """Whoever finds it has the cluster."""
    HIGH = "high"
    """One more mistake, and somebody has."""
    MEDIUM = "medium"
    """It will hurt on a bad day."""
    LOW = "low"
    """It costs, or it surprises."""


@dataclass(frozen=True)
class Control:
    """Who asks for a rule: a framework and the number that the rule has there."""

    framework: str
    version: str = ""
    number: str = ""

    def __str__(self) -> str:
        return " ".join(part for part in (self.framework, self.version, self.number) if part)


def eks(number: str) -> Control:
    """A recommendation of the CIS Amazon Elastic Kubernetes Service Benchmark."""
    return Control("CIS EKS", "1.8", number)


def gke(number: str) -> Control:
    """A recommendation of the CIS Google Kubernetes Engine Benchmark."""
    return Control("CIS GKE", "1.9", number)


def aks(number: str) -> Control:
    """A recommendation of the CIS Azure Kubernetes Service Benchmark."""
    return Control("CIS AKS", "1.8", number)


BASELINE = Control("Pod Security Standards", number="baseline")
RESTRICTED = Control("Pod Security Standards", number="restricted")
"""https://kubernetes.io/docs/concepts/security/pod-security-standards/"""
NSA = Control("NSA/CISA Kubernetes Hardening Guidance", "1.2")
PRACTICE = Control("Anykube", number="practice")
"""No framework asks for it; whoever runs workloads does."""


@dataclass(frozen=True)
class Broken:
    """What is wrong with a resource, as the end of a sentence about it."""

    what: str
    urn: str
    """The resource that breaks the rule."""


@dataclass(frozen=True)
class Unjudged:
    """A value that a rule has to know, and that is first known during the update."""

    path: tuple[str, ...]
    urn: str


Verdict = Broken | Unjudged


@dataclass(frozen=True, kw_only=True)
class Rule:
    """A row of the table."""

    name: str
    """Its identifier, in lower case with hyphens."""
    title: str
    """What it asks for, as a sentence without a full stop."""
    severity: Severity
    controls: tuple[Control, ...]
    remedy: str
    """What to do, as an imperative."""
    clouds: str = "all"
    """Whose clusters it is about, for the page of rules."""


@dataclass(frozen=True, kw_only=True)
class ResourceRule(Rule):
    """A rule that can be judged by one resource alone: before that is made, at preview and at update."""

    judge: Callable[[Resource], Iterable[Verdict]]


@dataclass(frozen=True, kw_only=True)
class StackRule(Rule):
    """A rule about how resources fit together: judged at the end of a preview, and after an update."""

    judge: Callable[[Stack], Iterable[Verdict]]


def each(
    subjects: Callable[[Resource], Iterable[S]], check: Callable[[S], str | None]
) -> Callable[[Resource], Iterator[Verdict]]:
    """Judges all `subjects` of a resource: `check` says what is wrong with one, or None.

    Something unknown in one of them keeps no other from being judged.
    """

    def judge(resource: Resource) -> Iterator[Verdict]:
        try:
            found = list(subjects(resource))
        except UnknownError as unknown:
            yield Unjudged(unknown.path, resource.urn)
            return
        for subject in found:
            try:
                if what := check(subject):
                    yield Broken(what, resource.urn)
            except UnknownError as unknown:
                yield Unjudged(unknown.path, resource.urn)

    return judge


def by_type(checks: Mapping[str, Callable[[Resource], str | None]]) -> Callable[[Resource], Iterator[Verdict]]:
    """Judges a resource by the check of its type; one of another type is not concerned."""

    def judge(resource: Resource) -> Iterator[Verdict]:
        if check := checks.get(resource.type):
            yield from each(lambda one: (one,), check)(resource)

    return judge
