"""Violations that AWS, its plugin or the settings reject."""

import json
from typing import Any

from tests.e2e.violations.model import Resource, Step, Violation, Violations

_PAGES: dict[str, dict[str, Violation]] = {
    "invalid-network": {
        "one zone": Violation({"zones": ["eu-west-1a"]}, "cluster.zones", "at least 2"),
        "network too small": Violation(
            {"network": {"cidr": "10.0.0.0/24"}}, "cluster.network.cidr", "a /24 is too small"
        ),
        "services too large": Violation(
            {"network": {"services": "172.0.0.0/8"}}, "cluster.network.services", "Use a range from /12 to /24"
        ),
        "open to all": Violation({"api": {"public": ["0.0.0.0/0"]}}, "cluster.api.public[0]", "the whole internet"),
        "version out of support": Violation({"version": "1.29"}, "cluster.version", "1.34, 1.35, 1.36"),
        "unknown field": Violation({"netwrok": {}}, "cluster.netwrok", "Did you mean network?"),
        "invalid role": Violation({"access": {"admins": ["root"]}}, "cluster.access.admins[0]", "ARN"),
    },
    "invalid-ranges": {
        "zone of another region": Violation(
            {"zones": ["eu-west-1a", "eu-west-1b", "us-east-1a"]}, "cluster.zones[2]", "not a zone in eu-west-1"
        ),
        "overlapping ranges": Violation(
            {"network": {"cidr": "10.0.0.0/16", "services": "10.0.0.0/20"}}, "cluster.network.services", "overlap"
        ),
    },
    "invalid-auto-mode": {
        "zone twice": Violation({"zones": ["eu-west-1a", "eu-west-1a"]}, "cluster.zones[1]", "a second time"),
        "spot on Auto Mode": Violation(
            {"mode": "managed", "pools": {"web": {"count": 1, "spot": True}}}, "cluster.pools", "Auto Mode"
        ),
    },
    "invalid-pools": {
        "min above max": Violation({"pools": {"a": {"min": 3, "max": 2}}}, "cluster.pools.a.min", "greater than max"),
        "other architecture than the machine type": Violation(
            {"pools": {"b": {"count": 1, "machine": {"type": "m7g.large", "arch": "amd64"}}}},
            "cluster.pools.b.machine.arch",
            "which has arm64",
        ),
        "unknown machine type": Violation(
            {"pools": {"c": {"count": 1, "machine": {"type": "m7g.lage"}}}}, "cluster.pools.c.machine.type", "m7g.lage"
        ),
        "invalid taint effect": Violation(
            {"pools": {"d": {"count": 1, "taints": [{"key": "a", "effect": "NoRun"}]}}},
            "cluster.pools.d.taints[0].effect",
            "NoSchedule",
        ),
        "disk too small": Violation({"pools": {"e": {"count": 1, "disk": 1}}}, "cluster.pools.e.disk", "20"),
        "zone outside of the cluster": Violation(
            {"pools": {"f": {"count": 1, "zones": ["eu-west-1c"]}}}, "cluster.pools.f.zones[0]", "eu-west-1c"
        ),
    },
}

_PROVIDER: dict[str, Violation] = {
    "unknown property": Violation(("aws:ec2/vpc:Vpc", {"cidrBlok": "10.0.0.0/16"}), "cidrBlok", "no such property"),
    "missing property": Violation(("aws:ec2/subnet:Subnet", {"cidrBlock": "10.0.0.0/24"}), "vpcId", "is required"),
    "wrong type": Violation(
        (
            "aws:eks/nodeGroup:NodeGroup",
            {"clusterName": "a", "nodeRoleArn": "b", "subnetIds": "c", "scalingConfig": {}},
        ),
        "subnetIds",
        "must be a list",
    ),
    "invalid value": Violation(("aws:cloudwatch/logGroup:LogGroup", {"retentionInDays": 42}), "retentionInDays", "42"),
    "mutually exclusive properties": Violation(
        ("aws:iam/role:Role", {"name": "a", "namePrefix": "b", "assumeRolePolicy": "{}"}), "namePrefix", "name"
    ),
    "invalid CIDR": Violation(
        ("aws:ec2/subnet:Subnet", {"vpcId": "vpc-1", "cidrBlock": "10.0.0.0/33"}), "cidrBlock", "10.0.0.0/33"
    ),
    "unknown type": Violation(("aws:eks/clutser:Clutser", {}), "aws:eks/clutser:Clutser", "no aws:eks/clutser:Clutser"),
    "deletion window too short": Violation(
        ("aws:kms/key:Key", {"deletionWindowInDays": 3}), "deletionWindowInDays", "7"
    ),
}

_TRUST = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Principal": {"Service": "eks.amazonaws.com"}, "Action": "sts:AssumeRole"}],
}


def _subnet(cidr: str, zone: str) -> dict[str, Any]:
    return {"vpcId": "${vpc.id}", "cidrBlock": cidr, "availabilityZone": f"eu-west-1{zone}"}


def _network(*resources: Resource) -> list[Resource]:
    return [
        ("vpc", "aws:ec2/vpc:Vpc", {"cidrBlock": "10.9.0.0/16"}),
        ("a", "aws:ec2/subnet:Subnet", _subnet("10.9.0.0/24", "a")),
        ("b", "aws:ec2/subnet:Subnet", _subnet("10.9.1.0/24", "b")),
        ("twin", "aws:ec2/subnet:Subnet", _subnet("10.9.2.0/24", "a")),
        ("role", "aws:iam/role:Role", {"name": "raw", "assumeRolePolicy": json.dumps(_TRUST)}),
        *resources,
    ]


def _cluster(*subnets: str, **overrides: Any) -> Resource:
    vpc = {"subnetIds": [f"${{{subnet}.id}}" for subnet in subnets], "endpointPrivateAccess": True}
    role = "arn:aws:iam::123456789012:role/raw"
    inputs = {"name": "raw", "roleArn": role, "vpcConfig": vpc, "version": "1.34", **overrides}
    return "cluster", "aws:eks/cluster:Cluster", inputs


_REQUESTS = (
    Step(_network()),
    Step(_network(_cluster("a", "twin")), ["must be in at least two different AZs"]),
    Step(
        _network(
            ("c", "aws:ec2/subnet:Subnet", _subnet("10.9.1.128/25", "c")),
            ("d", "aws:ec2/subnet:Subnet", _subnet("10.8.0.0/24", "c")),
        ),
        ["'10.9.1.128/25' conflicts with another subnet", "'10.8.0.0/24' is invalid"],
    ),
    Step(
        _network(_cluster("a", "b", roleArn="arn:aws:iam::123456789012:role/nobody")),
        ["role/nobody, could not be assumed because it does not exist"],
    ),
    Step(_network(_cluster("a", "b", version="1.29")), ["1.29"]),
    Step(_network(_cluster("a", "b", deletionProtection=True))),
    Step(
        _network(_cluster("a", "b", version="1.36", deletionProtection=True)),
        ["Unsupported Kubernetes minor version update from 1.34 to 1.36"],
    ),
    Step(None, ["Cannot delete cluster raw because deletionProtection is enabled"]),
    Step(_network(_cluster("a", "b", deletionProtection=False))),
)

AWS = Violations(
    stack="aws-dev",
    cluster={
        "cloud": "aws",
        "name": "a",
        "region": "eu-west-1",
        "zones": ["eu-west-1a", "eu-west-1b"],
        "pools": {"main": {"count": 1}},
    },
    invalid_settings=_PAGES,
    provider=_PROVIDER,
    requests=_REQUESTS,
)
