"""The policies of the AWS roles, measured against what a deployment really calls."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import pytest
from anykube._clusters.eks.args import EksClusterArgs
from anykube._clusters.eks.cluster import EksCluster
from anykube._clusters.eks.sections import AwsIdentity, AwsStatement
from anykube._workloads.identity import CloudIdentity
from anykube_cli.roles.aws import policies
from anykube_rehearsal.aws.account.server import Account
from anykube_rehearsal.aws.plugin.cloud import AWS
from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app
from werkzeug.test import Client

from tests.operations.roles.deployment import Deployment
from tests.operations.roles.iam_policy import Call, allows, call
from tests.rehearsal.aws.account.conftest import Kubernetes
from tests.rehearsal.cloud.engine import Engine

REGION, CLUSTER, STACK = "eu-west-1", "shop", "aws-prod"
ACCOUNT = "123456789012"
BOUNDARY = f"arn:aws:iam::{ACCOUNT}:policy/anykube-boundary"
SECRET = f"arn:aws:secretsmanager:{REGION}:{ACCOUNT}:secret:shop/db"
VALUES = {
    "account": ACCOUNT,
    "alias": "alias/acme-state",
    "bucket": "acme-state",
    "cluster": CLUSTER,
    "partition": "aws",
    "project": "anykube",
    "region": REGION,
    "stack": STACK,
}
DEPLOY = [policies.deploy(VALUES, [SECRET], BOUNDARY)]
REVIEW = [policies.review(VALUES, [SECRET])]
PREVIEW = [policies.preview(VALUES), policies.preview_stack(VALUES, [SECRET])]


def _spec(**fields: Any) -> EksClusterArgs:
    zones = [f"{REGION}a", f"{REGION}b"]
    common = {"cloud": "aws", "name": CLUSTER, "region": REGION, "zones": zones, "protect": False}
    return EksClusterArgs.model_validate({**common, "eks": {"permissions_boundary": BOUNDARY}, **fields})


_VARIANTS: Mapping[str, Mapping[str, Any]] = {
    "standard": {"pools": {"servers": {"min": 1, "max": 3, "machine": {"type": "m7i.large"}}}},
    "managed": {"mode": "managed", "api": {"internal": ["10.9.0.0/16"]}},
    "without NAT": {
        "network": {"nat": "none"},
        "pools": {"servers": {"count": 2, "machine": {"type": "m7i.large"}}},
    },
}


@pytest.fixture(scope="module", params=_VARIANTS)
def recorded(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Mapping[str, Sequence[Call]]]:
    """The calls that bring a cluster up, read it and destroy it."""
    folder = tmp_path_factory.mktemp("account")
    with pytest.MonkeyPatch.context() as monkeypatch:
        monkeypatch.setenv("MOTO_IAM_LOAD_MANAGED_POLICIES", "true")
        # https://docs.getmoto.org/en/latest/docs/server_mode.html#reset-api
        Client(DomainDispatcherApplication(create_backend_app)).post("/moto-api/reset")
        account = Account(folder, Kubernetes())
        account.start()
        monkeypatch.setenv("AWS_ENDPOINT_URL", account.url)
        monkeypatch.setenv("ANYKUBE_REHEARSAL", str(folder))
        for name in ("AWS_REGION", "AWS_DEFAULT_REGION", "AWS_PROFILE", "ANYKUBE_CHECKOUT"):
            monkeypatch.delenv(name, raising=False)
        engine = Engine(AWS, {"region": REGION})
        engine.configure(defaultTags=f'{{"tags": {{"anykube:cluster": "{CLUSTER}", "anykube:stack": "{STACK}"}}}}')
        deployment, calls = Deployment(engine, "aws:"), dict[str, Sequence[Call]]()
        deployment.up(lambda: _create(_VARIANTS[request.param]))
        calls["up"] = _new_calls(account, calls)
        deployment.refresh()
        calls["read"] = _new_calls(account, calls)
        deployment.destroy()
        calls["destroy"] = _new_calls(account, calls)
        yield calls
        account.stop()


def _create(fields: Mapping[str, Any]) -> None:
    cluster = EksCluster("shop", _spec(**fields))
    statement = AwsStatement(actions=("s3:GetObject",), resources=("arn:aws:s3:::shop-images/*",))
    cluster.grant("shop", "web", CloudIdentity(aws=AwsIdentity(statements=(statement,))))


def _new_calls(account: Account, before: Mapping[str, Sequence[Call]]) -> Sequence[Call]:
    known = [each for calls in before.values() for each in calls]
    [calls] = account.calls.to_json().values()
    return [each for each in calls if each not in known]


def test_deploy_role_may_do_what_a_deployment_does(recorded: Mapping[str, Sequence[Call]]) -> None:
    calls = [each for name in ("up", "read", "destroy") for each in recorded[name]]
    assert len(calls) > 60
    assert {"ec2:CreateVpc", "eks:CreateCluster", "iam:CreateRole", "iam:PassRole", "kms:CreateKey"} <= {
        each["action"] for each in calls
    }
    assert [each for each in calls if not allows(DEPLOY, each)] == []


def test_preview_role_may_read_everything_and_change_nothing(recorded: Mapping[str, Sequence[Call]]) -> None:
    reads = ("Describe", "Get", "List")
    for each in (*recorded["up"], *recorded["read"], *recorded["destroy"]):
        is_read = each["action"].partition(":")[2].startswith(reads)
        assert allows(PREVIEW, each) is is_read, each


def test_another_stack_may_change_nothing_of_this_one(recorded: Mapping[str, Sequence[Call]]) -> None:
    """Even one whose cluster's name begins this cluster's name, or the other way round."""
    for cluster in ("sho", "shop-web", "other"):
        other = [policies.deploy({**VALUES, "cluster": cluster, "stack": "aws-dev"}, [], None)]
        allowed = {each["action"] for name in ("up", "destroy") for each in recorded[name] if allows(other, each)}
        assert {
            action for action in allowed if not action.partition(":")[2].startswith(("Describe", "Get", "List"))
        } <= {"iam:CreateServiceLinkedRole"}


# --- calls that no deployment makes

EC2, IAM = f"arn:aws:ec2:{REGION}:{ACCOUNT}", f"arn:aws:iam::{ACCOUNT}"
STATE = "arn:aws:s3:::acme-state/.pulumi"
_FOREIGN = {"aws:RequestedRegion": REGION, "aws:ResourceTag/anykube:cluster": "other"}
_OURS = {"aws:RequestedRegion": REGION, "aws:ResourceTag/anykube:cluster": CLUSTER}
_NEW = {"aws:RequestedRegion": REGION, "aws:RequestTag/anykube:cluster": CLUSTER}
_PASSED = {"iam:PassedToService": "eks.amazonaws.com"}
_ISSUER = f"{IAM}:oidc-provider/oidc.eks.{REGION}.amazonaws.com/id/1"
_OTHER_SECRET = SECRET.replace("shop/db", "other/db")
_SECRET_KEY = {"kms:EncryptionContext:SecretARN": f"{SECRET}-a1b2c3"}
_STATE_KEY = {"kms:ResourceAliases": ["alias/acme-state"]}
_KEY = f"arn:aws:kms:{REGION}:{ACCOUNT}:key/1"

REFUSED: Mapping[str, Call] = {
    "delete the key of another cluster": call("kms:ScheduleKeyDeletion", _KEY, **_FOREIGN),
    "delete a key that nobody tagged": call("kms:ScheduleKeyDeletion", _KEY, **{"aws:RequestedRegion": REGION}),
    "take over a key that has an alias": call(
        "kms:TagResource", _KEY, **_NEW, **{"kms:ResourceAliases": ["alias/payroll"]}
    ),
    "take over the key of another cluster": call("kms:TagResource", _KEY, **{**_NEW, **_FOREIGN}),
    "decrypt with another key": call("kms:Decrypt", _KEY, **{"kms:ResourceAliases": ["alias/payroll"]}),
    "move the alias of the state's key": call("kms:UpdateAlias", f"arn:aws:kms:{REGION}:{ACCOUNT}:alias/acme-state"),
    "delete another VPC": call("ec2:DeleteVpc", f"{EC2}:vpc/vpc-1", **_FOREIGN),
    "delete a VPC that nobody tagged": call("ec2:DeleteVpc", f"{EC2}:vpc/vpc-1", **{"aws:RequestedRegion": REGION}),
    "create a subnet in another VPC": {
        "action": "ec2:CreateSubnet",
        "resources": [
            {"arn": f"{EC2}:subnet/new", "context": _NEW},
            {"arn": f"{EC2}:vpc/vpc-1", "context": {**_NEW, **_FOREIGN}},
        ],
    },
    "create a VPC without the tag": call("ec2:CreateVpc", f"{EC2}:vpc/new", **{"aws:RequestedRegion": REGION}),
    "open another security group": call(
        "ec2:AuthorizeSecurityGroupIngress", f"{EC2}:security-group/sg-1", **{**_NEW, **_FOREIGN}
    ),
    "take over a VPC": call("ec2:CreateTags", f"{EC2}:vpc/vpc-1", **_NEW),
    "take over a security group with a name": call(
        "ec2:CreateTags", f"{EC2}:security-group/sg-1", **_NEW, **{"aws:ResourceTag/Name": "bastion"}
    ),
    "delete a volume": call("ec2:DeleteVolume", f"{EC2}:volume/vol-1", **{"aws:RequestedRegion": REGION}),
    "end an instance": call("ec2:TerminateInstances", f"{EC2}:instance/i-1", **_FOREIGN),
    "start an instance without a template": call("ec2:RunInstances", f"{EC2}:instance/new", **_NEW),
    "delete another load balancer": call(
        "elasticloadbalancing:DeleteLoadBalancer",
        f"arn:aws:elasticloadbalancing:{REGION}:{ACCOUNT}:loadbalancer/app/x/1",
        **{"aws:RequestedRegion": REGION, "aws:ResourceTag/elbv2.k8s.aws/cluster": "other"},
    ),
    "delete another cluster": call("eks:DeleteCluster", f"arn:aws:eks:{REGION}:{ACCOUNT}:cluster/shop-web", **_FOREIGN),
    "enter another cluster": call(
        "eks:CreateAccessEntry", f"arn:aws:eks:{REGION}:{ACCOUNT}:access-entry/shop-web/role/x"
    ),
    "delete the role of another cluster with this prefix": call(
        "iam:DeleteRole", f"{IAM}:role/shop-web-nodes", **_FOREIGN
    ),
    "rewrite a role of CI": call("iam:PutRolePolicy", f"{IAM}:role/anykube-deploy-aws-prod"),
    "trust somebody else in a role of CI": call("iam:UpdateAssumeRolePolicy", f"{IAM}:role/anykube-deploy-aws-prod"),
    "create a role outside of the stack's path": call("iam:CreateRole", f"{IAM}:role/shop-admin", **_NEW),
    "create a role without the boundary": call("iam:CreateRole", f"{IAM}:role/anykube/shop/nodes", **_NEW),
    "remove the boundary": call("iam:DeleteRolePermissionsBoundary", f"{IAM}:role/anykube/shop/nodes", **_OURS),
    "pass an administrator's role": call("iam:PassRole", f"{IAM}:role/admin", **_PASSED),
    "pass a role of another cluster": call("iam:PassRole", f"{IAM}:role/anykube/shop-web/nodes", **_PASSED),
    "pass a role to Lambda": call(
        "iam:PassRole", f"{IAM}:role/anykube/shop/nodes", **{"iam:PassedToService": "lambda.amazonaws.com"}
    ),
    "create a user": call("iam:CreateUser", f"{IAM}:user/x"),
    "take over the issuer of another cluster": call("iam:TagOpenIDConnectProvider", _ISSUER, **{**_NEW, **_FOREIGN}),
    "delete GitHub's issuer": call(
        "iam:DeleteOpenIDConnectProvider", f"{IAM}:oidc-provider/token.actions.githubusercontent.com"
    ),
    "read another secret": call("secretsmanager:GetSecretValue", f"{_OTHER_SECRET}-a1b2c3"),
    "read a secret whose name begins like one": call("secretsmanager:GetSecretValue", f"{SECRET}-root-a1b2c3"),
    "delete a secret": call("secretsmanager:DeleteSecret", f"{SECRET}-a1b2c3"),
    "read the state of another stack": call("s3:GetObject", f"{STATE}/stacks/anykube/aws-dev.json"),
    "write the state of another stack": call("s3:PutObject", f"{STATE}/stacks/anykube/aws-prod-shop.json"),
    "delete the state's bucket": call("s3:DeleteBucket", "arn:aws:s3:::acme-state"),
    "read another bucket": call("s3:GetObject", "arn:aws:s3:::payroll/1.csv"),
    "read the log of the control plane": call(
        "logs:GetLogEvents", f"arn:aws:logs:{REGION}:{ACCOUNT}:log-group:/aws/eks/shop/cluster:log-stream:x"
    ),
    "delete the log of another cluster": call(
        "logs:DeleteLogGroup", f"arn:aws:logs:{REGION}:{ACCOUNT}:log-group:/aws/eks/shop-web/cluster:*"
    ),
}

ALLOWED: Mapping[str, Call] = {
    "read a secret of the settings": call("secretsmanager:GetSecretValue", f"{SECRET}-a1b2c3"),
    "decrypt that secret": call("kms:Decrypt", _KEY, **_SECRET_KEY),
    "decrypt the state's secrets": call("kms:Decrypt", _KEY, **_STATE_KEY),
    "read its state": call("s3:GetObject", f"{STATE}/stacks/anykube/aws-prod.json"),
    "list the state": call("s3:ListBucket", "arn:aws:s3:::acme-state"),
}
DEPLOYS: Mapping[str, Call] = {
    "write its state": call("s3:PutObject", f"{STATE}/stacks/anykube/aws-prod.json"),
    "lock its state": call("s3:PutObject", f"{STATE}/locks/anykube/aws-prod/1.json"),
    "reword the description of a role": call("iam:UpdateRoleDescription", f"{IAM}:role/anykube/shop/nodes"),
    "reword that of a role without a path": call(
        "iam:UpdateRoleDescription", f"{IAM}:role/shop-nodes-1234567", **_OURS
    ),
    "take a role out of the profile of its nodes": call(
        "iam:RemoveRoleFromInstanceProfile",
        f"{IAM}:instance-profile/eks-1",
        **{"aws:ResourceTag/eks:eks-cluster-name": CLUSTER},
    ),
    "pass the nodes' role of an older stack": call("iam:PassRole", f"{IAM}:role/shop-nodes-1234567", **_PASSED),
    "delete what its load balancer controller left": call(
        "elasticloadbalancing:DeleteLoadBalancer",
        f"arn:aws:elasticloadbalancing:{REGION}:{ACCOUNT}:loadbalancer/app/k8s-shop/1",
        **{"aws:RequestedRegion": REGION, "aws:ResourceTag/elbv2.k8s.aws/cluster": CLUSTER},
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_roles_refuse(name: str) -> None:
    for role in (DEPLOY, REVIEW, PREVIEW):
        assert not allows(role, REFUSED[name])


@pytest.mark.parametrize("name", ALLOWED)
def test_roles_may(name: str) -> None:
    for role in (DEPLOY, REVIEW, PREVIEW):
        assert allows(role, ALLOWED[name])


@pytest.mark.parametrize("name", DEPLOYS)
def test_only_the_deploy_role_may(name: str) -> None:
    assert allows(DEPLOY, DEPLOYS[name])
    assert not allows(REVIEW, DEPLOYS[name])
    assert not allows(PREVIEW, DEPLOYS[name])


def test_a_role_is_created_only_with_the_boundary_of_the_settings() -> None:
    for boundary, is_allowed in ((BOUNDARY, True), (f"{BOUNDARY}-other", False)):
        request = call("iam:CreateRole", f"{IAM}:role/anykube/shop/x", **{"iam:PermissionsBoundary": boundary})
        assert allows(DEPLOY, request) is is_allowed
