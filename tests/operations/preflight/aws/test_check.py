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
from anykube_cli.preflight.aws.plan import AwsPlan
from anykube_cli.preflight.aws.errors import PERMISSIONS
from botocore.exceptions import EndpointConnectionError
from moto.server import ThreadedMotoServer

from tests.operations.preflight.aws.account import (
    DENIED,
    FOREIGN,
    PLAN,
    ZONES,
    Account,
    RefusedError,
    listed,
    said,
    versions,
)


def test_nothing_wrong(account: Account) -> None:
    found = check(PLAN, account.session)
    assert not said(found.problems)
    assert not found.errors
    assert not found.skipped
    assert set(found.completed) == {"region", *CHECKS}
    assert found.facts["account"] == "123456789012"
    assert found.facts["region"] == "eu-central-1"
    assert found.facts["caller"] == "arn:aws:sts::123456789012:user/moto"


def test_every_call_has_its_permission(account: Account) -> None:
    _wrong(account)
    account.answer("GetAWSDefaultServiceQuota", RefusedError("NoSuchResourceException"))
    account.answer("GetServiceQuota", RefusedError("NoSuchResourceException"))
    account.calls.clear()
    check(_WRONG, account.session)
    assert account.calls == set(PERMISSIONS)


_WRONG = AwsPlan(
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


def _wrong(account: Account) -> None:
    account.limits = {"L-1216C47A": 32, "L-0263D0A3": 2, "L-F678F1CE": 2, "L-1194D53C": 1}
    account.answer("ListClusters", {"clusters": ["other"]})
    account.answer("DescribeCluster", {"cluster": {"name": "shop", "tags": FOREIGN}})
    account.clients().ec2.create_vpc(CidrBlock="10.20.0.0/20")
    account.clients().logs.create_log_group(logGroupName="/aws/eks/shop/cluster")
    account.clients().iam.create_role(RoleName="shop-nodes", AssumeRolePolicyDocument="{}", Tags=listed(FOREIGN))


def test_all_that_is_wrong_comes_at_once(account: Account) -> None:
    _wrong(account)
    found = check(_WRONG, account.session)
    assert sorted(problem.subject for problem in found.errors) == sorted(
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
    assert "network 10.20.0.0/16" in [problem.subject for problem in found.warnings]
    assert [problem.severity for problem in found.problems] == sorted(problem.severity for problem in found.problems)
    assert all(problem.message and problem.remedy for problem in found.problems)
    assert found.errors
    assert not found.skipped


def test_a_missing_permission_stops_nothing_else(account: Account) -> None:
    account.answer("DescribeClusterVersions", DENIED)
    account.answer("GetServiceQuota", DENIED)
    account.clients().logs.create_log_group(logGroupName="/aws/eks/shop/cluster")
    found = check(PLAN, account.session)
    assert [problem.subject for problem in found.errors] == ["log group /aws/eks/shop/cluster"]
    versions_, quotas_ = (problem.message for problem in found.warnings)
    assert versions_ == "eks:DescribeClusterVersions is refused, so this is not known: version"
    assert quotas_.startswith("servicequotas:GetServiceQuota is refused, so this is not known: quotas of vCPUs, quota")
    assert found.skipped == [
        "version",
        "quotas of vCPUs",
        "quota of elastic IPs",
        "quota of VPCs",
        "quota of clusters",
    ]
    assert "secret" not in said(found.problems)


def test_the_permission_is_the_one_that_aws_names(account: Account) -> None:
    text = "User: arn:aws:iam::1:user/x is not authorized to perform: ec2:DescribeVpcs because … eNcOdEd"
    account.answer("DescribeVpcs", RefusedError("UnauthorizedOperation", text, 403))
    found = check(PLAN, account.session)
    assert "ec2:DescribeVpcs is refused" in said(found.problems)
    assert "eNcOdEd" not in said(found.problems)


def test_a_question_that_breaks_is_an_error(account: Account, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(plan: AwsPlan, clients: Clients) -> Any:
        raise KeyError("secret-looking text")

    monkeypatch.setattr(module, "CHECKS", {**CHECKS, "version": broken})
    found = check(PLAN, account.session)
    assert [problem.subject for problem in found.errors] == ["preflight"]
    assert "the question about version broke, so it is not known: KeyError" in said(found.errors)
    assert "secret" not in said(found.errors)
    assert found.skipped == ["version"]


def test_what_was_found_before_it_broke_counts(account: Account) -> None:
    account.answer("GetServiceQuota", RefusedError("ServiceException", "no", 500))
    found = check(replace(PLAN, pools=[PoolPlan("p", ["hpc6a.48xlarge", "m5.large"], 1)]), account.session)
    assert "hpc6a.48xlarge is not known" in said(found.warnings)
    assert "ServiceException at GetServiceQuota" in said(found.errors)


def test_without_credentials_only_that_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.delenv(name, raising=False)
    found = check(PLAN)
    assert [problem.message for problem in found.problems] == ["there are no credentials"]
    assert "aws sso login" in found.problems[0].remedy
    assert set(found.skipped) == {"region", *CHECKS}
    assert found.errors


def test_a_profile_that_there_is_not(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_PROFILE", "nobody")
    assert "AWS_PROFILE" in said(check(PLAN).problems)


def test_without_boto3(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "boto3", None)
    assert "uv sync --extra aws" in said(check(PLAN).problems)


def test_expired_credentials(account: Account) -> None:
    account.answer("GetCallerIdentity", RefusedError("ExpiredToken"))
    assert "the credentials have expired" in said(check(PLAN, account.session).problems)


def test_aws_cannot_be_reached(account: Account) -> None:
    account.answer("GetCallerIdentity", EndpointConnectionError(endpoint_url="https://sts.example"))
    assert "AWS cannot be reached" in said(check(PLAN, account.session).problems)


def test_a_region_that_is_not_enabled_is_all_that_is_told(account: Account) -> None:
    answers = iter([RefusedError("InvalidClientTokenId"), None])
    account.answer("GetCallerIdentity", lambda _: next(answers))
    found = check(replace(PLAN, region="ap-east-1"), account.session)
    assert [problem.subject for problem in found.errors] == ["region ap-east-1"]
    assert found.completed == ["region"]
    assert set(found.skipped) == set(CHECKS)


def test_nothing_is_changed(account: Account) -> None:
    check(_WRONG, account.session)
    assert all(name.startswith(("Describe", "Get", "List")) for name in account.calls)


def test_a_server_as_simulated_account(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("anykube_cli.preflight.aws.clients._ASKING", {"mode": "standard", "max_attempts": 0})
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    try:
        host, port = server.get_host_and_port()
        monkeypatch.setenv("AWS_ENDPOINT_URL", f"http://{host}:{port}")
        monkeypatch.setenv("AWS_ACCESS_KEY_ID", "key")
        monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
        found = check(replace(PLAN, zones=[*ZONES, "eu-central-1z"]), boto3.Session())
    finally:
        server.stop()
    assert [problem.subject for problem in found.errors] == ["zone eu-central-1z"]
    assert "simulated account" in {problem.subject for problem in found.warnings}
    assert "does not have DescribeClusterVersions, so this is not known: version" in said(found.warnings)


def test_the_package_imports_without_boto3() -> None:
    code = (
        "import sys; sys.modules.update(boto3=None, botocore=None); "
        "import anykube_cli.preflight, anykube_cli.preflight.aws.check, anykube_cli.preflight.report"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_the_versions_of_the_tests_are_of_aws_model(account: Account) -> None:
    account.answer("DescribeClusterVersions", {"clusterVersions": [{"version": "1.35"}, *versions()]})
    assert "ParamValidationError" in said(check(PLAN, account.session).errors)


def test_regions_may_stay_unknown(account: Account) -> None:
    account.answer("DescribeRegions", RefusedError("UnauthorizedOperation", "no", 403))
    found = check(replace(PLAN, version="1.20"), account.session)
    assert found.skipped == ["region"]
    assert "ec2:DescribeRegions is refused" in said(found.warnings)
    assert [problem.subject for problem in found.errors] == ["version 1.20"]


def test_a_name_that_is_no_regions(account: Account) -> None:
    found = check(replace(PLAN, region="not a region"), account.session)
    assert "the region's name cannot be one" in said(found.problems)


def test_credentials_that_expire_on_the_way_are_told_once(account: Account) -> None:
    for operation in ("GetServiceQuota", "DescribeVpcs", "DescribeInstanceTypes"):
        account.answer(operation, RefusedError("ExpiredTokenException"))
    found = check(PLAN, account.session)
    assert [problem.message for problem in found.problems] == ["the credentials have expired"]
    assert len(found.skipped) == 6


def test_a_service_that_cannot_be_reached_is_named_by_its_host(account: Account) -> None:
    url = "https://eks.eu-central-1.amazonaws.com/cluster-versions?token=secret"
    account.answer("DescribeClusterVersions", EndpointConnectionError(endpoint_url=url))
    found = check(PLAN, account.session)
    assert "EndpointConnectionError at eks.eu-central-1.amazonaws.com" in said(found.errors)
    assert "secret" not in said(found.errors)
