"""The IAM roles of a CI pipeline, in an account simulated by moto, and the permissions of their policies."""

import ast
import json
from collections.abc import Iterator
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

import boto3
import pytest
from anykube._clusters.eks.spec import EksClusterSpec
from anykube_cli.preflight.aws.errors import PERMISSIONS
from anykube_cli.roles.aws.account import OWNER_TAG, Roles, pipeline_roles, policy
from anykube_cli.roles.forges import FORGES
from anykube_cli.state_backends.backend import Backend, BackendError, SettingResult, reconcile
from anykube_rehearsal.aws.plugin.kinds.ec2_kind import Ec2Kind
from anykube_rehearsal.aws.plugin.kinds.registry import KINDS
from botocore.exceptions import ClientError
from moto.core import set_initial_no_auth_action_count

REGION, REPOSITORY, STACK = "eu-west-1", "acme/anykube", "aws-prod"
PROVIDER = "arn:aws:iam::123456789012:oidc-provider/token.actions.githubusercontent.com"
SPEC = EksClusterSpec.model_validate(
    {
        "cloud": "aws",
        "name": "shop",
        "region": REGION,
        "zones": [f"{REGION}a", f"{REGION}b"],
        "pools": {"servers": {"min": 1, "max": 2, "machine": {"cpu": 2, "memory": "8Gi"}}},
    }
)
BACKEND = Backend(f"s3://acme-state?region={REGION}", f"awskms://alias/acme-state?region={REGION}")
VALUES = {
    "account": "123456789012",
    "alias": "alias/acme-state",
    "bucket": "acme-state",
    "cluster": "shop",
    "partition": "aws",
    "project": "anykube",
    "region": REGION,
    "stack": STACK,
}


def _roles(stack: str = STACK, forge: str = "github", repository: str = REPOSITORY) -> Roles:
    return Roles(stack, SPEC, BACKEND, repository, FORGES[forge])


def _run(**arguments: str) -> list[SettingResult]:
    return list(reconcile(_roles(**arguments)))


def _iam() -> Any:
    return boto3.client("iam", region_name=REGION)


def _subjects(role: str) -> list[str]:
    [statement] = _iam().get_role(RoleName=role)["Role"]["AssumeRolePolicyDocument"]["Statement"]
    condition = statement["Condition"]
    assert condition["StringEquals"] == {"token.actions.githubusercontent.com:aud": "sts.amazonaws.com"}
    assert statement["Principal"] == {"Federated": PROVIDER}
    subjects: list[str] = condition["StringLike"]["token.actions.githubusercontent.com:sub"]
    return subjects


@pytest.mark.usefixtures("account")
def test_second_run_changes_nothing() -> None:
    assert {result.outcome for result in _run()} == {"created"}
    assert {result.outcome for result in _run()} == {"unchanged"}
    assert _subjects("anykube-preview") == [f"repo:{REPOSITORY}:pull_request", f"repo:{REPOSITORY}:ref:refs/heads/main"]
    assert _subjects("anykube-deploy-aws-prod") == [f"repo:{REPOSITORY}:environment:aws-prod"]
    assert _subjects("anykube-review-aws-prod") == [f"repo:{REPOSITORY}:environment:review"]
    document = _iam().get_role_policy(RoleName="anykube-deploy-aws-prod", PolicyName="anykube")["PolicyDocument"]
    assert document == policy("deploy", VALUES)


@pytest.mark.usefixtures("account")
def test_stacks_share_the_oidc_provider_and_the_read_only_role() -> None:
    _run()
    outcomes = {(result.subject, result.outcome) for result in _run(stack="aws-dev")}
    assert ("role anykube-preview", "unchanged") in outcomes
    assert ("role anykube-deploy-aws-dev", "created") in outcomes


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


def test_only_the_environment_or_main_branch_deploys_production() -> None:
    for forge, subjects in (
        ("github", ("repo:acme/anykube:environment:aws-prod",)),
        ("gitlab", ("project_path:acme/anykube:ref_type:branch:ref:main",)),
    ):
        deploy = pipeline_roles(STACK, REPOSITORY, FORGES[forge])[-1]
        assert tuple(deploy.subjects) == subjects


# --- permissions


def _statements(name: str) -> Iterator[dict[str, Any]]:
    yield from policy(name, VALUES)["Statement"]


def _may(name: str, action: str) -> bool:
    return any(fnmatchcase(action, pattern) for statement in _statements(name) for pattern in statement["Action"])


_SERVICES = ("ec2", "eks", "iam", "kms", "logs")


def _called_by_the_plugin() -> set[str]:
    """The actions that the simulated AWS provider needs for all of its resources."""
    clients = {service: boto3.client(service, region_name=REGION) for service in _SERVICES}
    methods = {service: client.meta.method_to_api_mapping for service, client in clients.items()}
    names = set[str]()
    for file in Path("rehearsal/anykube_rehearsal/aws/plugin/kinds").resolve().glob("*.py"):
        names |= {node.attr for node in ast.walk(ast.parse(file.read_text())) if isinstance(node, ast.Attribute)}
    rows = [kind._row for kind in KINDS.values() if isinstance(kind, Ec2Kind)]
    names |= {f"{verb}_{row.noun}" for row in rows for verb in ("create", "delete")}
    names |= {f"describe_{row.plural}" for row in rows}
    return {f"{service}:{actions[name]}" for service, actions in methods.items() for name in names & set(actions)}


def test_deploy_role_has_all_actions_of_the_provider() -> None:
    called = _called_by_the_plugin()
    assert len(called) >= 100
    assert {"ec2:CreateVpc", "eks:CreateCluster", "iam:CreateRole", "kms:CreateKey", "logs:CreateLogGroup"} <= called
    assert {action for action in called if not _may("deploy", action)} == set()


@pytest.mark.parametrize("name", ["preview", "deploy"])
def test_roles_have_the_permissions_of_preflight(name: str) -> None:
    free = {"sts:GetCallerIdentity"}  # needs no permission
    assert {action for action in PERMISSIONS.values() if action not in free and not _may(name, action)} == set()


def test_preview_role_is_read_only() -> None:
    verbs = {action.partition(":")[2] for statement in _statements("preview") for action in statement["Action"]}
    assert all(action.startswith(("Describe", "Get", "List")) or action == "Decrypt" for action in verbs)
    # It may read only objects and secrets of the state.
    for statement in _statements("preview"):
        if statement["Resource"] == "*":
            assert not {"s3:GetObject", "kms:Decrypt", "ssm:GetParameter", "secretsmanager:GetSecretValue"} & set(
                statement["Action"]
            )


@pytest.mark.parametrize("name", ["deploy", "review"])
def test_roles_write_only_the_state_of_their_stacks(name: str) -> None:
    [resources] = [item["Resource"] for item in _statements(name) if "s3:PutObject" in item["Action"]]
    writable = {"deploy": "aws-prod", "review": "aws-dev-pr-7"}[name]
    for stack in ("aws-prod", "aws-dev", "aws-dev-pr-7", "aws-prod-shop"):
        for path in (f"stacks/anykube/{stack}.json", f"history/anykube/{stack}/1.json"):
            arn = f"arn:aws:s3:::acme-state/.pulumi/{path}"
            assert any(fnmatchcase(arn, pattern) for pattern in resources) is (stack == writable), arn


@pytest.mark.parametrize("name", ["preview", "review", "deploy"])
def test_policies_have_no_wildcards_and_fit_the_size_limit(name: str) -> None:
    for statement in _statements(name):
        assert not {"*", "iam:*", "ec2:*", "eks:*", "s3:*", "kms:*"} & set(statement["Action"])
        writes = [
            action
            for action in statement["Action"]
            if not action.partition(":")[2].startswith(("Get", "List", "Describe"))
        ]
        assert statement["Resource"] != "*" or not writes or "Condition" in statement, statement["Sid"]
    # https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html: whitespace does not count
    assert len(json.dumps(policy(name, VALUES), separators=(",", ":"))) <= 10_240


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
