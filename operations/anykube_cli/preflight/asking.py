"""Asks an account all questions at once, and lets none of them end unheard.

Who asks, and whether the region is there, is asked first: without that nothing else has an answer. The rest is asked
at the same time. A question that the caller may not ask is named with the permission that is missing, and the others
go on; one that breaks is an error.
"""

import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Generic, TypeVar

from anykube_cli.preflight.plan import Plan
from anykube_cli.preflight.problem import Preflight, Problem, Severity

P = TypeVar("P", bound=Plan)
A = TypeVar("A")
"""What a cloud's questions are asked with: its clients."""

Check = Callable[[P, A], Iterable[Problem]]


@dataclass(frozen=True)
class Silence:
    """Why the cloud does not answer; however many questions it costs, it is one problem."""

    subject: str
    why: str
    """Beginning of the sentence that goes on: "so this is not known"."""
    remedy: str
    severity: Severity = "warning"


@dataclass(frozen=True)
class Inquiry(Generic[P, A]):
    """A cloud's questions, and how its errors are read."""

    gates: Mapping[str, Check[P, A]]
    """Asked first and in this order. Where one ends with an error, nothing after it is asked."""
    checks: Mapping[str, Check[P, A]]
    """Those that are asked at the same time, in the order in which their answers are shown."""
    read: Callable[[BaseException], Silence | Problem | None]
    """What an error means: that a question has no answer, a problem of its own, or nothing that is known."""
    brief: Callable[[BaseException], str]
    """The error in a line without what may be private in it."""
    explain: Callable[[BaseException], Problem]
    """The problem where nobody was let in."""
    missing: Problem
    """The problem where the cloud's SDK is not there."""

    @property
    def questions(self) -> Sequence[str]:
        return (*self.gates, *self.checks)


@dataclass(frozen=True)
class Entry(Generic[A]):
    """What it takes to ask, and what is known from being let in."""

    account: A
    facts: Mapping[str, str]
    problems: Sequence[Problem] = ()


@dataclass(frozen=True)
class _Answer:
    """What came of a question: problems, or why there is no answer."""

    question: str
    problems: Sequence[Problem] = ()
    silence: Silence | None = None
    broken: str | None = None
    ended: bool = False

    @property
    def is_one(self) -> bool:
        return not (self.silence or self.broken or self.ended)

    @property
    def is_closed(self) -> bool:
        """Whether what was found makes other questions pointless."""
        return self.ended or any(problem.severity == "error" for problem in self.problems)


def inquire(inquiry: Inquiry[P, A], plan: P, enter: Callable[[], Entry[A]]) -> Preflight:
    """Enters the account and asks it everything. Changes nothing there.

    Never raises of what a cloud or its SDK says: that is a problem like others.
    """
    try:
        entry = enter()
    except Exception as error:
        problem = inquiry.missing if isinstance(error, ImportError) else inquiry.explain(error)
        return Preflight(plan.where, [problem], unasked=inquiry.questions)
    answers: list[_Answer] = []
    for gate in inquiry.gates.items():
        answers.append(_ask(inquiry, gate, plan, entry.account))
        if answers[-1].is_closed:
            break
    else:
        checks = inquiry.checks.items()
        with ThreadPoolExecutor(max_workers=len(checks), thread_name_prefix="preflight") as pool:
            answers += pool.map(lambda item: _ask(inquiry, item, plan, entry.account), checks)
    found = [*entry.problems, *(problem for answer in answers for problem in answer.problems), *_unanswered(answers)]
    answered = [answer.question for answer in answers if answer.is_one]
    return Preflight(
        facts=entry.facts,
        problems=sorted(dict.fromkeys(found), key=lambda problem: problem.severity != "error"),
        asked=answered,
        unasked=[question for question in inquiry.questions if question not in answered],
    )


def hush(*loggers: str) -> None:
    """Keeps what an SDK would log from the terminal: it may be private, and what matters of it is a problem."""
    for name in loggers:
        logging.getLogger(name).addHandler(logging.NullHandler())


def _ask(inquiry: Inquiry[P, A], asked: tuple[str, Check[P, A]], plan: P, account: A) -> _Answer:
    question, ask = asked
    problems: list[Problem] = []
    try:
        for problem in ask(plan, account):  # what was found before it broke counts
            problems.append(problem)
    except Exception as error:
        means = inquiry.read(error)
        if isinstance(means, Problem):  # the same for all that are under way
            return _Answer(question, [*problems, means], ended=True)
        return _Answer(question, problems, means, None if means else inquiry.brief(error))
    return _Answer(question, problems)


def _unanswered(answers: Sequence[_Answer]) -> Iterable[Problem]:
    for silence in dict.fromkeys(answer.silence for answer in answers if answer.silence):
        of = ", ".join(answer.question for answer in answers if answer.silence == silence)
        yield Problem(silence.subject, f"{silence.why}, so this is not known: {of}", silence.remedy, silence.severity)
    for answer in answers:
        if answer.broken:
            yield Problem(
                "preflight",
                f"the question about {answer.question} broke, so it is not known: {answer.broken}",
                "repeat the preflight; if it breaks again, it is a bug of Anykube's",
            )
