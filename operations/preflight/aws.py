"""Asks an account all questions at once, and lets none of them end unheard.

Who asks, and whether the region is there, is asked first: without that nothing else has an answer. The rest is asked
at the same time. A question that the caller may not ask is named with the permission that is missing, and the others
go on; one that breaks is an error.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import Any

from operations.preflight import conflicts, identity, machines, quotas, regions, versions
from operations.preflight.clients import Clients, clients
from operations.preflight.plan import Plan
from operations.preflight.problem import Preflight, Problem
from operations.preflight.refusal import EXPIRED, brief, code, denied, lacking

Check = Callable[[Plan, Clients], Iterable[Problem]]

CHECKS: Mapping[str, Check] = {
    "zones": regions.zones,
    "version": versions.version,
    "where machines are offered": machines.offerings,
    "kinds of machines": machines.kinds,
    "quotas of vCPUs": quotas.machines,
    "quota of elastic IPs": quotas.addresses,
    "quota of VPCs": quotas.networks,
    "quota of clusters": quotas.clusters,
    "cluster of the same name": conflicts.cluster,
    "overlapping networks": conflicts.network,
    "log group": conflicts.log_group,
    "IAM roles": conflicts.roles,
}
"""The questions that are asked at the same time, in the order in which their answers are shown."""

_QUESTIONS = ("region", *CHECKS)


@dataclass(frozen=True)
class _Answer:
    """What came of a question: problems, or why there is no answer."""

    question: str
    problems: Sequence[Problem] = ()
    permission: str | None = None
    lacking: str | None = None
    broken: str | None = None
    expired: bool = False

    @property
    def is_one(self) -> bool:
        return not (self.permission or self.lacking or self.broken or self.expired)


def check(plan: Plan, session: Any = None) -> Preflight:
    """Asks the account that the `boto3.Session` leads to (by default the environment's) about the plan.

    Changes nothing there. Never raises of what AWS or boto3 says: that is a problem like others.
    """
    try:
        asked, who = _enter(plan, session)
    except Exception as error:
        problem = _NO_BOTO3 if isinstance(error, ImportError) else identity.explain(error)
        return Preflight({"region": plan.region}, [problem], unasked=_QUESTIONS)
    first = list(identity.caller(plan, asked, who))
    answers = [_ask("region", regions.region, plan, asked)]
    if not any(problem.severity == "error" for problem in answers[0].problems):
        with ThreadPoolExecutor(max_workers=len(CHECKS), thread_name_prefix="preflight") as pool:
            answers += pool.map(lambda item: _ask(item[0], item[1], plan, asked), CHECKS.items())
    found = [*first, *(problem for answer in answers for problem in answer.problems), *_unanswered(answers)]
    answered = [answer.question for answer in answers if answer.is_one]
    return Preflight(
        facts={"account": who.account, "region": plan.region, "caller": who.arn, "who": who.who},
        problems=sorted(dict.fromkeys(found), key=lambda problem: problem.severity != "error"),
        asked=answered,
        unasked=[question for question in _QUESTIONS if question not in answered],
    )


_NO_BOTO3 = Problem("boto3", "it is not installed, so AWS cannot be asked", "install the extra: uv sync --extra aws")


def _enter(plan: Plan, session: Any) -> tuple[Clients, identity.Caller]:
    if session is None:
        import boto3

        session = boto3.Session()
    made = clients(session, plan.region)
    who = identity.identify(made)
    return replace(made, account=who.account, at_home=who.at_home), who


def _ask(question: str, ask: Check, plan: Plan, asked: Clients) -> _Answer:
    problems: list[Problem] = []
    try:
        for problem in ask(plan, asked):  # what was found before it broke counts
            problems.append(problem)
    except Exception as error:
        if code(error) in EXPIRED:  # the same problem for all that are under way
            return _Answer(question, [*problems, identity.explain(error)], expired=True)
        permission, missing = denied(error), lacking(error)
        broken = None if permission or missing else brief(error)
        return _Answer(question, problems, permission, missing, broken)
    return _Answer(question, problems)


def _unanswered(answers: Sequence[_Answer]) -> Iterable[Problem]:
    """One problem for a permission or an operation that is missing, however many questions it costs."""
    for permission in dict.fromkeys(answer.permission for answer in answers if answer.permission):
        yield Problem(
            "permissions",
            f"{permission} is refused, so this is not known: {_of(answers, 'permission', permission)}",
            f"allow {permission} to the caller, or look for yourself",
            "warning",
        )
    for operation in dict.fromkeys(answer.lacking for answer in answers if answer.lacking):
        yield Problem(
            "simulated account",
            f"it does not have {operation}, so this is not known: {_of(answers, 'lacking', operation)}",
            "nothing: AWS has it; it matters only where AWS_ENDPOINT_URL was set by mistake",
            "warning",
        )
    for answer in answers:
        if answer.broken:
            yield Problem(
                "preflight",
                f"the question about {answer.question} broke, so it is not known: {answer.broken}",
                "repeat the preflight; if it breaks again, it is a bug of Anykube's",
            )


def _of(answers: Sequence[_Answer], kind: str, value: str) -> str:
    return ", ".join(answer.question for answer in answers if getattr(answer, kind) == value)
