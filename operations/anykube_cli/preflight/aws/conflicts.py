"""Whether somebody else's things are where the stack's are to be, or a former stack's were left."""

import ipaddress
from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from anykube_cli.preflight.aws.clients import Clients, pages, tags_of
from anykube_cli.preflight.aws.plan import AwsPlan
from anykube_cli.preflight.conflicts import foreign, leaving
from anykube_cli.preflight.problem import Problem


def cluster(plan: AwsPlan, clients: Clients) -> Iterable[Problem]:
    """A cluster of this name that is not this stack's. Names are unique in an account's region.

    https://docs.aws.amazon.com/eks/latest/APIReference/API_CreateCluster.html
    """
    found = _cluster(plan, clients)
    if found is None:
        return
    tags, subject = found.get("tags", {}), f"cluster {plan.cluster}"
    if not plan.owns(tags):
        yield foreign(plan, subject, tags, f" in {plan.region}")
    elif found.get("status") == "DELETING":
        yield leaving(subject, f"aws eks wait cluster-deleted --region {plan.region} --name {plan.cluster}")
    elif found.get("status") == "FAILED":
        yield Problem(subject, "it is there, and failed", "`pulumi destroy`, then bring it up again")


def network(plan: AwsPlan, clients: Clients) -> Iterable[Problem]:
    """VPCs with overlapping addresses: they can be there, but never be connected with this one.

    https://docs.aws.amazon.com/vpc/latest/peering/vpc-peering-basics.html
    """
    if plan.cidr is None:
        return
    ours = ipaddress.ip_network(plan.cidr, strict=False)
    overlapping = {
        vpc["VpcId"]: (vpc, blocks)
        for vpc in pages(clients.ec2, "describe_vpcs", "Vpcs")
        if not plan.owns(tags_of(vpc)) and (blocks := [block for block in _blocks(vpc) if ours.overlaps(block)])
    }
    if not overlapping:
        return
    peers = _peers(clients)
    for name, (vpc, blocks) in overlapping.items():
        kind = "the default VPC" if vpc.get("IsDefault") else tags_of(vpc).get("Name", "a VPC without a name")
        linked = f", which is peered with {', '.join(sorted(peers[name]))}" if peers[name] else ""
        yield Problem(
            f"network {plan.cidr}",
            f"it overlaps {', '.join(map(str, blocks))} of {name} ({kind}){linked}",
            "choose other addresses if the two, or their peers, are ever to reach each other",
            "warning",
        )


def log_group(plan: AwsPlan, clients: Clients) -> Iterable[Problem]:
    """The group that the control plane logs to. It outlives its cluster, and names are unique in an account's region.

    https://docs.aws.amazon.com/eks/latest/userguide/control-plane-logs.html
    https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_CreateLogGroup.html
    """
    name = f"/aws/eks/{plan.cluster}/cluster"
    groups = pages(clients.logs, "describe_log_groups", "logGroups", logGroupNamePrefix=name)
    found = next((group for group in groups if group["logGroupName"] == name), None)
    if found is None:
        return
    arn = found.get("logGroupArn") or found["arn"].removesuffix(":*")
    ours = plan.owns(clients.logs.list_tags_for_resource(resourceArn=arn).get("tags", {}))
    held = _cluster(plan, clients)
    if ours and held is not None and plan.owns(held.get("tags", {})):
        return
    delete = f"aws logs delete-log-group --region {plan.region} --log-group-name {name}"
    if ours:
        yield Problem(
            f"log group {name}",
            "it is there without its cluster: an `up` was not finished, or EKS wrote to it after a `destroy`",
            f"if `pulumi stack` does not show it, delete it: {delete}",
            "warning",
        )
    else:
        yield Problem(
            f"log group {name}",
            "it is there and not this stack's, left behind by a cluster of this name",
            f"import it to keep the logs, or delete it: {delete}",
        )


def roles(plan: AwsPlan, clients: Clients) -> Iterable[Problem]:
    """IAM roles of the planned names. They are unique in an account, over all regions.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateRole.html
    """
    for name in plan.roles:
        try:
            found = clients.iam.get_role(RoleName=name)["Role"]
        except clients.iam.exceptions.NoSuchEntityException:
            continue
        if not plan.owns(tags := tags_of(found)):
            yield foreign(plan, f"role {name}", tags)


def _cluster(plan: AwsPlan, clients: Clients) -> Mapping[str, Any] | None:
    try:
        found: Mapping[str, Any] = clients.eks.describe_cluster(name=plan.cluster)["cluster"]
    except clients.eks.exceptions.ResourceNotFoundException:
        return None
    return found


def _blocks(vpc: Mapping[str, Any]) -> Iterable[ipaddress.IPv4Network]:
    """All of a VPC's blocks, not only its first."""
    for block in vpc.get("CidrBlockAssociationSet") or [{"CidrBlock": vpc["CidrBlock"]}]:
        if block.get("CidrBlockState", {}).get("State", "associated") in ("associated", "associating"):
            yield ipaddress.IPv4Network(block["CidrBlock"])


def _peers(clients: Clients) -> Mapping[str, set[str]]:
    """For each VPC those it is peered with."""
    peers: dict[str, set[str]] = defaultdict(set)
    for link in pages(clients.ec2, "describe_vpc_peering_connections", "VpcPeeringConnections"):
        if link.get("Status", {}).get("Code") == "active":
            one, other = link["RequesterVpcInfo"]["VpcId"], link["AccepterVpcInfo"]["VpcId"]
            peers[one].add(other)
            peers[other].add(one)
    return peers
