"""What it means that AWS does not answer a question.

Read from the error's code and operation; of its text, which may be private, only the name of an action is taken.

https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html
https://docs.aws.amazon.com/STS/latest/APIReference/CommonErrors.html
"""

import os
import re
from typing import Any
from urllib.parse import urlsplit

DENIED = {"AccessDenied", "AccessDeniedException", "UnauthorizedOperation", "NotAuthorizedException"}

EXPIRED = {"ExpiredToken", "ExpiredTokenException", "RequestExpired"}

REJECTED = {"AuthFailure", "InvalidClientTokenId", "UnrecognizedClientException", "OptInRequired"}
"""Also what a region says that the account has not enabled."""

SKEWED = {"SignatureDoesNotMatch", "InvalidSignatureException", "RequestTimeTooSkewed"}

PERMISSIONS = {
    "DescribeAddresses": "ec2:DescribeAddresses",
    "DescribeAvailabilityZones": "ec2:DescribeAvailabilityZones",
    "DescribeCluster": "eks:DescribeCluster",
    "DescribeClusterVersions": "eks:DescribeClusterVersions",
    "DescribeInstanceTypeOfferings": "ec2:DescribeInstanceTypeOfferings",
    "DescribeInstanceTypes": "ec2:DescribeInstanceTypes",
    "DescribeInstances": "ec2:DescribeInstances",
    "DescribeLogGroups": "logs:DescribeLogGroups",
    "DescribeRegions": "ec2:DescribeRegions",
    "DescribeVpcPeeringConnections": "ec2:DescribeVpcPeeringConnections",
    "DescribeVpcs": "ec2:DescribeVpcs",
    "GetAWSDefaultServiceQuota": "servicequotas:GetAWSDefaultServiceQuota",
    "GetCallerIdentity": "sts:GetCallerIdentity",
    "GetRole": "iam:GetRole",
    "GetServiceQuota": "servicequotas:GetServiceQuota",
    "ListClusters": "eks:ListClusters",
    "ListTagsForResource": "logs:ListTagsForResource",
}
"""The actions that a preflight needs, by the operation that it calls.

https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
"""

_ACTION = re.compile(r"not authorized to perform: ([a-z0-9-]+:[A-Za-z]+)")


_PAGES = {"404", "500", "501", "NotImplemented", "NotYetImplemented"}


def code(error: BaseException) -> str:
    """The code that AWS gave, or nothing where it is not an answer of AWS."""
    answer: dict[str, Any] = getattr(error, "response", None) or {}
    return str(answer.get("Error", {}).get("Code", ""))


def denied(error: BaseException) -> str | None:
    """The permission that is missing, as a policy names it; None where it is not about one."""
    if code(error) not in DENIED:
        return None
    named = _ACTION.search(str(error))
    operation = str(getattr(error, "operation_name", "an unknown operation"))
    return named.group(1) if named else PERMISSIONS.get(operation, operation)


def lacking(error: BaseException) -> str | None:
    """The operation that a simulated account does not have; None where AWS itself was asked, or has it.

    Such an account answers with a page of HTTP's, not with an error of AWS': botocore then takes the status as code.
    """
    simulated = any(name.startswith("AWS_ENDPOINT_URL") and value for name, value in os.environ.items())
    unknown = code(error) in _PAGES or "is not simulated" in str(error)
    return str(getattr(error, "operation_name", "")) if simulated and unknown else None


def brief(error: BaseException) -> str:
    """The error in a line without its text: that may hold an encoded policy, a URL with a token or a whole request."""
    kind = code(error) or type(error).__name__
    where = getattr(error, "operation_name", "") or urlsplit(_endpoint(error)).hostname
    return f"{kind} at {where}" if where else kind


def _endpoint(error: BaseException) -> str:
    """Where botocore could not get through to; of it only the host is shown."""
    asked: dict[str, Any] = getattr(error, "kwargs", None) or {}
    return str(asked.get("endpoint_url") or "")
