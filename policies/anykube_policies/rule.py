"""What a rule is, its severity, and its result."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar

from anykube_policies.fields import UnknownError
from anykube_policies.resource import Resource, Stack

S = TypeVar("S")


class Severity(StrEnum):
    """The impact of a violation."""

    CRITICAL = "critical"
    """An attacker can take over the cluster directly."""
    HIGH = "high"
    """An attacker needs one more mistake to take over the cluster."""
    MEDIUM = "medium"
    """It makes an incident more likely or worse."""
    LOW = "low"
    """It costs money or causes surprises."""


@dataclass(frozen=True)
class Control:
    """The source of a rule: a framework, and the number of the control in it."""

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
"""Good practice that no framework requires."""


@dataclass(frozen=True)
class Violation:
    """A resource breaks a rule."""

    message: str
    """What is wrong, as a predicate of the resource, such as `has no NetworkPolicy`."""
    urn: str
    """The resource that breaks the rule."""


@dataclass(frozen=True)
class Undetermined:
    """A rule cannot be evaluated yet, because a value it needs is only known during the update."""

    path: tuple[str, ...]
    urn: str


Result = Violation | Undetermined


@dataclass(frozen=True, kw_only=True)
class Rule:
    """A row of the table of rules."""

    name: str
    """Identifier in lower case with hyphens. Waivers refer to it."""
    title: str
    """What the rule requires, as a sentence without a full stop."""
    severity: Severity
    controls: tuple[Control, ...]
    remedy: str
    """How to fix a violation, in the imperative, starting in lower case and without a full stop."""
    clouds: str = "all"
    """The clouds that the rule applies to, for docs/reference/policies.md."""


@dataclass(frozen=True, kw_only=True)
class ResourceRule(Rule):
    """A rule that looks at one resource. It is evaluated before the resource is created, in previews and updates.

    Example:

        ResourceRule(
            name="team-label",
            title="Every Deployment has a team label",
            severity=Severity.LOW,
            controls=(PRACTICE,),
            remedy="set the label `team`",
            evaluate=for_each(of_kind("Deployment"), lambda it: None if "team" in it.labels else "has no team label"),
        )
    """

    evaluate: Callable[[Resource], Iterable[Result]]


@dataclass(frozen=True, kw_only=True)
class StackRule(Rule):
    """A rule about how resources fit together. It is evaluated at the end of a preview and after an update."""

    evaluate: Callable[[Stack], Iterable[Result]]


def for_each(
    subjects: Callable[[Resource], Iterable[S]], check: Callable[[S], str | None]
) -> Callable[[Resource], Iterator[Result]]:
    """Evaluates all `subjects` of a resource. `check` returns what is wrong with a subject, or None.

    An unknown value in one subject does not keep the others from being evaluated.
    """

    def evaluate(resource: Resource) -> Iterator[Result]:
        try:
            known_subjects = list(subjects(resource))
        except UnknownError as unknown:
            yield Undetermined(unknown.path, resource.urn)
            return
        for subject in known_subjects:
            try:
                if message := check(subject):
                    yield Violation(message, resource.urn)
            except UnknownError as unknown:
                yield Undetermined(unknown.path, resource.urn)

    return evaluate


def by_type(checks: Mapping[str, Callable[[Resource], str | None]]) -> Callable[[Resource], Iterator[Result]]:
    """Evaluates a resource with the check for its type. Resources of other types pass."""

    def evaluate(resource: Resource) -> Iterator[Result]:
        if check := checks.get(resource.type):
            yield from for_each(lambda subject: (subject,), check)(resource)

    return evaluate
