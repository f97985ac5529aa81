"""A simulated account: moto's, with answers of the test's own where moto has none or not the one that is wanted."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

import moto  # noqa: F401  # before any client is made: it hooks into botocore
from anykube_cli.preflight import PoolPlan, Problem
from anykube_cli.preflight.runner import Check
from anykube_cli.preflight.aws.clients import Clients, clients
from anykube_cli.preflight.aws.plan import AwsPlan
from botocore.awsrequest import AWSResponse
from botocore.validate import validate_parameters
from moto import mock_aws

from tests.operations.preflight.problem_text import said

REGION = "eu-central-1"
ZONES = ("eu-central-1a", "eu-central-1b", "eu-central-1c")
OWNER = "123456789012"
OURS = {"anykube:stack": "prod", "anykube:cluster": "shop"}
FOREIGN = {"anykube:stack": "elsewhere"}

SERVERS = PoolPlan("servers", ["m5.large"], 4)
PLAN = AwsPlan("shop", REGION, "1.35", ZONES, "10.20.0.0/16", "zone", [SERVERS], stack="prod")

Answer = Mapping[str, Any] | Exception | Callable[[Mapping[str, Any]], Any]


class RefusedError(Exception):
    """An answer with an error of AWS'."""

    def __init__(self, code: str, message: str = "no", status: int = 400) -> None:
        self.code, self.message, self.status = code, message, status


DENIED = RefusedError("AccessDeniedException", "secret-looking text", 403)


class Account:
    """The account that a session leads to. Answers are checked against botocore's model, as its Stubber does."""

    def __init__(self, session: Any) -> None:
        self.session = session
        self.calls: set[str] = set()
        self.limits: dict[str, float] = {}
        """Quotas by their code; 1000 of any other."""
        self._answers: dict[str, Answer] = {}
        self.answer("DescribeClusterVersions", {"clusterVersions": versions()})
        self.answer("GetServiceQuota", lambda asked: self._quota(asked))

    def answer(self, operation: str, answer: Answer) -> None:
        self._answers[operation] = answer

    def reply(self, model: Any, context: Any) -> tuple[AWSResponse, Mapping[str, Any]] | None:
        """What botocore takes instead of sending the request."""
        self.calls.add(model.name)
        answer = self._answers.get(model.name)
        if callable(answer) and not isinstance(answer, Exception):
            answer = answer(context["asked"])
        if answer is None:
            return None
        if isinstance(answer, RefusedError):
            error = {"Error": {"Code": answer.code, "Message": answer.message}}
            return _http(answer.status), {**error, "ResponseMetadata": {"HTTPStatusCode": answer.status}}
        if isinstance(answer, Exception):
            raise answer
        validate_parameters(answer, model.output_shape)
        return _http(200), answer

    def clients(self, region: str = REGION) -> Clients:
        return _clients(self.session, region)

    def found(self, check: Check[AwsPlan, Clients], plan: AwsPlan) -> list[Problem]:
        """What a single question brings up."""
        return list(check(plan, self.clients(plan.region)))

    def _quota(self, asked: Mapping[str, Any]) -> Mapping[str, Any]:
        code = asked["QuotaCode"]
        return {"Quota": {"ServiceCode": asked["ServiceCode"], "QuotaCode": code, "Value": self.limits.get(code, 1000)}}


@cache
def _clients(session: Any, region: str) -> Clients:
    return replace(clients(session, region), account=OWNER)


def _http(status: int) -> AWSResponse:
    return AWSResponse("https://aws.example/", status, {}, None)


def versions(**days: int) -> Sequence[Mapping[str, Any]]:
    """1.33 in extended support, 1.34 to 1.36 in standard support for the days that are given, such as v134=9."""
    left = {"v134": 100, "v135": 200, "v136": 300, **days}
    now = datetime.now(UTC)
    found: list[Mapping[str, Any]] = [
        {
            "clusterVersion": f"1.{name[2:]}",
            "versionStatus": "STANDARD_SUPPORT",
            "endOfStandardSupportDate": now + timedelta(days=some),
        }
        for name, some in left.items()
    ]
    extended = {
        "clusterVersion": "1.33",
        "status": "extended-support",
        "endOfExtendedSupportDate": datetime(2027, 7, 29, tzinfo=UTC),
    }
    return [*found, extended, {"clusterVersion": "1.20", "versionStatus": "UNSUPPORTED"}]


def listed(tags: Mapping[str, str]) -> list[dict[str, str]]:
    """Tags as EC2 and IAM take them."""
    return [{"Key": key, "Value": value} for key, value in tags.items()]


__all__ = [
    "DENIED",
    "FOREIGN",
    "OURS",
    "PLAN",
    "SERVERS",
    "ZONES",
    "Account",
    "RefusedError",
    "listed",
    "mock_aws",
    "said",
]
