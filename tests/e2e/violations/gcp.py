"""Violations that Google Cloud, its plugin or the settings reject."""

from typing import Any

from tests.e2e.violations.model import Resource, Step, Violation, Violations

_CLUSTER = "gcp:container/cluster:Cluster"

_PAGES: dict[str, dict[str, Violation]] = {
    "invalid-network": {
        "one zone": Violation({"zones": ["europe-west1-b"]}, "cluster.zones", "at least 2"),
        "network too small": Violation(
            {"network": {"cidr": "10.0.0.0/24"}}, "cluster.network.cidr", "a /24 is too small"
        ),
        "one gateway": Violation({"network": {"nat": "single"}}, "cluster.network.nat", "Cloud NAT is always regional"),
        "open to all": Violation({"api": {"public": ["0.0.0.0/0"]}}, "cluster.api.public[0]", "the whole internet"),
        "version out of support": Violation({"version": "1.29"}, "cluster.version", "1.29"),
        "unknown field": Violation({"netwrok": {}}, "cluster.netwrok", "Did you mean network?"),
        "invalid principal": Violation(
            {"access": {"admins": ["arn:aws:iam::1:role/a"]}}, "cluster.access.admins[0]", "user:ann@example.com"
        ),
    },
    "invalid-ranges": {
        "control plane too large": Violation(
            {"gke": {"project": "shop-dev", "control_plane": "172.16.0.0/27"}},
            "cluster.gke.control_plane",
            "a /27 is too large",
        ),
        "zone of another region": Violation(
            {"zones": ["europe-west1-b", "us-east1-b"]}, "cluster.zones[1]", "not a zone in europe-west1"
        ),
    },
    "invalid-pools": {
        "min above max": Violation({"pools": {"a": {"min": 3, "max": 2}}}, "cluster.pools.a.min", "greater than max"),
        "unknown machine type": Violation(
            {"pools": {"b": {"count": 2, "machine": {"type": "e2-standard-3"}}}},
            "cluster.pools.b.machine.type",
            "e2-standard-3",
        ),
        "surge in percent": Violation(
            {"pools": {"c": {"count": 2, "surge": "33%"}}}, "cluster.pools.c.surge", "a percentage"
        ),
    },
}

_PROVIDER: dict[str, Violation] = {
    "unknown property": Violation(
        ("gcp:compute/network:Network", {"autoCreateSubnetwork": False}), "autoCreateSubnetwork", "no such property"
    ),
    "missing property": Violation(("gcp:kms/cryptoKey:CryptoKey", {}), "keyRing", "is required"),
    "wrong type": Violation(
        ("gcp:container/nodePool:NodePool", {"cluster": "a", "nodeLocations": "b"}), "nodeLocations", "must be a list"
    ),
    "invalid value": Violation(
        (_CLUSTER, {"location": "europe-west1", "datapathProvider": "CILIUM"}), "datapathProvider", "CILIUM"
    ),
    "mutually exclusive properties": Violation(
        (_CLUSTER, {"location": "a", "enableAutopilot": True, "removeDefaultNodePool": True}),
        "removeDefaultNodePool",
        "enableAutopilot",
    ),
    "invalid name": Violation(("gcp:compute/network:Network", {"name": "Shop"}), "name", "must match"),
    "unknown type": Violation(
        ("gcp:container/clutser:Clutser", {}), "gcp:container/clutser:Clutser", "no gcp:container/clutser:Clutser"
    ),
}


def _network(*resources: Resource, **subnetwork: Any) -> list[Resource]:
    inputs = {
        "name": "raw",
        "region": "europe-west1",
        "network": "${network.id}",
        "ipCidrRange": "10.9.0.0/20",
        "secondaryIpRanges": [
            {"rangeName": "pods", "ipCidrRange": "10.12.0.0/14"},
            {"rangeName": "services", "ipCidrRange": "172.24.0.0/16"},
        ],
        **subnetwork,
    }
    return [
        ("network", "gcp:compute/network:Network", {"name": "raw", "autoCreateSubnetworks": False}),
        ("nodes", "gcp:compute/subnetwork:Subnetwork", inputs),
        *resources,
    ]


def _cluster(**overrides: Any) -> Resource:
    inputs: dict[str, Any] = {
        "name": "raw",
        "location": "europe-west1",
        "network": "${network.id}",
        "subnetwork": "${nodes.id}",
        "ipAllocationPolicy": {"clusterSecondaryRangeName": "pods", "servicesSecondaryRangeName": "services"},
        "privateClusterConfig": {"enablePrivateNodes": True, "masterIpv4CidrBlock": "172.31.0.0/28"},
        "releaseChannel": {"channel": "EXTENDED"},
        "minMasterVersion": "1.34",
        "removeDefaultNodePool": True,
        "initialNodeCount": 1,
        "deletionProtection": False,
        **overrides,
    }
    return "cluster", _CLUSTER, inputs


def _pool(**overrides: Any) -> Resource:
    inputs = {"name": "raw", "cluster": "${cluster.id}", "location": "europe-west1", "initialNodeCount": 1, **overrides}
    return "pool", "gcp:container/nodePool:NodePool", inputs


_PRIVATE = {"enablePrivateNodes": True}
_REQUESTS = (
    Step(_network()),
    Step(
        _network(_cluster(privateClusterConfig={**_PRIVATE, "masterIpv4CidrBlock": "172.31.0.0/27"})),
        ["172.31.0.0/27 must be a /28"],
    ),
    Step(
        _network(_cluster(privateClusterConfig={**_PRIVATE, "masterIpv4CidrBlock": "10.9.1.0/28"})),
        ["10.9.1.0/28 overlaps 10.9.0.0/20"],
    ),
    Step(_network(_cluster(ipAllocationPolicy={"clusterSecondaryRangeName": "pod"})), ["has no secondary range pod"]),
    Step(_network(_cluster(minMasterVersion="1.29")), ["'1.29' is unsupported in channel EXTENDED"]),
    Step(
        _network(_cluster(), _pool(nodeConfig={"machineType": "e2-standard-3"})),
        ["the machine type 'e2-standard-3' does not exist"],
    ),
    Step(_network(_cluster(minMasterVersion="1.36", deletionProtection=True)), ["cannot upgrade from 1.34"]),
    Step(_network(_cluster(deletionProtection=True))),
    Step(None, ["deletion_protection is set to true"]),
    Step(_network(_cluster())),
)

GCP = Violations(
    stack="gcp-dev",
    cluster={
        "cloud": "gcp",
        "name": "a",
        "region": "europe-west1",
        "zones": ["europe-west1-b", "europe-west1-c"],
        "pools": {"main": {"count": 2}},
        "gke": {"project": "shop-dev"},
    },
    invalid_settings=_PAGES,
    provider=_PROVIDER,
    requests=_REQUESTS,
)
