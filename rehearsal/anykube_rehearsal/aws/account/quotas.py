"""Service Quotas: how much of what the account may have.

https://docs.aws.amazon.com/servicequotas/2019-06-24/apireference/API_ListServiceQuotas.html; names and codes are those
of https://docs.aws.amazon.com/general/latest/gr/ec2-service.html, vpc-service.html and eks.html.
"""

import json
from collections.abc import Mapping
from http import HTTPStatus
from typing import NamedTuple

from anykube_rehearsal.aws.account.moto_backends import ACCOUNT
from anykube_rehearsal.aws.account.response_shapes import Json


class Quota(NamedTuple):
    """One of them, with the value of an account that is in use for a while."""

    service: str
    name: str
    value: float


QUOTAS: Mapping[str, Quota] = {
    "L-1216C47A": Quota("ec2", "Running On-Demand Standard (A, C, D, H, I, M, R, T, Z) instances", 64),
    "L-34B43A08": Quota("ec2", "All Standard (A, C, D, H, I, M, R, T, Z) Spot Instance Requests", 64),
    "L-DB2E81BA": Quota("ec2", "Running On-Demand G and VT instances", 8),
    "L-0263D0A3": Quota("ec2", "EC2-VPC Elastic IPs", 5),
    "L-F678F1CE": Quota("vpc", "VPCs per Region", 5),
    "L-1194D53C": Quota("eks", "Clusters", 100),
    "L-6D54EA21": Quota("eks", "Managed node groups per cluster", 30),
}
_SERVICES = {
    "ec2": "Amazon Elastic Compute Cloud (Amazon EC2)",
    "vpc": "Amazon Virtual Private Cloud (Amazon VPC)",
    "eks": "Amazon Elastic Kubernetes Service (Amazon EKS)",
}


class UnknownQuotaError(Exception):
    """There is no such quota."""


class Quotas:
    """The account's quotas, which can be set."""

    def __init__(self) -> None:
        self._values: dict[str, float] = {}

    def set(self, values: Mapping[str, float]) -> None:
        """Sets some of them, by code. Raises UnknownQuotaError."""
        unknown = values.keys() - QUOTAS.keys()
        if unknown:
            raise UnknownQuotaError(f"no quota has the code {', '.join(sorted(unknown))}")
        self._values |= values

    def answer(self, operation: str, asked: Json, region: str) -> tuple[HTTPStatus, bytes]:
        """Answers one call of the API."""
        service, code = str(asked.get("ServiceCode", "")), str(asked.get("QuotaCode", ""))
        values = {} if "AWSDefault" in operation else self._values
        if operation in ("GetServiceQuota", "GetAWSDefaultServiceQuota"):
            if code not in QUOTAS or QUOTAS[code].service != service:
                return _error("NoSuchResourceException", f"The quota {code} of service {service} does not exist")
            return _ok({"Quota": _shown(code, values, region)})
        if operation in ("ListServiceQuotas", "ListAWSDefaultServiceQuotas"):
            if service not in _SERVICES:
                return _error("NoSuchResourceException", f"The service {service} does not exist")
            wanted = [one for one, quota in QUOTAS.items() if quota.service == service and code in ("", one)]
            return _ok({"Quotas": [_shown(one, values, region) for one in wanted]})
        return _error("InvalidAction", f"{operation} is not simulated")


def _shown(code: str, values: Mapping[str, float], region: str) -> Json:
    quota = QUOTAS[code]
    return {
        "ServiceCode": quota.service,
        "ServiceName": _SERVICES[quota.service],
        "QuotaArn": f"arn:aws:servicequotas:{region}:{ACCOUNT}:{quota.service}/{code}",
        "QuotaCode": code,
        "QuotaName": quota.name,
        "Value": float(values.get(code, quota.value)),
        "Unit": "None",
        "Adjustable": True,
        "GlobalQuota": False,
    }


def _ok(content: Json) -> tuple[HTTPStatus, bytes]:
    return HTTPStatus.OK, json.dumps(content).encode()


def _error(kind: str, message: str) -> tuple[HTTPStatus, bytes]:
    return HTTPStatus.BAD_REQUEST, json.dumps({"__type": kind, "Message": message}).encode()
