"""Stacks of clouds, rehearsed: the real program and engine, a simulated cloud, a real Kubernetes API.

This file has the details for AWS; see test_rehearsal_gcp.py and test_rehearsal_azure.py for the other clouds.
"""

import json
from collections.abc import Iterator

import psutil
import pytest
from ruamel.yaml import YAML

from tests.e2e.checkout import Checkout
from tests.e2e.kept_rehearsal import KeptRehearsal, rehearse

_READ_BUCKETS = "arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess"


@pytest.mark.parametrize("stack", ["aws-dev", "aws-auto", "aws-gateway", "gcp-dev", "gcp-auto"])
def test_rehearsal_leaves_nothing_behind(checkout: Checkout, stack: str) -> None:
    if stack == "aws-gateway":
        by_gateway(checkout)
    rehearse(checkout, stack, "upgrade 1.35 → 1.36")
    assert {line.split()[1] for line in checkout.status.splitlines()} <= {"stacks/environments/aws-gateway.yaml"}


def by_gateway(checkout: Checkout) -> None:
    """A page of EKS with the Gateway API, by which its apps are reached."""
    with checkout.edit_settings("aws-gateway") as settings:
        settings["extends"] = "aws"
        settings["cluster"] = {
            "name": "anykube-gateway",
            "access": {"admins": ["arn:aws:iam::123456789012:role/platform"]},
            "gateway_api": True,
            "pools": {"servers": {"min": 2, "max": 3}},
        }
        settings["apps"] = {"web": {"via": "gateway"}}


@pytest.fixture(scope="module")
def rehearsal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[KeptRehearsal]:
    checkout = Checkout(tmp_path_factory.mktemp("rehearsal") / "anykube")
    with checkout.edit_settings("aws-prod") as settings:
        settings["apps"]["api"]["identity"] = {"aws": {"policies": [_READ_BUCKETS]}}
    try:
        yield KeptRehearsal(checkout, "aws-prod")
        checkout.make("rehearse", "STACK=aws-prod", "END=1")
        psutil.wait_procs(checkout.processes(), timeout=30)
        assert checkout.processes() == []
    finally:
        checkout.remove()


def test_account_has_the_stacks_resources(rehearsal: KeptRehearsal) -> None:
    eks, ec2 = rehearsal.client("eks"), rehearsal.client("ec2")
    cluster = eks.describe_cluster(name="anykube-prod")["cluster"]
    assert cluster["status"] == "ACTIVE"
    assert cluster["version"] == "1.35"
    assert cluster["resourcesVpcConfig"]["publicAccessCidrs"] == ["203.0.113.0/24"]
    assert cluster["deletionProtection"] is True
    assert cluster["accessConfig"]["authenticationMode"] == "API"
    groups = eks.list_nodegroups(clusterName="anykube-prod")["nodegroups"]
    assert sorted(name.partition("-")[0] for name in groups) == ["gpu", "servers", "system", "web"]
    web = next(name for name in groups if name.startswith("web-"))
    description = eks.describe_nodegroup(clusterName="anykube-prod", nodegroupName=web)["nodegroup"]
    assert (description["capacityType"], description["amiType"]) == ("SPOT", "AL2023_ARM_64_STANDARD")
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
    kms, key = rehearsal.client("kms"), cluster["encryptionConfig"][0]["provider"]["keyArn"]
    assert cluster["encryptionConfig"][0]["resources"] == ["secrets"]
    assert kms.get_key_rotation_status(KeyId=key)["KeyRotationEnabled"] is True
    iam = rehearsal.client("iam")
    role = iam.get_role(RoleName=description["nodeRole"].rpartition("/")[2])["Role"]["AssumeRolePolicyDocument"]
    assert role["Statement"][0]["Principal"] == {"Service": "ec2.amazonaws.com"}
    logs = rehearsal.client("logs").describe_log_groups(logGroupNamePrefix="/aws/eks/anykube-prod")["logGroups"]
    assert [group["retentionInDays"] for group in logs] == [90]


def test_pods_have_the_identity_of_their_app(rehearsal: KeptRehearsal) -> None:
    eks, iam = rehearsal.client("eks"), rehearsal.client("iam")
    request = {"clusterName": "anykube-prod", "namespace": "demo", "serviceAccount": "api"}
    [association] = eks.list_pod_identity_associations(**request)["associations"]
    description = eks.describe_pod_identity_association(
        clusterName="anykube-prod", associationId=association["associationId"]
    )
    role = description["association"]["roleArn"].rpartition("/")[2]
    attached = iam.list_attached_role_policies(RoleName=role)["AttachedPolicies"]
    assert [policy["PolicyArn"] for policy in attached] == [_READ_BUCKETS]
    [trust] = iam.get_role(RoleName=role)["Role"]["AssumeRolePolicyDocument"]["Statement"]
    assert trust["Principal"] == {"Service": "pods.eks.amazonaws.com"}
    pods = rehearsal.get("pods", "-n", "demo", "-l", "app.kubernetes.io/name=api")
    assert {pod["spec"]["serviceAccountName"] for pod in pods} == {"api"}


def test_kubeconfig_of_the_stack_works(rehearsal: KeptRehearsal) -> None:
    nodes = json.loads(rehearsal.kubectl("get", "nodes", "-o", "json").out)["items"]
    arches = {node["metadata"]["labels"]["kubernetes.io/arch"] for node in nodes}
    assert arches == {"amd64", "arm64"}
    zones = {node["metadata"]["labels"]["topology.kubernetes.io/zone"] for node in nodes}
    assert zones == {"eu-west-1a", "eu-west-1b", "eu-west-1c"}


def test_previews_a_stack_without_a_cluster(rehearsal: KeptRehearsal) -> None:
    """A preview includes charts and objects on a cluster that does not exist yet."""
    folder, yaml = rehearsal.folder / "environments", YAML()
    settings = yaml.load(folder / "aws-prod.yaml")
    settings["cluster"]["name"] = "not-there-yet"
    yaml.dump(settings, folder / "fresh.yaml")
    rehearsal.pulumi("stack", "init", "--no-select", "--secrets-provider", "passphrase", stack="fresh")
    rehearsal.pulumi("config", "set", "--secret", "web-session-key", "a", stack="fresh")
    result = rehearsal.pulumi("preview", stack="fresh")
    assert "to update" not in result.out
    for planned in ("eks:Cluster not-there-yet-cluster", "helm.sh/v3:Release", "networking.k8s.io/v1:Ingress web"):
        assert planned in result.out


def test_rejects_invalid_tokens(rehearsal: KeptRehearsal) -> None:
    config = json.loads(rehearsal.kubeconfig.read_text())
    config["users"][0]["user"] = {"token": "made-up"}
    other = rehearsal.kubeconfig.with_suffix(".made-up")
    other.write_text(json.dumps(config))
    result = rehearsal.kubectl("get", "nodes", kubeconfig=other, ok=False)
    assert result.code != 0
    assert "Unauthorized" in result.err


def test_pods_avoid_tainted_nodes(rehearsal: KeptRehearsal) -> None:
    pods = json.loads(rehearsal.kubectl("get", "pods", "-n", "demo", "-o", "json").out)["items"]
    nodes = json.loads(rehearsal.kubectl("get", "nodes", "-o", "json").out)["items"]
    tainted = {
        node["metadata"]["name"]
        for node in nodes
        if any(taint["effect"] == "NoSchedule" for taint in node["spec"].get("taints", []))
    }
    assert len(pods) == 9
    assert all(pod["status"]["phase"] == "Running" for pod in pods)
    assert not {pod["spec"]["nodeName"] for pod in pods} & tainted


def test_apps_use_the_clouds_ingress_class(rehearsal: KeptRehearsal) -> None:
    ingress = json.loads(rehearsal.kubectl("get", "ingress", "web", "-n", "demo", "-o", "json").out)
    assert ingress["spec"]["ingressClassName"] == "alb"
    assert "secretName" not in ingress["spec"]["tls"][0]
    controller = rehearsal.kubectl(
        "get", "deployment", "-n", "kube-system", "aws-load-balancer-controller", "-o", "json"
    )
    assert json.loads(controller.out)["metadata"]["annotations"]["anykube.dev/stand-in"] == "true"
