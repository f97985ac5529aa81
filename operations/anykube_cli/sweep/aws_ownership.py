"""Whose a load balancer, target group, network interface or security group on AWS is.

A tag with the cluster's name is no proof. kOps, Cluster API and kubeadm set `kubernetes.io/cluster/NAME` too, and the
load balancer controller also runs on clusters that are not EKS. Names of EKS clusters are unique in a region, but not
those of other clusters. So a tag counts together with the network in the stack's state:

- In a network that the stack created, any controller's tag with the cluster's name proves it.
- In an existing network, only the stack's own tags beside it, which the stack makes its controller set, a tag that EKS
  sets, or the security group that EKS created for this cluster.

Tags: https://docs.aws.amazon.com/eks/latest/userguide/eks-using-tags.html,
https://docs.aws.amazon.com/eks/latest/userguide/auto-configure-alb.html,
https://kubernetes-sigs.github.io/aws-load-balancer-controller/latest/guide/ingress/annotations/#resource-tags,
https://github.com/aws/amazon-vpc-cni-k8s#cluster_name, and https://kops.sigs.k8s.io/run_in_existing_vpc/
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from anykube_cli.preflight.aws.plan import AwsPlan
from anykube_cli.sweep.facts import FOREIGN, Facts, Judged, Judgement, doubtful, proof

_CONTROLLER_TAGS = ("cluster.k8s.amazonaws.com/name", "elbv2.k8s.aws/cluster")
"""Tags with the cluster's name, of the CNI and of the load balancer controller. Both also run outside of EKS."""
_EKS_TAGS = ("aws:eks:cluster-name", "eks:cluster-name", "eks:eks-cluster-name")
"""Tags with the cluster's name, of EKS and its Auto Mode. Nobody but AWS can set a tag that begins with `aws:`."""
_OWNED = re.compile(r"kubernetes\.io/cluster/(.+)")


LOG_GROUP = "log group"


@dataclass(frozen=True)
class AwsResource:
    """A resource of EC2 or Elastic Load Balancing, or a log group."""

    kind: str
    """Such as `security group`."""
    id: str
    """An id of EC2, or an ARN."""
    network: str
    """Id of its VPC; empty if it has none."""
    tags: Mapping[str, str] = field(default_factory=dict)
    groups: frozenset[str] = frozenset()
    """Ids of its security groups."""
    is_recreated: bool = False
    """Whether it was created after the destroy began."""

    @property
    def description(self) -> str:
        """Kind, and the id without the beginning of an ARN."""
        return f"{self.kind} {self.id.rpartition(':')[2]}"


def judge(stack: str, cluster: str, facts: Facts, resources: Sequence[AwsResource]) -> Judged:
    """Judges the resources of a region for the EKS cluster of this name in this stack."""
    return Judged({resource.id: _judge(stack, cluster, facts, resource) for resource in resources}, facts)


def _judge(stack: str, cluster: str, facts: Facts, resource: AwsResource) -> Judgement:
    names = clusters_in_tags(resource.tags)
    if resource.id in facts.managed:
        # https://github.com/terraform-aws-modules/terraform-aws-eks/issues/2763
        is_late = resource.kind == LOG_GROUP and resource.is_recreated
        return proof("EKS created it again for its last logs, after the stack's was deleted") if is_late else FOREIGN
    if resource.id in facts.groups:
        return proof("EKS created this security group for the cluster")
    if resource.groups & facts.groups:
        return proof("it is in the security group that EKS created for the cluster")
    if cluster not in names:
        is_inside = not names and resource.network in facts.own_networks
        return doubtful("it is in the stack's network, but no tag names its cluster") if is_inside else FOREIGN
    return _judge_named(stack, cluster, facts, resource, names)


def _judge_named(stack: str, cluster: str, facts: Facts, resource: AwsResource, names: frozenset[str]) -> Judgement:
    """The verdict on a resource whose tags name the cluster."""
    if others := names - {cluster}:
        return doubtful(f"its tags also name the cluster {', '.join(sorted(others))}")
    if not facts.used_networks:
        return doubtful("its tags name the cluster, but the state does not say which network the cluster was in")
    if resource.network in facts.own_networks:
        return proof("its tags name the cluster, and it is in the network that the stack created")
    if resource.network not in facts.used_networks:
        return FOREIGN
    if (resource.tags.get(AwsPlan.STACK_TAG), resource.tags.get(AwsPlan.CLUSTER_TAG)) == (stack, cluster):
        return proof("the stack's controller set the stack's tags, and it is in the cluster's network")
    if any(resource.tags.get(tag) == cluster for tag in _EKS_TAGS):
        return proof("EKS' tags name the cluster, and it is in the cluster's network")
    return doubtful("its tags name the cluster, but another cluster of this name may use the same network")


def clusters_in_tags(tags: Mapping[str, str]) -> frozenset[str]:
    """The names of the clusters that own a resource, by its tags."""
    named = {tags[tag] for tag in (*_CONTROLLER_TAGS, *_EKS_TAGS) if tag in tags}
    owned = {match[1] for tag, value in tags.items() if value == "owned" and (match := _OWNED.fullmatch(tag))}
    return frozenset(named | owned)
