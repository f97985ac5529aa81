"""Checks for existing resources with the stack's names or addresses: another stack's, or left by an earlier one."""

import ipaddress
from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from anykube_cli.preflight.aws.clients import Clients, paginate, tags_of
from anykube_cli.preflight.aws.plan import AwsPlan
from anykube_cli.preflight.conflicts import deletion_in_progress, name_conflict
from anykube_cli.preflight.problem import Problem


def cluster(plan: AwsPlan, clients: Clients) -> Iterable[Problem]:
    """Another stack's cluster of this name, or this stack's in a state without a way on.

    Names are unique in a region of an account: https://docs.aws.amazon.com/eks/latest/APIReference/API_CreateCluster.html
    """
    existing = _cluster(plan, clients)
    if existing is None:
        return
    tags, subject = existing.get("tags", {}), f"cluster {plan.cluster}"
    if not plan.owns(tags):
        yield name_conflict(plan, subject, tags, f" in {plan.region}")
    elif existing.get("status") == "DELETING":
        yield deletion_in_progress(
            subject, f"aws eks wait cluster-deleted --region {plan.region} --name {plan.cluster}"
        )
    elif existing.get("status") == "FAILED":
        yield Problem(
            subject, "the cluster exists and its status is FAILED", "run `pulumi destroy`, then deploy the stack again"
        )


def network(plan: AwsPlan, clients: Clients) -> Iterable[Problem]:
    """VPCs with overlapping addresses. They can exist side by side but can never be peered.

    https://docs.aws.amazon.com/vpc/latest/peering/vpc-peering-basics.html
    """
    if plan.cidr is None:
        return
    cidr = ipaddress.ip_network(plan.cidr, strict=False)
    overlapping = {
        vpc["VpcId"]: (vpc, blocks)
        for vpc in paginate(clients.ec2, "describe_vpcs", "Vpcs")
        if not plan.owns(tags_of(vpc)) and (blocks := [block for block in _blocks(vpc) if cidr.overlaps(block)])
    }
    if not overlapping:
        return
    peers = _peers(clients)
    for vpc_id, (vpc, blocks) in overlapping.items():
        name = "the default VPC" if vpc.get("IsDefault") else tags_of(vpc).get("Name", "a VPC without a name")
        peered = f", which is peered with {', '.join(sorted(peers[vpc_id]))}" if peers[vpc_id] else ""
        yield Problem(
            f"network {plan.cidr}",
            f"the range overlaps {', '.join(map(str, blocks))} of {vpc_id} ({name}){peered}",
            "choose another range if the two VPCs, or their peers, must ever reach each other",
            "warning",
        )


def log_group(plan: AwsPlan, clients: Clients) -> Iterable[Problem]:
    """The control plane's log group. It outlives its cluster, and its name is unique in a region of an account.

    https://docs.aws.amazon.com/eks/latest/userguide/control-plane-logs.html
    https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_CreateLogGroup.html
    """
    name = f"/aws/eks/{plan.cluster}/cluster"
    groups = paginate(clients.logs, "describe_log_groups", "logGroups", logGroupNamePrefix=name)
    existing = next((group for group in groups if group["logGroupName"] == name), None)
    if existing is None:
        return
    arn = existing.get("logGroupArn") or existing["arn"].removesuffix(":*")
    is_owned = plan.owns(clients.logs.list_tags_for_resource(resourceArn=arn).get("tags", {}))
    cluster = _cluster(plan, clients)
    if is_owned and cluster is not None and plan.owns(cluster.get("tags", {})):
        return
    delete = f"aws logs delete-log-group --region {plan.region} --log-group-name {name}"
    if is_owned:
        yield Problem(
            f"log group {name}",
            "the log group exists but its cluster does not: an `up` was interrupted, or EKS logged after a `destroy`",
            f"if `pulumi stack` does not list it, delete it: {delete}",
            "warning",
        )
    else:
        yield Problem(
            f"log group {name}",
            "an earlier cluster of this name left the log group behind, and it does not belong to this stack",
            f"import it to keep the logs, or delete it: {delete}",
        )


def roles(plan: AwsPlan, clients: Clients) -> Iterable[Problem]:
    """IAM roles of the planned names. Role names are unique in an account, across regions.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateRole.html
    """
    for name in plan.roles:
        try:
            role = clients.iam.get_role(RoleName=name)["Role"]
        except clients.iam.exceptions.NoSuchEntityException:
            continue
        if not plan.owns(tags := tags_of(role)):
            yield name_conflict(plan, f"role {name}", tags)


def _cluster(plan: AwsPlan, clients: Clients) -> Mapping[str, Any] | None:
    try:
        cluster: Mapping[str, Any] = clients.eks.describe_cluster(name=plan.cluster)["cluster"]
    except clients.eks.exceptions.ResourceNotFoundException:
        return None
    return cluster


def _blocks(vpc: Mapping[str, Any]) -> Iterable[ipaddress.IPv4Network]:
    """All CIDR blocks of a VPC, not only the first."""
    for block in vpc.get("CidrBlockAssociationSet") or [{"CidrBlock": vpc["CidrBlock"]}]:
        if block.get("CidrBlockState", {}).get("State", "associated") in ("associated", "associating"):
            yield ipaddress.IPv4Network(block["CidrBlock"])


def _peers(clients: Clients) -> Mapping[str, set[str]]:
    """The peered VPCs of each VPC."""
    peers: dict[str, set[str]] = defaultdict(set)
    for connection in paginate(clients.ec2, "describe_vpc_peering_connections", "VpcPeeringConnections"):
        if connection.get("Status", {}).get("Code") == "active":
            requester, accepter = connection["RequesterVpcInfo"]["VpcId"], connection["AccepterVpcInfo"]["VpcId"]
            peers[requester].add(accepter)
            peers[accepter].add(requester)
    return peers
