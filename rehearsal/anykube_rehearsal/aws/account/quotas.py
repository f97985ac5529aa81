"""Service Quotas: the limits of the account.

https://docs.aws.amazon.com/servicequotas/2019-06-24/apireference/API_ListServiceQuotas.html; names and codes are
from https://docs.aws.amazon.com/general/latest/gr/ec2-service.html, vpc-service.html and eks.html.
"""

import json
from collections.abc import Mapping
from http import HTTPStatus
from typing import NamedTuple

from anykube_rehearsal.aws.account.moto_backends import ACCOUNT
from anykube_rehearsal.aws.account.response_shapes import Json


class Quota(NamedTuple):
    """A quota, with the typical value of an account that has been in use for a while."""

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
    """No quota has this code."""


class Quotas:
    """The account's quotas."""

    def __init__(self) -> None:
        self._values: dict[str, float] = {}

    def set(self, values: Mapping[str, float]) -> None:
        """Sets values by quota code. Raises UnknownQuotaError."""
        unknown = values.keys() - QUOTAS.keys()
        if unknown:
            raise UnknownQuotaError(
                f"unknown quota codes: {', '.join(sorted(unknown))}. Use {', '.join(sorted(QUOTAS))}"
            )
        self._values |= values

    def respond(self, operation: str, params: Json, region: str) -> tuple[HTTPStatus, bytes]:
        """Responds to a call of the API."""
        service, code = str(params.get("ServiceCode", "")), str(params.get("QuotaCode", ""))
        values = {} if "AWSDefault" in operation else self._values
        if operation in ("GetServiceQuota", "GetAWSDefaultServiceQuota"):
            if code not in QUOTAS or QUOTAS[code].service != service:
                return _error("NoSuchResourceException", f"The quota {code} of service {service} does not exist")
            return _ok({"Quota": _quota(code, values, region)})
        if operation in ("ListServiceQuotas", "ListAWSDefaultServiceQuotas"):
            if service not in _SERVICES:
                return _error("NoSuchResourceException", f"The service {service} does not exist")
            codes = [key for key, quota in QUOTAS.items() if quota.service == service and code in ("", key)]
            return _ok({"Quotas": [_quota(key, values, region) for key in codes]})
        return _error("InvalidAction", f"{operation} is not simulated")


def _quota(code: str, values: Mapping[str, float], region: str) -> Json:
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
