"""Errors of AWS: missing permissions, rejected credentials, and gaps of a simulated account.

Reads an error's code and operation. Of its text, which may contain private data, only the name of an action is used.

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
"""Also the response of a region that the account has not enabled."""

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
"""The IAM action of each API operation that a preflight calls.

https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
"""

_ACTION = re.compile(r"not authorized to perform: ([a-z0-9-]+:[A-Za-z]+)")

_UNSIMULATED = {"404", "500", "501", "NotImplemented", "NotYetImplemented"}


def error_code(error: BaseException) -> str:
    """The error code of AWS; empty for an error that is not a response of AWS."""
    response: dict[str, Any] = getattr(error, "response", None) or {}
    return str(response.get("Error", {}).get("Code", ""))


def missing_permission(error: BaseException) -> str | None:
    """The missing permission as in a policy, such as ec2:DescribeVpcs; None for other errors."""
    if error_code(error) not in DENIED:
        return None
    action = _ACTION.search(str(error))
    operation = str(getattr(error, "operation_name", "an unknown operation"))
    return action.group(1) if action else PERMISSIONS.get(operation, operation)


def unsimulated_operation(error: BaseException) -> str | None:
    """The operation that a simulated account does not support; None for other errors and for AWS itself.

    A simulated account may respond with an HTTP error page instead of an AWS error; botocore then uses the HTTP status
    as the code.
    """
    is_simulated = any(name.startswith("AWS_ENDPOINT_URL") and value for name, value in os.environ.items())
    is_unknown = error_code(error) in _UNSIMULATED or "is not simulated" in str(error)
    return str(getattr(error, "operation_name", "")) if is_simulated and is_unknown else None


def summarize_error(error: BaseException) -> str:
    """The error in one line. Leaves out its text, which may hold an encoded policy, a token or a whole request."""
    kind = error_code(error) or type(error).__name__
    source = getattr(error, "operation_name", "") or urlsplit(_endpoint(error)).hostname
    return f"{kind} at {source}" if source else kind


def _endpoint(error: BaseException) -> str:
    """The URL that botocore could not reach. Only its host is shown."""
    arguments: dict[str, Any] = getattr(error, "kwargs", None) or {}
    return str(arguments.get("endpoint_url") or "")
