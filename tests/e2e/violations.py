"""What is refused, and by what: settings by their rules, resources by the provider, requests by the account.

Each has a name, what is wrong, and what the sentence has to say: the field, and the rule.
"""

from typing import Any, NamedTuple


class Violation(NamedTuple):
    """Something that must not get through."""

    wrong: Any
    """A fragment of a page's cluster section, or a resource as (type, properties)."""
    field: str
    rule: str
    """A part of the sentence."""


_SYSTEM = {"system": {"min": 1, "max": 2}}

PAGES: dict[str, dict[str, Violation]] = {
    "page-of-network": {
        "one zone": Violation({"zones": ["eu-west-1a"]}, "cluster.zones", "at least 2"),
        "network too small": Violation({"network": {"cidr": "10.0.0.0/24"}}, "cluster.network.cidr", "is a /24"),
        "services too large": Violation(
            {"network": {"services": "172.0.0.0/8"}}, "cluster.network.services", "Give a /12 to /24"
        ),
        "open to all": Violation({"api": {"public": ["0.0.0.0/0"]}}, "cluster.api.public[0]", "the whole internet"),
        "version out of support": Violation({"version": "1.29"}, "cluster.version", "1.34, 1.35, 1.36"),
        "unknown field": Violation({"netwrok": {}}, "cluster.netwrok", "Did you mean network?"),
        "role that is none": Violation({"access": {"admins": ["root"]}}, "cluster.access.admins[0]", "ARN"),
    },
    "page-of-ranges": {
        "zone elsewhere": Violation(
            {"zones": ["eu-west-1a", "eu-west-1b", "us-east-1a"]}, "cluster.zones[2]", "not a zone of eu-west-1"
        ),
        "ranges that overlap": Violation(
            {"network": {"cidr": "10.0.0.0/16", "services": "10.0.0.0/20"}}, "cluster.network.services", "overlaps"
        ),
    },
    "page-of-auto-mode": {
        "zone twice": Violation({"zones": ["eu-west-1a", "eu-west-1a"]}, "cluster.zones[1]", "a second time"),
        "spot on Auto Mode": Violation(
            {"mode": "managed", "pools": {"web": {"count": 1, "spot": True}}}, "cluster.pools", "Auto Mode"
        ),
    },
    "page-of-pools": {
        "min above max": Violation({"pools": {"a": {"min": 3, "max": 2}}}, "cluster.pools.a.min", "above max"),
        "another processor than the machine's": Violation(
            {"pools": {"b": {"count": 1, "machine": {"type": "m7g.large", "arch": "amd64"}}}},
            "cluster.pools.b.machine.arch",
            "m7g.large has arm64",
        ),
        "no such machine": Violation(
            {"pools": {"c": {"count": 1, "machine": {"type": "m7g.lage"}}}}, "cluster.pools.c.machine.type", "m7g.lage"
        ),
        "taint of no effect": Violation(
            {"pools": {"d": {"count": 1, "taints": [{"key": "a", "effect": "NoRun"}]}}},
            "cluster.pools.d.taints[0].effect",
            "NoSchedule",
        ),
        "disk too small": Violation({"pools": {"e": {"count": 1, "disk": 1}}}, "cluster.pools.e.disk", "20"),
        "zone that the cluster has not": Violation(
            {"pools": {"f": {"count": 1, "zones": ["eu-west-1c"]}}}, "cluster.pools.f.zones[0]", "eu-west-1c"
        ),
    },
}
"""Those of one page are told together."""

PROVIDER: dict[str, Violation] = {
    "unknown property": Violation(
        ("aws:ec2/vpc:Vpc", {"cidrBlok": "10.0.0.0/16"}), "cidrBlok", "no property of this name"
    ),
    "missing property": Violation(("aws:ec2/subnet:Subnet", {"cidrBlock": "10.0.0.0/24"}), "vpcId", "is required"),
    "wrong type": Violation(
        (
            "aws:eks/nodeGroup:NodeGroup",
            {"clusterName": "a", "nodeRoleArn": "b", "subnetIds": "c", "scalingConfig": {}},
        ),
        "subnetIds",
        "must be a list",
    ),
    "value that there is not": Violation(
        ("aws:cloudwatch/logGroup:LogGroup", {"retentionInDays": 42}), "retentionInDays", "42"
    ),
    "properties that exclude each other": Violation(
        ("aws:iam/role:Role", {"name": "a", "namePrefix": "b", "assumeRolePolicy": "{}"}), "namePrefix", "name"
    ),
    "no range": Violation(
        ("aws:ec2/subnet:Subnet", {"vpcId": "vpc-1", "cidrBlock": "10.0.0.0/33"}), "cidrBlock", "10.0.0.0/33"
    ),
    "no such type": Violation(("aws:eks/clutser:Clutser", {}), "aws:eks/clutser:Clutser", "no aws:eks/clutser:Clutser"),
    "key kept too shortly": Violation(("aws:kms/key:Key", {"deletionWindowInDays": 3}), "deletionWindowInDays", "7"),
}
"""Each alone in a program."""
