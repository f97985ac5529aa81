"""Stacks of clouds, rehearsed: the real program and engine, a simulated cloud, a real Kubernetes API.

What is looked at more closely here is AWS; see test_rehearsal_gcp.py for Google Cloud.
"""

import json
from collections.abc import Iterator

import psutil
import pytest
from ruamel.yaml import YAML

from tests.e2e.checkout import Checkout
from tests.e2e.kept_rehearsal import KeptRehearsal

_READ_BUCKETS = "arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess"


@pytest.mark.parametrize("stack", ["aws-dev", "aws-auto", "aws-gateway", "gcp-dev", "gcp-auto"])
def test_a_rehearsal_leaves_nothing(checkout: Checkout, stack: str) -> None:
    if stack == "aws-gateway":
        by_gateway(checkout)
    said = checkout.make("rehearse", f"STACK={stack}")
    assert "left in the account: nothing" in said.out
    for step in ("up", "nothing to do", "upgrade 1.35 → 1.36", "destroy"):
        assert f"✓ {step}" in said.out
    assert "✗" not in said.out
    psutil.wait_procs(checkout.processes(), timeout=30)
    assert checkout.processes() == []
    assert {line.split()[1] for line in checkout.status.splitlines()} <= {"stacks/environments/aws-gateway.yaml"}
    assert not (checkout.folder / ".anykube" / "rehearsals" / stack).exists()


def by_gateway(checkout: Checkout) -> None:
    """A page of EKS with the Gateway API, by which its apps are reached."""
    with checkout.edit_settings("aws-gateway") as page:
        page["extends"] = "aws"
        page["cluster"] = {
            "name": "anykube-gateway",
            "access": {"admins": ["arn:aws:iam::123456789012:role/platform"]},
            "gateway_api": True,
            "pools": {"servers": {"min": 2, "max": 3}},
        }
        page["apps"] = {"web": {"via": "gateway"}}


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Iterator[KeptRehearsal]:
    checkout = Checkout(tmp_path_factory.mktemp("rehearsal") / "anykube")
    with checkout.edit_settings("aws-prod") as page:
        page["apps"]["api"]["identity"] = {"aws": {"policies": [_READ_BUCKETS]}}
    try:
        yield KeptRehearsal(checkout, "aws-prod")
        checkout.make("rehearse", "STACK=aws-prod", "END=1")
        psutil.wait_procs(checkout.processes(), timeout=30)
        assert checkout.processes() == []
    finally:
        checkout.remove()


def test_boto3_sees_what_the_stack_asked_for(kept: KeptRehearsal) -> None:
    eks, ec2 = kept.client("eks"), kept.client("ec2")
    cluster = eks.describe_cluster(name="anykube-prod")["cluster"]
    assert cluster["status"] == "ACTIVE"
    assert cluster["version"] == "1.35"
    assert cluster["resourcesVpcConfig"]["endpointPublicAccess"] is False
    assert cluster["deletionProtection"] is True
    assert cluster["accessConfig"]["authenticationMode"] == "API"
    groups = eks.list_nodegroups(clusterName="anykube-prod")["nodegroups"]
    assert sorted(name.partition("-")[0] for name in groups) == ["gpu", "servers", "system", "web"]
    web = next(name for name in groups if name.startswith("web-"))
    about = eks.describe_nodegroup(clusterName="anykube-prod", nodegroupName=web)["nodegroup"]
    assert (about["capacityType"], about["amiType"]) == ("SPOT", "AL2023_ARM_64_STANDARD")
    addons = set(eks.list_addons(clusterName="anykube-prod")["addons"])
    assert addons == {
        "vpc-cni",
        "kube-proxy",
        "eks-pod-identity-agent",
        "coredns",
        "metrics-server",
        "aws-ebs-csi-driver",
    }
    assert len(eks.list_access_entries(clusterName="anykube-prod")["accessEntries"]) >= 3
    assert eks.list_pod_identity_associations(clusterName="anykube-prod")["associations"]
    tag = [{"Name": "tag:anykube:stack", "Values": ["aws-prod"]}]
    assert len(ec2.describe_subnets(Filters=tag)["Subnets"]) == 6
    assert len(ec2.describe_vpcs(Filters=tag)["Vpcs"]) == 1
    kms, key = kept.client("kms"), cluster["encryptionConfig"][0]["provider"]["keyArn"]
    assert cluster["encryptionConfig"][0]["resources"] == ["secrets"]
    assert kms.get_key_rotation_status(KeyId=key)["KeyRotationEnabled"] is True
    iam = kept.client("iam")
    role = iam.get_role(RoleName=about["nodeRole"].rpartition("/")[2])["Role"]["AssumeRolePolicyDocument"]
    assert role["Statement"][0]["Principal"] == {"Service": "ec2.amazonaws.com"}
    logs = kept.client("logs").describe_log_groups(logGroupNamePrefix="/aws/eks/anykube-prod")["logGroups"]
    assert [group["retentionInDays"] for group in logs] == [90]


def test_pods_have_the_identity_that_their_app_asks_for(kept: KeptRehearsal) -> None:
    eks, iam = kept.client("eks"), kept.client("iam")
    asked = {"clusterName": "anykube-prod", "namespace": "demo", "serviceAccount": "api"}
    [one] = eks.list_pod_identity_associations(**asked)["associations"]
    about = eks.describe_pod_identity_association(clusterName="anykube-prod", associationId=one["associationId"])
    role = about["association"]["roleArn"].rpartition("/")[2]
    attached = iam.list_attached_role_policies(RoleName=role)["AttachedPolicies"]
    assert [policy["PolicyArn"] for policy in attached] == [_READ_BUCKETS]
    [trust] = iam.get_role(RoleName=role)["Role"]["AssumeRolePolicyDocument"]["Statement"]
    assert trust["Principal"] == {"Service": "pods.eks.amazonaws.com"}
    pods = kept.get("pods", "-n", "demo", "-l", "app.kubernetes.io/name=api")
    assert {pod["spec"]["serviceAccountName"] for pod in pods} == {"api"}


def test_the_stacks_own_kubeconfig_works(kept: KeptRehearsal) -> None:
    nodes = json.loads(kept.kubectl("get", "nodes", "-o", "json").out)["items"]
    arches = {node["metadata"]["labels"]["kubernetes.io/arch"] for node in nodes}
    assert arches == {"amd64", "arm64"}
    zones = {node["metadata"]["labels"]["topology.kubernetes.io/zone"] for node in nodes}
    assert zones == {"eu-west-1a", "eu-west-1b", "eu-west-1c"}


def test_a_preview_before_anything_is_there(kept: KeptRehearsal) -> None:
    """Charts and objects on a cluster that does not exist yet are planned like everything else."""
    pages, yaml = kept.folder / "environments", YAML()
    page = yaml.load(pages / "aws-prod.yaml")
    page["cluster"]["name"] = "not-there-yet"
    yaml.dump(page, pages / "fresh.yaml")
    kept.pulumi("stack", "init", "--no-select", "--secrets-provider", "passphrase", stack="fresh")
    kept.pulumi("config", "set", "--secret", "web-session-key", "a", stack="fresh")
    said = kept.pulumi("preview", stack="fresh")
    assert "to update" not in said.out
    for planned in ("eks:Cluster not-there-yet-cluster", "helm.sh/v3:Release", "networking.k8s.io/v1:Ingress web"):
        assert planned in said.out


def test_a_made_up_token_is_refused(kept: KeptRehearsal) -> None:
    config = json.loads(kept.kubeconfig.read_text())
    config["users"][0]["user"] = {"token": "made-up"}
    other = kept.kubeconfig.with_suffix(".made-up")
    other.write_text(json.dumps(config))
    said = kept.kubectl("get", "nodes", kubeconfig=other, ok=False)
    assert said.code != 0
    assert "Unauthorized" in said.err


def test_pods_land_where_taints_say(kept: KeptRehearsal) -> None:
    pods = json.loads(kept.kubectl("get", "pods", "-n", "demo", "-o", "json").out)["items"]
    nodes = json.loads(kept.kubectl("get", "nodes", "-o", "json").out)["items"]
    tainted = {
        node["metadata"]["name"]
        for node in nodes
        if any(taint["effect"] == "NoSchedule" for taint in node["spec"].get("taints", []))
    }
    assert len(pods) == 9
    assert all(pod["status"]["phase"] == "Running" for pod in pods)
    assert not {pod["spec"]["nodeName"] for pod in pods} & tainted


def test_the_apps_use_the_clouds_ingress_class(kept: KeptRehearsal) -> None:
    ingress = json.loads(kept.kubectl("get", "ingress", "web", "-n", "demo", "-o", "json").out)
    assert ingress["spec"]["ingressClassName"] == "alb"
    assert "secretName" not in ingress["spec"]["tls"][0]
    controller = kept.kubectl("get", "deployment", "-n", "kube-system", "aws-load-balancer-controller", "-o", "json")
    assert json.loads(controller.out)["metadata"]["annotations"]["anykube.dev/stand-in"] == "true"
