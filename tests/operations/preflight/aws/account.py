"""A simulated account: moto, with canned responses where moto lacks an operation or a test needs another response."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

import moto  # noqa: F401  # import before creating a client: moto patches botocore
from anykube_cli.preflight import PoolPlan, Problem
from anykube_cli.preflight.aws.clients import Clients, clients
from anykube_cli.preflight.aws.plan import AwsPlan
from anykube_cli.preflight.runner import Check
from botocore.awsrequest import AWSResponse
from botocore.validate import validate_parameters
from moto import mock_aws

from tests.operations.preflight.problem_text import format_problems

REGION = "eu-central-1"
ZONES = ("eu-central-1a", "eu-central-1b", "eu-central-1c")
OWNER = "123456789012"
OWN_TAGS = {"anykube:stack": "prod", "anykube:cluster": "shop"}
FOREIGN_TAGS = {"anykube:stack": "elsewhere"}

SERVERS = PoolPlan("servers", ["m5.large"], 4)
PLAN = AwsPlan("shop", REGION, "1.35", ZONES, "10.20.0.0/16", "zone", [SERVERS], stack="prod")

Response = Mapping[str, Any] | Exception | Callable[[Mapping[str, Any]], Any]


class RefusedError(Exception):
    """An error response of AWS."""

    def __init__(self, code: str, message: str = "no", status: int = 400) -> None:
        self.code, self.message, self.status = code, message, status


DENIED = RefusedError("AccessDeniedException", "secret-looking text", 403)


class Account:
    """The account of a session. Responses are validated against botocore's model, as botocore's Stubber does."""

    def __init__(self, session: Any) -> None:
        self.session = session
        self.calls: set[str] = set()
        self.limits: dict[str, float] = {}
        """Quotas by code. Any other quota is 1000."""
        self._responses: dict[str, Response] = {}
        self.respond("DescribeClusterVersions", {"clusterVersions": versions()})
        self.respond("GetServiceQuota", lambda arguments: self._quota(arguments))

    def respond(self, operation: str, response: Response) -> None:
        """Sets the response of an operation."""
        self._responses[operation] = response

    def reply(self, model: Any, context: Any) -> tuple[AWSResponse, Mapping[str, Any]] | None:
        """The response that botocore uses instead of sending the request."""
        self.calls.add(model.name)
        response = self._responses.get(model.name)
        if callable(response) and not isinstance(response, Exception):
            response = response(context["arguments"])
        if response is None:
            return None
        if isinstance(response, RefusedError):
            error = {"Error": {"Code": response.code, "Message": response.message}}
            return _http(response.status), {**error, "ResponseMetadata": {"HTTPStatusCode": response.status}}
        if isinstance(response, Exception):
            raise response
        validate_parameters(response, model.output_shape)
        return _http(200), response

    def clients(self, region: str = REGION) -> Clients:
        return _clients(self.session, region)

    def run(self, check: Check[AwsPlan, Clients], plan: AwsPlan) -> list[Problem]:
        """The problems that one check reports."""
        return list(check(plan, self.clients(plan.region)))

    def _quota(self, arguments: Mapping[str, Any]) -> Mapping[str, Any]:
        code = arguments["QuotaCode"]
        return {
            "Quota": {"ServiceCode": arguments["ServiceCode"], "QuotaCode": code, "Value": self.limits.get(code, 1000)}
        }


@cache
def _clients(session: Any, region: str) -> Clients:
    return replace(clients(session, region), account=OWNER)


def _http(status: int) -> AWSResponse:
    return AWSResponse("https://aws.example/", status, {}, None)


def versions(**days: int) -> Sequence[Mapping[str, Any]]:
    """1.33 is in extended support, 1.34 to 1.36 in standard support for some days, such as v134=9."""
    remaining = {"v134": 100, "v135": 200, "v136": 300, **days}
    now = datetime.now(UTC)
    standard: list[Mapping[str, Any]] = [
        {
            "clusterVersion": f"1.{name[2:]}",
            "versionStatus": "STANDARD_SUPPORT",
            "endOfStandardSupportDate": now + timedelta(days=days_left),
        }
        for name, days_left in remaining.items()
    ]
    extended = {
        "clusterVersion": "1.33",
        "status": "extended-support",
        "endOfExtendedSupportDate": datetime(2027, 7, 29, tzinfo=UTC),
    }
    return [*standard, extended, {"clusterVersion": "1.20", "versionStatus": "UNSUPPORTED"}]


def tag_list(tags: Mapping[str, str]) -> list[dict[str, str]]:
    """Tags in the format of EC2 and IAM."""
    return [{"Key": key, "Value": value} for key, value in tags.items()]


__all__ = [
    "DENIED",
    "FOREIGN_TAGS",
    "OWN_TAGS",
    "PLAN",
    "SERVERS",
    "ZONES",
    "Account",
    "RefusedError",
    "format_problems",
    "mock_aws",
    "tag_list",
]
