"""Runs the checks of a cloud and reports all problems.

The login and the prerequisites, such as the region, run first: without them no other check can succeed. The other
checks run at the same time. A check for which the caller lacks a permission is skipped, and the result names the
permission; a check that fails is an error.
"""

import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Generic, TypeVar

from anykube_cli.preflight.plan import Plan
from anykube_cli.preflight.problem import PreflightResult, Problem, Severity

P = TypeVar("P", bound=Plan)
C = TypeVar("C")
"""The SDK clients of a cloud."""

Check = Callable[[P, C], Iterable[Problem]]


@dataclass(frozen=True)
class SkipReason:
    """Why a check has no result. All checks with the same reason are reported as one problem."""

    subject: str
    message: str
    """Start of a sentence that continues with "so these checks did not run"."""
    remedy: str
    severity: Severity = "warning"


@dataclass(frozen=True)
class CheckSuite(Generic[P, C]):
    """The checks of a cloud, and how to read the errors of its SDK."""

    prerequisites: Mapping[str, Check[P, C]]
    """Run first, in this order. If one reports an error, no later check runs."""
    checks: Mapping[str, Check[P, C]]
    """Run at the same time. Their problems are reported in this order."""
    classify_error: Callable[[BaseException], SkipReason | Problem | None]
    """Returns why the check is skipped, a problem that ends the run, or None for an unknown error."""
    summarize_error: Callable[[BaseException], str]
    """Returns the error in one line, without private data."""
    explain_login_error: Callable[[BaseException], Problem]
    sdk_missing: Problem

    @property
    def names(self) -> Sequence[str]:
        return (*self.prerequisites, *self.checks)


@dataclass(frozen=True)
class Login(Generic[C]):
    """The clients of an account, and what the login already shows."""

    clients: C
    facts: Mapping[str, str]
    problems: Sequence[Problem] = ()


@dataclass(frozen=True)
class _CheckResult:
    """The problems of a check, or why it has none."""

    name: str
    problems: Sequence[Problem] = ()
    skip_reason: SkipReason | None = None
    error: str | None = None
    ends_run: bool = False

    @property
    def is_complete(self) -> bool:
        return not (self.skip_reason or self.error or self.ends_run)

    @property
    def blocks_others(self) -> bool:
        """Whether the other checks cannot succeed."""
        return self.ends_run or any(problem.severity == "error" for problem in self.problems)


def run_checks(suite: CheckSuite[P, C], plan: P, log_in: Callable[[], Login[C]]) -> PreflightResult:
    """Logs in and runs all checks. Changes nothing in the account.

    Does not raise errors of the cloud or of its SDK: they are reported as problems.
    """
    try:
        login = log_in()
    except Exception as error:
        problem = suite.sdk_missing if isinstance(error, ImportError) else suite.explain_login_error(error)
        return PreflightResult(plan.location, [problem], skipped=suite.names)
    results: list[_CheckResult] = []
    for name, check in suite.prerequisites.items():
        results.append(_run_check(suite, name, check, plan, login.clients))
        if results[-1].blocks_others:
            break
    else:
        checks = suite.checks.items()
        with ThreadPoolExecutor(max_workers=len(checks), thread_name_prefix="preflight") as pool:
            results += pool.map(lambda item: _run_check(suite, item[0], item[1], plan, login.clients), checks)
    problems = [*login.problems, *(problem for result in results for problem in result.problems), *_incomplete(results)]
    completed = [result.name for result in results if result.is_complete]
    return PreflightResult(
        facts=login.facts,
        problems=sorted(dict.fromkeys(problems), key=lambda problem: problem.severity != "error"),
        completed=completed,
        skipped=[name for name in suite.names if name not in completed],
    )


def mute_loggers(*names: str) -> None:
    """Keeps an SDK's log off the terminal. It may contain private data, and every error is reported as a problem."""
    for name in names:
        logging.getLogger(name).addHandler(logging.NullHandler())


def _run_check(suite: CheckSuite[P, C], name: str, check: Check[P, C], plan: P, clients: C) -> _CheckResult:
    problems: list[Problem] = []
    try:
        for problem in check(plan, clients):  # problems found before an error are kept
            problems.append(problem)
    except Exception as error:
        classified = suite.classify_error(error)
        if isinstance(classified, Problem):  # every other check hits the same error
            return _CheckResult(name, [*problems, classified], ends_run=True)
        return _CheckResult(name, problems, classified, None if classified else suite.summarize_error(error))
    return _CheckResult(name, problems)


def _incomplete(results: Sequence[_CheckResult]) -> Iterable[Problem]:
    for reason in dict.fromkeys(result.skip_reason for result in results if result.skip_reason):
        names = ", ".join(result.name for result in results if result.skip_reason == reason)
        yield Problem(
            reason.subject, f"{reason.message}, so these checks did not run: {names}", reason.remedy, reason.severity
        )
    for result in results:
        if result.error:
            yield Problem(
                "preflight",
                f"the check {result.name} failed: {result.error}",
                "run preflight again; if the check fails again, report a bug in Anykube",
            )
