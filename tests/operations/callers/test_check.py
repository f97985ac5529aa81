"""What a run says about its identity before it starts. AWS is moto's."""

from collections.abc import Iterator, Sequence
from typing import Any

import boto3
import pytest
from anykube._clusters.eks.spec import EksClusterSpec
from anykube_cli.callers import check
from moto import mock_aws

_ACCOUNT, _OTHER = "123456789012", "999999999999"
_CI, _ANN = f"arn:aws:iam::{_ACCOUNT}:role/ci", f"arn:aws:iam::{_ACCOUNT}:user/ann"


@pytest.fixture
def ann(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A run with Ann's credentials."""
    with mock_aws():
        iam = boto3.client("iam", "eu-west-1", aws_access_key_id="test", aws_secret_access_key="test")
        iam.create_user(UserName="ann")
        keys = iam.create_access_key(UserName="ann")["AccessKey"]
        monkeypatch.setenv("AWS_ACCESS_KEY_ID", keys["AccessKeyId"])
        monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", keys["SecretAccessKey"])
        monkeypatch.delenv("AWS_SESSION_TOKEN", raising=False)
        yield


def _problems(
    state: Sequence[dict[str, Any]] = (), *, account: str | None = None, changes: bool = True, **access: list[str]
) -> list[tuple[str, str]]:
    spec = EksClusterSpec.model_validate(
        {
            "cloud": "aws",
            "name": "shop",
            "region": "eu-west-1",
            "zones": ["eu-west-1a", "eu-west-1b"],
            "mode": "managed",
            "access": access,
            "eks": {"account": account},
        }
    )
    problems = check.problems("prod", spec, {"resources": list(state)}, changes=changes)
    return [(problem.severity, problem.message) for problem in problems]


def _cluster(account: str) -> dict[str, Any]:
    arn = f"arn:aws:eks:eu-west-1:{account}:cluster/shop"
    return {"type": "aws:eks/cluster:Cluster", "urn": "urn::c", "outputs": {"arn": arn}}


def _creator(principal: str) -> dict[str, Any]:
    outputs = {"principalArn": principal}
    return {"type": "aws:eks/accessEntry:AccessEntry", "urn": "urn::shop-deployer", "outputs": outputs}


@pytest.mark.usefixtures("ann")
def test_says_nothing_about_a_deployer_in_the_right_account() -> None:
    assert _problems([_cluster(_ACCOUNT)], account=_ACCOUNT, deployers=[_ANN]) == []
    assert _problems([_cluster(_ACCOUNT)], account=_ACCOUNT, deployers=[_CI], admins=[_ANN]) == []
    assert _problems(deployers=[_CI], previewers=[_ANN], changes=False) == []


@pytest.mark.usefixtures("ann")
def test_refuses_the_credentials_of_another_account() -> None:
    message = f"the credentials belong to the account {_ACCOUNT}, but the settings of prod name {_OTHER}"
    assert ("error", message) in _problems(account=_OTHER, deployers=[_ANN])
    # Settings that name no account: the cluster in the state does.
    message = f"the credentials belong to the account {_ACCOUNT}, but the cluster of prod is in {_OTHER}"
    assert ("error", message) in _problems([_cluster(_OTHER)], deployers=[_ANN], changes=False)


@pytest.mark.usefixtures("ann")
def test_names_an_identity_that_the_settings_do_not_name() -> None:
    message = f"the settings do not name {_ANN}, so it may have no permissions in the cluster"
    assert _problems(deployers=[_CI]) == [("error", message)]
    assert _problems(deployers=[_CI], previewers=[_ANN]) == [("error", message)]
    assert _problems(deployers=[_CI], changes=False) == [("warning", message)]


@pytest.mark.usefixtures("ann")
def test_the_creator_may_deploy_while_the_settings_name_no_deployers() -> None:
    assert _problems([_creator(_ANN)]) == []
    ((severity, message),) = _problems([_creator(_CI)])
    assert (severity, _ANN in message) == ("error", True)
    ((severity, message),) = _problems()
    assert (severity, message.startswith("the settings name no deployers")) == ("warning", True)


@pytest.mark.usefixtures("ann")
def test_prevents_a_second_grant_for_the_creator() -> None:
    assert _problems([_creator(_ANN)], deployers=[_ANN, _CI]) == []
    ((severity, message),) = _problems([_creator(_ANN)], deployers=[_CI, _ANN])
    assert (severity, message) == (
        "error",
        f"{_ANN} created the cluster and has a grant as its deployer already",
    )
    severities = [severity for severity, _ in _problems(admins=[_ANN])]
    assert severities == ["error", "warning"]
