"""Quotas of Service Quotas.

https://docs.aws.amazon.com/servicequotas/2019-06-24/apireference/API_GetServiceQuota.html
"""

from collections.abc import Iterable
from dataclasses import dataclass

from anykube_cli.preflight.aws.clients import Clients
from anykube_cli.preflight.aws.errors import error_code
from anykube_cli.preflight.aws.plan import AwsPlan
from anykube_cli.preflight.problem import Problem
from anykube_cli.preflight.quota import QuotaDemand, check_quota


@dataclass(frozen=True)
class Quota:
    """A quota of an account in a region."""

    service: str
    code: str
    name: str


ELASTIC_IPS = Quota("ec2", "L-0263D0A3", "EC2-VPC Elastic IPs")
VPCS = Quota("vpc", "L-F678F1CE", "VPCs per Region")
CLUSTERS = Quota("eks", "L-1194D53C", "Clusters")


def check_service_quota(quota: Quota, demand: QuotaDemand, plan: AwsPlan, clients: Clients) -> Iterable[Problem]:
    """Reports a quota that is too low. If the stack needs nothing of it, AWS is not called."""
    if demand.planned <= 0:
        return
    limit = _limit(quota, clients)
    if limit is None:
        yield Problem(
            f"quota {quota.name}",
            f"Service Quotas has no quota {quota.code} of {quota.service} in {plan.region}, so it was not checked",
            f"check yourself that the limit is at least {demand.total:g}: {demand.reason}",
            "warning",
        )
        return
    request = (
        f"aws service-quotas request-service-quota-increase --region {plan.region} "
        f"--service-code {quota.service} --quota-code {quota.code} --desired-value {demand.total:g}"
    )
    yield from check_quota(quota.name, limit, demand, request)


def _limit(quota: Quota, clients: Clients) -> float | None:
    """The limit of this account, else AWS' default, else None. AWS has only the default of some quotas."""
    from botocore.exceptions import ClientError

    arguments = {"ServiceCode": quota.service, "QuotaCode": quota.code}
    for operation in (clients.quotas.get_service_quota, clients.quotas.get_aws_default_service_quota):
        try:
            return float(operation(**arguments)["Quota"]["Value"])
        except ClientError as error:
            if error_code(error) != "NoSuchResourceException":
                raise
    return None
