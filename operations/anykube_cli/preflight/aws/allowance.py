"""Quotas as Service Quotas names them, and how much of one is left.

https://docs.aws.amazon.com/servicequotas/2019-06-24/apireference/API_GetServiceQuota.html
"""

from collections.abc import Iterable
from dataclasses import dataclass

from anykube_cli.preflight.allowance import Need, beyond
from anykube_cli.preflight.aws.clients import Clients
from anykube_cli.preflight.aws.plan import AwsPlan
from anykube_cli.preflight.aws.refusal import code
from anykube_cli.preflight.problem import Problem


@dataclass(frozen=True)
class Quota:
    """A quota of an account in a region."""

    service: str
    code: str
    name: str


ELASTIC_IPS = Quota("ec2", "L-0263D0A3", "EC2-VPC Elastic IPs")
VPCS = Quota("vpc", "L-F678F1CE", "VPCs per Region")
CLUSTERS = Quota("eks", "L-1194D53C", "Clusters")


def within(quota: Quota, need: Need, plan: AwsPlan, clients: Clients) -> Iterable[Problem]:
    """Whether the quota holds what is needed. Where nothing is, it is not asked."""
    if need.planned <= 0:
        return
    limit = _limit(quota, clients)
    if limit is None:
        yield Problem(
            f"quota {quota.name}",
            f"Service Quotas has no {quota.code} of {quota.service} in {plan.region}, so it is not known",
            f"look whether {need.total:g} are allowed: {need.what}",
            "warning",
        )
        return
    more = (
        f"aws service-quotas request-service-quota-increase --region {plan.region} "
        f"--service-code {quota.service} --quota-code {quota.code} --desired-value {need.total:g}"
    )
    yield from beyond(quota.name, limit, need, more)


def _limit(quota: Quota, clients: Clients) -> float | None:
    """What was applied to this account; for some quotas AWS knows only the default; for others nothing."""
    from botocore.exceptions import ClientError

    asked = {"ServiceCode": quota.service, "QuotaCode": quota.code}
    for ask in (clients.quotas.get_service_quota, clients.quotas.get_aws_default_service_quota):
        try:
            return float(ask(**asked)["Quota"]["Value"])
        except ClientError as error:
            if code(error) != "NoSuchResourceException":
                raise
    return None
