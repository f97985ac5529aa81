"""Rules of the cluster's security group: who reaches the private address of the API, beside nodes and pods.

https://docs.aws.amazon.com/eks/latest/userguide/cluster-endpoint.html#private-access
"""

import pulumi
import pulumi_aws as aws

from anykube._clusters.api_access import internal_ranges
from anykube._clusters.eks.spec import EksClusterSpec
from anykube._clusters.resource_scope import ResourceScope


def admit_ranges(children: ResourceScope, spec: EksClusterSpec, cluster: aws.eks.Cluster) -> list[pulumi.Resource]:
    """Admits each internal range on port 443.

    Create Kubernetes objects after these rules and delete them before: the pipeline may be in one of the ranges.
    """
    group = cluster.vpc_config.apply(lambda config: str(config.cluster_security_group_id or ""))
    return [
        aws.vpc.SecurityGroupIngressRule(
            children.name(f"api-{cidr.replace('.', '-').replace('/', '-')}"),
            security_group_id=group,
            description="Kubernetes API from a connected network",
            cidr_ipv4=cidr,
            ip_protocol="tcp",
            from_port=443,
            to_port=443,
            opts=children.options(),
        )
        for cidr in internal_ranges(spec, has_existing_network=spec.eks.vpc is not None)
    ]
