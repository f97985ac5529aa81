"""The inventory of an AWS region: leftovers of an EKS cluster, and what outlives it on purpose."""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from anykube._clusters.eks import credentials
from anykube._clusters.managed import ManagedCluster

from anykube_cli.preflight.aws.clients import filter_by, paginate, tags_of
from anykube_cli.preflight.aws.errors import summarize_error
from anykube_cli.preflight.aws.plan import AwsPlan
from anykube_cli.sweep.aws_ownership import LOG_GROUP, AwsResource, clusters_in_tags, judge
from anykube_cli.sweep.facts import Facts
from anykube_cli.sweep.memory import Memory
from anykube_cli.sweep.session import Session
from anykube_cli.sweep.sweep import Kept

Clients = Callable[[str], Any]
"""Creates the boto3 client of a service in the cluster's region."""

_LOAD_BALANCER, _TARGET_GROUP = "load balancer", "target group"
_INTERFACE, _GROUP = "network interface", "security group"
_COMMANDS: Mapping[str, str] = {
    _LOAD_BALANCER: "aws elbv2 delete-load-balancer --load-balancer-arn",
    _TARGET_GROUP: "aws elbv2 delete-target-group --target-group-arn",
    _INTERFACE: "aws ec2 delete-network-interface --network-interface-id",
    _GROUP: "aws ec2 delete-security-group --group-id",
    LOG_GROUP: "aws logs delete-log-group --log-group-name",
}


def account_factory(
    stack: str, spec: ManagedCluster, facts: Facts, memory: Memory
) -> Callable[[], Session[AwsResource]]:
    """Opens the region in the environment's account."""

    def open_region() -> Session[AwsResource]:
        client = credentials.open_session(spec.region).client
        return open_session(client, stack, (spec.region, spec.name), facts, memory)

    return open_region


def open_session(
    client: Clients, stack: str, cluster: tuple[str, str], facts: Facts, memory: Memory | None = None
) -> Session[AwsResource]:
    """The session of a stack whose cluster has this region and name."""
    region, name = cluster
    remember = memory.save if memory else None
    return Session(Region(client, stack, name, region), partial(judge, stack, name), facts, remember)


class Region:
    """A region of an account, with the resources that may be leftovers of one cluster."""

    def __init__(self, client: Clients, stack: str, cluster: str, region: str) -> None:
        self._ec2, self._eks, self._elb, self._logs = (client(name) for name in ("ec2", "eks", "elbv2", "logs"))
        self._stack, self._cluster, self._region = stack, cluster, region
        self._opened = time.time()

    def summarize_error(self, error: BaseException) -> str:
        """The error code and operation."""
        return summarize_error(error)

    def cluster_exists(self) -> bool:
        """Whether EKS has a cluster of this name, which is unique in the region."""
        try:
            self._eks.describe_cluster(name=self._cluster)
        except self._eks.exceptions.ResourceNotFoundException:
            return False
        return True

    def facts(self) -> Facts:
        """None: ids of AWS are unique, and the state has all that is needed."""
        return Facts()

    def resources(self) -> Sequence[AwsResource]:
        """Load balancers first, then what they use: target groups, network interfaces, security groups."""
        available = filter_by("status", ["available"])
        interfaces = paginate(self._ec2, "describe_network_interfaces", "NetworkInterfaces", Filters=available)
        groups = paginate(self._ec2, "describe_security_groups", "SecurityGroups")
        return [
            *self._tagged(
                _load_balancer(item) for item in paginate(self._elb, "describe_load_balancers", "LoadBalancers")
            ),
            *self._tagged(
                _target_group(item) for item in paginate(self._elb, "describe_target_groups", "TargetGroups")
            ),
            *map(_interface, interfaces),
            *(_group(item) for item in groups if item["GroupName"] != "default"),
            *map(self._log_group, self._log_groups()),
        ]

    def read(self, resource: AwsResource) -> AwsResource | None:
        """The present tags, network and groups; None if it is gone or, as an interface, in use again."""
        try:
            return self._read(resource)
        except self._ec2.exceptions.ClientError as error:
            if "NotFound" in error.response["Error"]["Code"]:
                return None
            raise

    def _read(self, resource: AwsResource) -> AwsResource | None:
        ids = [resource.id]
        if resource.kind == _LOAD_BALANCER:
            listed = map(_load_balancer, self._elb.describe_load_balancers(LoadBalancerArns=ids)["LoadBalancers"])
            return next(self._tagged(listed), None)
        if resource.kind == _TARGET_GROUP:
            listed = map(_target_group, self._elb.describe_target_groups(TargetGroupArns=ids)["TargetGroups"])
            return next(self._tagged(listed), None)
        if resource.kind == _INTERFACE:
            filters = filter_by("status", ["available"])
            response = self._ec2.describe_network_interfaces(NetworkInterfaceIds=ids, Filters=filters)
            return next(map(_interface, response["NetworkInterfaces"]), None)
        if resource.kind == LOG_GROUP:
            return next(map(self._log_group, self._log_groups()), None)
        return next(map(_group, self._ec2.describe_security_groups(GroupIds=ids)["SecurityGroups"]), None)

    def delete(self, resource: AwsResource) -> None:
        """Deletes it."""
        if resource.kind == _LOAD_BALANCER:
            self._elb.delete_load_balancer(LoadBalancerArn=resource.id)
        elif resource.kind == _TARGET_GROUP:
            self._elb.delete_target_group(TargetGroupArn=resource.id)
        elif resource.kind == _INTERFACE:
            self._ec2.delete_network_interface(NetworkInterfaceId=resource.id)
        elif resource.kind == LOG_GROUP:
            self._logs.delete_log_group(logGroupName=resource.id)
        else:
            self._ec2.delete_security_group(GroupId=resource.id)

    def removal_command(self, resource: AwsResource) -> str:
        """Such as `aws ec2 delete-security-group --group-id sg-0a1b --region eu-west-1`."""
        return f"{_COMMANDS[resource.kind]} {resource.id} --region {self._region}"

    def kept(self) -> Iterator[Kept]:
        """Volumes and snapshots of claims, and the log group of the control plane."""
        for item in paginate(self._ec2, "describe_volumes", "Volumes"):
            if self._names_cluster(tags_of(item)):
                yield self._kept(
                    "volume", item["VolumeId"], f"{item['Size']} GiB of storage a month ({item['VolumeType']})"
                )
        for item in paginate(self._ec2, "describe_snapshots", "Snapshots", OwnerIds=["self"]):
            if self._names_cluster(tags_of(item)):
                yield self._kept("snapshot", item["SnapshotId"], "GiB of changed blocks a month")
        for item in self._log_groups():
            name, size = item["logGroupName"], item.get("storedBytes", 0)
            command = f"{_COMMANDS[LOG_GROUP]} {name} --region {self._region}"
            yield Kept(f"log group {name}", f"GiB of logs a month, now {size} bytes", command)

    def _log_groups(self) -> Iterator[Mapping[str, Any]]:
        """The log group of the control plane."""
        name = f"/aws/eks/{self._cluster}/cluster"
        groups = paginate(self._logs, "describe_log_groups", "logGroups", logGroupNamePrefix=name)
        return (item for item in groups if item["logGroupName"] == name)

    def _log_group(self, item: Mapping[str, Any]) -> AwsResource:
        is_recreated = item["creationTime"] / 1000 > self._opened
        return AwsResource(LOG_GROUP, item["logGroupName"], "", is_recreated=is_recreated)

    def _kept(self, kind: str, id: str, billed: str) -> Kept:
        command = f"aws ec2 delete-{kind} --{kind}-id {id} --region {self._region}"
        return Kept(f"{kind} {id}", billed, command)

    def _names_cluster(self, tags: Mapping[str, str]) -> bool:
        """Whether tags of a volume name the cluster: those of its driver, or those that the stack sets."""
        is_of_stack = tags.get(AwsPlan.STACK_TAG) == self._stack and tags.get(AwsPlan.CLUSTER_TAG) == self._cluster
        is_of_driver = tags.get("KubernetesCluster") == self._cluster or self._cluster in clusters_in_tags(tags)
        return is_of_stack or is_of_driver

    def _tagged(self, resources: Iterator[AwsResource]) -> Iterator[AwsResource]:
        """The resources of Elastic Load Balancing with their tags, which it returns for at most 20 at a time."""
        listed = list(resources)
        for batch in (listed[start : start + 20] for start in range(0, len(listed), 20)):
            response = self._elb.describe_tags(ResourceArns=[resource.id for resource in batch])
            tags = {item["ResourceArn"]: tags_of(item) for item in response["TagDescriptions"]}
            yield from (replace(resource, tags=tags.get(resource.id, {})) for resource in batch)


def _load_balancer(item: Mapping[str, Any]) -> AwsResource:
    groups = frozenset(item.get("SecurityGroups") or ())
    return AwsResource(_LOAD_BALANCER, item["LoadBalancerArn"], item.get("VpcId", ""), groups=groups)


def _target_group(item: Mapping[str, Any]) -> AwsResource:
    return AwsResource(_TARGET_GROUP, item["TargetGroupArn"], item.get("VpcId", ""))


def _interface(item: Mapping[str, Any]) -> AwsResource:
    groups = frozenset(group["GroupId"] for group in item.get("Groups") or ())
    tags = tags_of({"Tags": item.get("TagSet")})
    return AwsResource(_INTERFACE, item["NetworkInterfaceId"], item.get("VpcId", ""), tags, groups)


def _group(item: Mapping[str, Any]) -> AwsResource:
    return AwsResource(_GROUP, item["GroupId"], item.get("VpcId", ""), tags_of(item))
