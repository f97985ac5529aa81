import subprocess
import sys
from dataclasses import replace
from typing import Any

import boto3
import pytest
from anykube_cli.preflight import PoolPlan
from anykube_cli.preflight.aws import check as module
from anykube_cli.preflight.aws.check import CHECKS, check
from anykube_cli.preflight.aws.clients import Clients
from anykube_cli.preflight.aws.errors import PERMISSIONS
from anykube_cli.preflight.aws.plan import AwsPlan
from botocore.exceptions import EndpointConnectionError
from moto.server import ThreadedMotoServer

from tests.operations.preflight.aws.account import (
    DENIED,
    FOREIGN_TAGS,
    PLAN,
    ZONES,
    Account,
    RefusedError,
    format_problems,
    tag_list,
    versions,
)


def test_reports_no_problems_for_a_good_account(account: Account) -> None:
    result = check(PLAN, account.session)
    assert not format_problems(result.problems)
    assert not result.errors
    assert not result.skipped
    assert set(result.completed) == {"region", *CHECKS}
    assert result.facts["account"] == "123456789012"
    assert result.facts["region"] == "eu-central-1"
    assert result.facts["caller"] == "arn:aws:sts::123456789012:user/moto"


def test_every_api_call_has_a_permission_in_the_table(account: Account) -> None:
    _break_everything(account)
    account.respond("GetAWSDefaultServiceQuota", RefusedError("NoSuchResourceException"))
    account.respond("GetServiceQuota", RefusedError("NoSuchResourceException"))
    account.calls.clear()
    check(_BAD_PLAN, account.session)
    assert account.calls == set(PERMISSIONS)


_BAD_PLAN = AwsPlan(
    cluster="shop",
    region="eu-central-1",
    version="1.20",
    zones=[*ZONES[:2], "eu-central-1z"],
    cidr="10.20.0.0/16",
    nat="zone",
    pools=[
        PoolPlan("servers", ["m5.large"], 400, zones=ZONES[:2]),
        PoolPlan("bought", ["m99.large"], 1, zones=ZONES[:2]),
        PoolPlan("mixed", ["c5.large", "c6g.large"], 1, zones=ZONES[:2]),
        PoolPlan("gpu", ["m5.xlarge"], 1, gpu=True, zones=ZONES[:1]),
    ],
    stack="prod",
    roles=["shop-nodes"],
)


def _break_everything(account: Account) -> None:
    account.limits = {"L-1216C47A": 32, "L-0263D0A3": 2, "L-F678F1CE": 2, "L-1194D53C": 1}
    account.respond("ListClusters", {"clusters": ["other"]})
    account.respond("DescribeCluster", {"cluster": {"name": "shop", "tags": FOREIGN_TAGS}})
    account.clients().ec2.create_vpc(CidrBlock="10.20.0.0/20")
    account.clients().logs.create_log_group(logGroupName="/aws/eks/shop/cluster")
    account.clients().iam.create_role(RoleName="shop-nodes", AssumeRolePolicyDocument="{}", Tags=tag_list(FOREIGN_TAGS))


def test_reports_all_problems_at_once(account: Account) -> None:
    _break_everything(account)
    result = check(_BAD_PLAN, account.session)
    assert sorted(problem.subject for problem in result.errors) == sorted(
        [
            "zone eu-central-1z",
            "version 1.20",
            "pool bought",
            "pool mixed",
            "pool gpu",
            "quota Running On-Demand Standard (A, C, D, H, I, M, R, T, Z) instances",
            "quota EC2-VPC Elastic IPs",
            "quota VPCs per Region",
            "quota Clusters",
            "cluster shop",
            "log group /aws/eks/shop/cluster",
            "role shop-nodes",
        ]
    )
    assert "network 10.20.0.0/16" in [problem.subject for problem in result.warnings]
    assert [problem.severity for problem in result.problems] == sorted(problem.severity for problem in result.problems)
    assert all(problem.message and problem.remedy for problem in result.problems)
    assert result.errors
    assert not result.skipped


def test_missing_permission_skips_only_its_check(account: Account) -> None:
    account.respond("DescribeClusterVersions", DENIED)
    account.respond("GetServiceQuota", DENIED)
    account.clients().logs.create_log_group(logGroupName="/aws/eks/shop/cluster")
    result = check(PLAN, account.session)
    assert [problem.subject for problem in result.errors] == ["log group /aws/eks/shop/cluster"]
    versions_, quotas_ = (problem.message for problem in result.warnings)
    assert (
        versions_ == "the caller lacks the permission eks:DescribeClusterVersions, so these checks did not run: version"
    )
    assert quotas_ == (
        "the caller lacks the permission servicequotas:GetServiceQuota, so these checks did not run: "
        "vCPU quotas, elastic IP quota, VPC quota, cluster quota"
    )
    assert result.skipped == [
        "version",
        "vCPU quotas",
        "elastic IP quota",
        "VPC quota",
        "cluster quota",
    ]
    assert "secret" not in format_problems(result.problems)


def test_uses_the_permission_in_the_error_message(account: Account) -> None:
    text = "User: arn:aws:iam::1:user/x is not authorized to perform: ec2:DescribeVpcs because … eNcOdEd"
    account.respond("DescribeVpcs", RefusedError("UnauthorizedOperation", text, 403))
    result = check(PLAN, account.session)
    assert "lacks the permission ec2:DescribeVpcs" in format_problems(result.problems)
    assert "eNcOdEd" not in format_problems(result.problems)


def test_failed_check_is_an_error(account: Account, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(plan: AwsPlan, clients: Clients) -> Any:
        raise KeyError("secret-looking text")

    monkeypatch.setattr(module, "CHECKS", {**CHECKS, "version": broken})
    result = check(PLAN, account.session)
    assert [problem.subject for problem in result.errors] == ["preflight"]
    assert "the check version failed: KeyError" in format_problems(result.errors)
    assert "secret" not in format_problems(result.errors)
    assert result.skipped == ["version"]


def test_keeps_problems_found_before_a_check_failed(account: Account) -> None:
    account.respond("GetServiceQuota", RefusedError("ServiceException", "no", 500))
    result = check(replace(PLAN, pools=[PoolPlan("p", ["hpc6a.48xlarge", "m5.large"], 1)]), account.session)
    assert "hpc6a.48xlarge is unknown" in format_problems(result.warnings)
    assert "ServiceException at GetServiceQuota" in format_problems(result.errors)


def test_missing_credentials_are_the_only_problem(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.delenv(name, raising=False)
    result = check(PLAN)
    assert [problem.message for problem in result.problems] == ["no credentials found"]
    assert "aws sso login" in result.problems[0].remedy
    assert set(result.skipped) == {"region", *CHECKS}
    assert result.errors


def test_unknown_profile(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_PROFILE", "nobody")
    assert "AWS_PROFILE" in format_problems(check(PLAN).problems)


def test_missing_boto3(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "boto3", None)
    assert "uv sync --extra aws" in format_problems(check(PLAN).problems)


def test_expired_credentials(account: Account) -> None:
    account.respond("GetCallerIdentity", RefusedError("ExpiredToken"))
    assert "the credentials have expired" in format_problems(check(PLAN, account.session).problems)


def test_unreachable_aws(account: Account) -> None:
    account.respond("GetCallerIdentity", EndpointConnectionError(endpoint_url="https://sts.example"))
    assert "AWS cannot be reached" in format_problems(check(PLAN, account.session).problems)


def test_disabled_region_skips_all_checks(account: Account) -> None:
    responses = iter([RefusedError("InvalidClientTokenId"), None])
    account.respond("GetCallerIdentity", lambda _: next(responses))
    result = check(replace(PLAN, region="ap-east-1"), account.session)
    assert [problem.subject for problem in result.errors] == ["region ap-east-1"]
    assert result.completed == ["region"]
    assert set(result.skipped) == set(CHECKS)


def test_sends_only_read_requests(account: Account) -> None:
    check(_BAD_PLAN, account.session)
    assert all(name.startswith(("Describe", "Get", "List")) for name in account.calls)


def test_simulated_account_skips_unsupported_operations(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("anykube_cli.preflight.aws.clients._RETRIES", {"mode": "standard", "max_attempts": 0})
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    try:
        host, port = server.get_host_and_port()
        monkeypatch.setenv("AWS_ENDPOINT_URL", f"http://{host}:{port}")
        monkeypatch.setenv("AWS_ACCESS_KEY_ID", "key")
        monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
        result = check(replace(PLAN, zones=[*ZONES, "eu-central-1z"]), boto3.Session())
    finally:
        server.stop()
    assert [problem.subject for problem in result.errors] == ["zone eu-central-1z"]
    assert "simulated account" in {problem.subject for problem in result.warnings}
    assert "does not support DescribeClusterVersions, so these checks did not run: version" in format_problems(
        result.warnings
    )


def test_package_imports_without_boto3() -> None:
    code = (
        "import sys; sys.modules.update(boto3=None, botocore=None); "
        "import anykube_cli.preflight, anykube_cli.preflight.aws.check, anykube_cli.preflight.report"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_fake_responses_are_validated_by_botocore(account: Account) -> None:
    account.respond("DescribeClusterVersions", {"clusterVersions": [{"version": "1.35"}, *versions()]})
    assert "ParamValidationError" in format_problems(check(PLAN, account.session).errors)


def test_missing_region_permission_does_not_stop_the_checks(account: Account) -> None:
    account.respond("DescribeRegions", RefusedError("UnauthorizedOperation", "no", 403))
    result = check(replace(PLAN, version="1.20"), account.session)
    assert result.skipped == ["region"]
    assert "lacks the permission ec2:DescribeRegions" in format_problems(result.warnings)
    assert [problem.subject for problem in result.errors] == ["version 1.20"]


def test_invalid_region_name(account: Account) -> None:
    result = check(replace(PLAN, region="not a region"), account.session)
    assert "the region name is invalid" in format_problems(result.problems)


def test_credentials_expiring_during_the_run_are_reported_once(account: Account) -> None:
    for operation in ("GetServiceQuota", "DescribeVpcs", "DescribeInstanceTypes"):
        account.respond(operation, RefusedError("ExpiredTokenException"))
    result = check(PLAN, account.session)
    assert [problem.message for problem in result.problems] == ["the credentials have expired"]
    assert len(result.skipped) == 6


def test_unreachable_service_is_reported_by_host(account: Account) -> None:
    url = "https://eks.eu-central-1.amazonaws.com/cluster-versions?token=secret"
    account.respond("DescribeClusterVersions", EndpointConnectionError(endpoint_url=url))
    result = check(PLAN, account.session)
    assert "EndpointConnectionError at eks.eu-central-1.amazonaws.com" in format_problems(result.errors)
    assert "secret" not in format_problems(result.errors)
