"""Service Quotas, through boto3."""

from typing import Any

import httpx2
import pytest
from botocore.exceptions import ClientError


def test_lists_and_gets_quotas(aws: Any) -> None:
    quotas = aws.client("service-quotas")
    listed = {quota["QuotaCode"]: quota for quota in quotas.list_service_quotas(ServiceCode="ec2")["Quotas"]}
    assert listed.keys() == {"L-1216C47A", "L-34B43A08", "L-DB2E81BA", "L-0263D0A3"}
    assert listed["L-0263D0A3"]["QuotaName"] == "EC2-VPC Elastic IPs"
    assert listed["L-0263D0A3"]["QuotaArn"] == "arn:aws:servicequotas:eu-west-1:123456789012:ec2/L-0263D0A3"
    assert quotas.get_service_quota(ServiceCode="eks", QuotaCode="L-1194D53C")["Quota"]["Value"] == 100
    assert quotas.get_service_quota(ServiceCode="vpc", QuotaCode="L-F678F1CE")["Quota"]["Value"] == 5


def test_sets_quotas(aws: Any) -> None:
    quotas, url = aws.client("service-quotas"), f"{aws.account.url}/_anykube/quotas"
    quota = {"ServiceCode": "eks", "QuotaCode": "L-6D54EA21"}
    httpx2.post(url, json={"L-6D54EA21": 2}, trust_env=False).raise_for_status()
    assert quotas.get_service_quota(**quota)["Quota"]["Value"] == 2
    assert quotas.get_aws_default_service_quota(**quota)["Quota"]["Value"] == 30
    response = httpx2.post(url, json={"L-0": 2}, trust_env=False)
    assert (response.status_code, response.json()["message"][:24]) == (400, "unknown quota codes: L-0")
    httpx2.post(url, json={"L-6D54EA21": 30}, trust_env=False)


def test_rejects_unknown_quotas(aws: Any) -> None:
    quotas = aws.client("service-quotas")
    with pytest.raises(
        quotas.exceptions.NoSuchResourceException, match="quota L-1194D53C of service ec2 does not exist"
    ):
        quotas.get_service_quota(ServiceCode="ec2", QuotaCode="L-1194D53C")
    with pytest.raises(quotas.exceptions.NoSuchResourceException, match="service s3 does not exist"):
        quotas.list_service_quotas(ServiceCode="s3")
    with pytest.raises(ClientError, match="ListServices is not simulated"):
        quotas.list_services()
