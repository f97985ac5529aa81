"""The identity on AWS, asked of moto's STS and IAM."""

from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from anykube._clusters.eks.spec import EksClusterSpec
from anykube_cli.callers.aws import find, read_state
from anykube_cli.callers.caller import Recorded, UnknownCallerError
from moto import mock_aws

_SSO = "/aws-reserved/sso.amazonaws.com/eu-west-1/"
_SPEC = EksClusterSpec.model_validate(
    {"cloud": "aws", "name": "shop", "region": "eu-west-1", "zones": ["eu-west-1a", "eu-west-1b"], "mode": "managed"}
)


@pytest.fixture
def root() -> Iterator[Any]:
    with mock_aws():
        yield boto3.session.Session("test", "test", region_name="eu-west-1")


def _assume(root: Any, role: str, path: str) -> Any:
    arn = root.client("iam").create_role(RoleName=role, Path=path, AssumeRolePolicyDocument="{}")["Role"]["Arn"]
    keys = root.client("sts").assume_role(RoleArn=arn, RoleSessionName="ann")["Credentials"]
    return boto3.session.Session(
        keys["AccessKeyId"], keys["SecretAccessKey"], keys["SessionToken"], region_name="eu-west-1"
    )


@pytest.mark.parametrize("path", ["/", "/ci/", _SSO])
def test_a_session_is_its_role_with_the_path(root: Any, path: str) -> None:
    caller = find(_SPEC, _assume(root, "deployer", path))
    assert caller.principal == f"arn:aws:iam::123456789012:role{path}deployer"
    assert caller.account == "123456789012"
    assert caller.description == "assumed role deployer, session ann"


def test_a_user_is_its_own_principal(root: Any) -> None:
    root.client("iam").create_user(UserName="ann")
    keys = root.client("iam").create_access_key(UserName="ann")["AccessKey"]
    session = boto3.session.Session(keys["AccessKeyId"], keys["SecretAccessKey"], region_name="eu-west-1")
    assert find(_SPEC, session).principal == "arn:aws:iam::123456789012:user/ann"


def test_explains_missing_credentials(root: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    session = boto3.session.Session(region_name="eu-west-1")
    with pytest.raises(UnknownCallerError, match="no credentials found"):
        find(_SPEC, session)


def test_reads_account_and_creator_of_a_recorded_state() -> None:
    prefix = "urn:pulumi:prod::anykube::anykube:index:EksCluster$"
    entry = {
        "type": "aws:eks/accessEntry:AccessEntry",
        "urn": f"{prefix}aws:eks/accessEntry:AccessEntry::prod-deployer",
        "outputs": {"principalArn": "arn:aws:iam::123456789012:role/ci"},
    }
    cluster = {
        "type": "aws:eks/cluster:Cluster",
        "urn": f"{prefix}aws:eks/cluster:Cluster::prod-cluster",
        "outputs": {"arn": "arn:aws:eks:eu-west-1:123456789012:cluster/prod"},
    }
    other = {**entry, "urn": f"{entry['urn']}-role-ops", "outputs": {"principalArn": "arn:aws:iam::1:role/ops"}}
    state = {"resources": [other, cluster, entry]}
    assert read_state(state) == Recorded("123456789012", "arn:aws:iam::123456789012:role/ci")
    assert read_state({"resources": [{**entry, "delete": True}]}) == Recorded()
