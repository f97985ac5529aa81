"""The IAM roles of a CI pipeline, in an account simulated by moto."""

import json
from collections.abc import Sequence
from typing import Any

import boto3
import pytest
from anykube._clusters.eks.spec import EksClusterSpec
from anykube_cli.preflight.aws.errors import PERMISSIONS
from anykube_cli.roles.aws import policies
from anykube_cli.roles.aws.account import OWNER_TAG, Roles
from anykube_cli.roles.forges import FORGES, Pipeline
from anykube_cli.roles.pipeline_roles import SESSION_SECONDS, StackJobs
from anykube_cli.state_backends.backend import Backend, BackendError, SettingResult, reconcile
from botocore.exceptions import ClientError
from moto.core import set_initial_no_auth_action_count

from tests.operations.roles.iam_policy import allows, call
from tests.operations.roles.test_aws_calls import BOUNDARY, DEPLOY, PREVIEW, SECRET, VALUES

REGION, REPOSITORY, STACK = "eu-west-1", "acme/anykube", "aws-prod"
PREFIX = "repo:acme@1234/anykube@5678"
ISSUER = "token.actions.githubusercontent.com"
PROVIDER = f"arn:aws:iam::123456789012:oidc-provider/{ISSUER}"
_CLUSTER = {
    "cloud": "aws",
    "name": "shop",
    "region": REGION,
    "zones": [f"{REGION}a", f"{REGION}b"],
    "pools": {"servers": {"min": 1, "max": 2, "machine": {"cpu": 2, "memory": "8Gi"}}},
    "eks": {"permissions_boundary": BOUNDARY},
}
BACKEND = Backend(f"s3://acme-state?region={REGION}", f"awskms://alias/acme-state?region={REGION}")


def _roles(
    stack: str = STACK, prefixes: Sequence[str] = (PREFIX,), repository: str = REPOSITORY, **cluster: str
) -> Roles:
    pipeline = Pipeline(repository, FORGES["github"], prefixes)
    jobs = StackJobs(stack, {"db": SECRET, "dns": "projects/p/secrets/dns"}, pipeline)
    return Roles(EksClusterSpec.model_validate({**_CLUSTER, **cluster}), BACKEND, jobs)


def _run(**arguments: Any) -> list[SettingResult]:
    return list(reconcile(_roles(**arguments)))


def _iam() -> Any:
    return boto3.client("iam", region_name=REGION)


def _subjects(role: str) -> list[str]:
    [statement] = _iam().get_role(RoleName=role)["Role"]["AssumeRolePolicyDocument"]["Statement"]
    condition = statement["Condition"]
    assert condition["StringEquals"] == {f"{ISSUER}:aud": "sts.amazonaws.com"}
    assert statement["Principal"] == {"Federated": PROVIDER}
    subjects: list[str] = condition["StringLike"][f"{ISSUER}:sub"]
    return subjects


def _document(role: str, name: str = "anykube") -> Any:
    return _iam().get_role_policy(RoleName=role, PolicyName=name)["PolicyDocument"]


@pytest.mark.usefixtures("account")
def test_second_run_changes_nothing() -> None:
    assert {result.outcome for result in _run()} == {"created"}
    assert {result.outcome for result in _run()} == {"unchanged"}
    assert _subjects("anykube-preview") == [f"{PREFIX}:pull_request", f"{PREFIX}:ref:refs/heads/main"]
    assert _subjects("anykube-deploy-aws-prod") == [f"{PREFIX}:environment:aws-prod"]
    assert _subjects("anykube-review-aws-prod") == [f"{PREFIX}:environment:review"]
    assert _document("anykube-deploy-aws-prod") == DEPLOY[0]
    assert _document("anykube-preview", "anykube-aws-prod") == PREVIEW[1]


@pytest.mark.usefixtures("account")
def test_trusts_both_formats_while_a_repository_changes() -> None:
    _run(prefixes=(f"repo:{REPOSITORY}", PREFIX))
    assert _subjects("anykube-deploy-aws-prod") == [
        f"repo:{REPOSITORY}:environment:aws-prod",
        f"{PREFIX}:environment:aws-prod",
    ]
    assert {result.outcome for result in _run() if "may be assumed" in result.description} == {"updated"}
    assert _subjects("anykube-deploy-aws-prod") == [f"{PREFIX}:environment:aws-prod"]


@pytest.mark.usefixtures("account")
def test_credentials_live_as_long_as_a_run() -> None:
    _run()
    names = ("anykube-preview", "anykube-review-aws-prod", "anykube-deploy-aws-prod")
    for name in names:
        _iam().update_role(RoleName=name, MaxSessionDuration=3600)
    assert [result.outcome for result in _run() if "hours" in result.description] == ["updated"] * 3
    for name in names:
        assert _iam().get_role(RoleName=name)["Role"]["MaxSessionDuration"] == SESSION_SECONDS


@pytest.mark.usefixtures("account")
def test_stacks_share_the_oidc_provider_and_the_read_only_role() -> None:
    _run()
    outcomes = {(result.subject, result.description, result.outcome) for result in _run(stack="aws-dev")}
    descriptions = {text: outcome for subject, text, outcome in outcomes if subject == "role anykube-preview"}
    assert descriptions["has exactly the permissions of its jobs in the policy anykube"] == "unchanged"
    assert {subject for subject, _, outcome in outcomes if outcome == "created"} == {
        "role anykube-review-aws-dev",
        "role anykube-deploy-aws-dev",
    }
    # Each stack adds what its previews read, and keeps what those of others read.
    assert _document("anykube-preview", "anykube-aws-prod") == PREVIEW[1]
    assert "aws-dev" in json.dumps(_document("anykube-preview", "anykube-aws-dev"))


@pytest.mark.usefixtures("account")
def test_removes_added_permissions() -> None:
    _run()
    wide = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}
    _iam().put_role_policy(RoleName="anykube-preview", PolicyName="anykube", PolicyDocument=json.dumps(wide))
    open_to_all = _iam().get_role(RoleName="anykube-preview")["Role"]["AssumeRolePolicyDocument"]
    open_to_all["Statement"][0]["Condition"]["StringLike"] = {}
    _iam().update_assume_role_policy(RoleName="anykube-preview", PolicyDocument=json.dumps(open_to_all))
    assert [result.subject for result in _run() if result.outcome == "updated"] == ["role anykube-preview"] * 2
    assert {result.outcome for result in _run()} == {"unchanged"}


@pytest.mark.usefixtures("account")
def test_rejects_a_role_of_another_repository() -> None:
    _run(repository="other/repository")
    before = _subjects("anykube-preview")
    with pytest.raises(BackendError, match="already exists and belongs to other/repository"):
        _run()
    _iam().untag_role(RoleName="anykube-preview", TagKeys=[OWNER_TAG])
    with pytest.raises(BackendError, match=f"has no tag {OWNER_TAG}"):
        _run()
    assert _subjects("anykube-preview") == before


@pytest.mark.usefixtures("account")
def test_rejects_policies_that_are_too_long_before_it_creates_anything() -> None:
    with pytest.raises(BackendError, match=r"anykube-deploy-aws-prod have \d+ characters, and IAM allows 10240"):
        _run(name="s" * 63)
    assert _iam().list_open_id_connect_providers()["OpenIDConnectProviderList"] == []


# --- permissions


@pytest.mark.parametrize("role", [PREVIEW, DEPLOY], ids=["preview", "deploy"])
def test_roles_have_the_permissions_of_preflight(role: Any) -> None:
    free = {"sts:GetCallerIdentity"}  # needs no permission
    region = {"aws:RequestedRegion": REGION}
    assert {
        action for action in PERMISSIONS.values() if action not in free and not allows(role, call(action, **region))
    } == set()


@pytest.mark.parametrize("policy", [*DEPLOY, *PREVIEW, policies.review(VALUES, [SECRET])])
def test_policies_have_no_wildcards_without_a_condition(policy: Any) -> None:
    for statement in policy["Statement"]:
        assert not {"*", "iam:*", "ec2:*", "eks:*", "s3:*", "kms:*"} & set(statement["Action"])
        reads = ("Get", "List", "Describe")
        writes = [action for action in statement["Action"] if not action.partition(":")[2].startswith(reads)]
        assert statement["Resource"] != "*" or not writes or "Condition" in statement, statement


@pytest.mark.usefixtures("account")
def test_preview_role_cannot_write_in_moto() -> None:
    """moto's IAM evaluates actions, but neither resources nor conditions."""
    _run()
    credentials = boto3.client("sts", region_name=REGION).assume_role(
        RoleArn="arn:aws:iam::123456789012:role/anykube-preview", RoleSessionName="test"
    )["Credentials"]
    keys = (credentials["AccessKeyId"], credentials["SecretAccessKey"], credentials["SessionToken"])
    ec2, iam = (boto3.Session(*keys, region_name=REGION).client(name) for name in ("ec2", "iam"))

    @set_initial_no_auth_action_count(0)
    def check_access() -> None:
        ec2.describe_vpcs()
        iam.list_roles()
        with pytest.raises(ClientError, match="not authorized to perform: ec2:CreateVpc"):
            ec2.create_vpc(CidrBlock="10.0.0.0/16")
        with pytest.raises(ClientError, match="AccessDenied"):
            iam.delete_role(RoleName="anykube-preview")

    check_access()
