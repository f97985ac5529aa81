"""Service Quotas, through boto3."""

from typing import Any

import httpx2
import pytest
from botocore.exceptions import ClientError


def test_quotas_are_listed_and_found(world: Any) -> None:
    quotas = world.client("service-quotas")
    listed = {one["QuotaCode"]: one for one in quotas.list_service_quotas(ServiceCode="ec2")["Quotas"]}
    assert listed.keys() == {"L-1216C47A", "L-34B43A08", "L-DB2E81BA", "L-0263D0A3"}
    assert listed["L-0263D0A3"]["QuotaName"] == "EC2-VPC Elastic IPs"
    assert listed["L-0263D0A3"]["QuotaArn"] == "arn:aws:servicequotas:eu-west-1:123456789012:ec2/L-0263D0A3"
    assert quotas.get_service_quota(ServiceCode="eks", QuotaCode="L-1194D53C")["Quota"]["Value"] == 100
    assert quotas.get_service_quota(ServiceCode="vpc", QuotaCode="L-F678F1CE")["Quota"]["Value"] == 5


def test_quotas_can_be_set(world: Any) -> None:
    quotas, url = world.client("service-quotas"), f"{world.account.url}/_anykube/quotas"
    asked = {"ServiceCode": "eks", "QuotaCode": "L-6D54EA21"}
    httpx2.post(url, json={"L-6D54EA21": 2}, trust_env=False).raise_for_status()
    assert quotas.get_service_quota(**asked)["Quota"]["Value"] == 2
    assert quotas.get_aws_default_service_quota(**asked)["Quota"]["Value"] == 30
    refused = httpx2.post(url, json={"L-0": 2}, trust_env=False)
    assert (refused.status_code, refused.json()) == (400, {"message": "no quota has the code L-0"})
    httpx2.post(url, json={"L-6D54EA21": 30}, trust_env=False)


def test_what_is_no_quota_is_not_found(world: Any) -> None:
    quotas = world.client("service-quotas")
    with pytest.raises(
        quotas.exceptions.NoSuchResourceException, match="quota L-1194D53C of service ec2 does not exist"
    ):
        quotas.get_service_quota(ServiceCode="ec2", QuotaCode="L-1194D53C")
    with pytest.raises(quotas.exceptions.NoSuchResourceException, match="service s3 does not exist"):
        quotas.list_service_quotas(ServiceCode="s3")
    with pytest.raises(ClientError, match="ListServices is not simulated"):
        quotas.list_services()
