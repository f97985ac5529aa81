"""Clusters: made, shown and deleted. How they are changed is in `cluster_updates`."""

import secrets
from collections.abc import Callable, Mapping

from anykube_rehearsal.aws.account import cloud
from anykube_rehearsal.aws.account.eks import access_entries, auto_mode, rules, versions
from anykube_rehearsal.aws.account.eks.state import Call, Cluster, Eks, arn, now
from anykube_rehearsal.aws.account.errors import in_use, invalid_parameter, invalid_request
from anykube_rehearsal.aws.account.response_shapes import Json

LOGS = ("api", "audit", "authenticator", "controllerManager", "scheduler")

_AS_ASKED = (
    "roleArn",
    "tags",
    "encryptionConfig",
    "zonalShiftConfig",
    "remoteNetworkConfig",
    "computeConfig",
    "storageConfig",
    "controlPlaneScalingConfig",
    "kubeApiServerConfig",
    "kubeSchedulerConfig",
    "kubeControllerManagerConfig",
)
"""Fields that are shown as they were asked for, or not at all."""


def create_cluster(call: Call) -> Json:
    """https://docs.aws.amazon.com/eks/latest/APIReference/API_CreateCluster.html"""
    asked, name = call.asked, call.asked["name"]
    if name in call.eks.clusters:
        raise in_use(f"Cluster already exists with name: {name}")
    vpc = _judged(call)
    about = _about(call, vpc)
    cluster = Cluster(about, call.region, call.caller)
    _make_network(cluster, vpc)
    call.eks.clusters[name] = cluster
    if asked.get("accessConfig", {}).get("bootstrapClusterCreatorAdminPermissions", True):
        access_entries.bootstrap(cluster)
    call.eks.later(_creation(call.eks, cluster), lambda error: _failed(cluster, error))
    return {"cluster": about}


def describe_cluster(call: Call) -> Json:
    """https://docs.aws.amazon.com/eks/latest/APIReference/API_DescribeCluster.html"""
    return {"cluster": call.cluster.about}


def list_clusters(call: Call) -> Json:
    """https://docs.aws.amazon.com/eks/latest/APIReference/API_ListClusters.html"""
    return call.page("clusters", sorted(one.name for one in call.eks.clusters.values() if one.region == call.region))


def delete_cluster(call: Call) -> Json:
    """https://docs.aws.amazon.com/eks/latest/APIReference/API_DeleteCluster.html"""
    cluster, eks = call.cluster, call.eks
    about = cluster.about
    if about["deletionProtection"]:
        # https://docs.aws.amazon.com/eks/latest/userguide/deletion-protection.html
        raise invalid_request(f"Cannot delete cluster {cluster.name} because deletionProtection is enabled")
    if cluster.groups:
        raise in_use(f"Cluster has nodegroups attached: {', '.join(sorted(cluster.groups))}")
    if about["status"] in ("CREATING", "UPDATING", "DELETING"):
        raise in_use(f"Cannot delete cluster {cluster.name}: it is in status {about['status']}")
    about["status"] = "DELETING"

    def work() -> Callable[[], None]:
        eks.runtime.delete(cluster.name)
        return lambda: _remove(eks, cluster)

    eks.later(work, lambda error: _failed(cluster, error))
    return {"cluster": about}


def _judged(call: Call) -> str:
    """The VPC of a cluster that breaks no rule."""
    asked, region = call.asked, call.region
    network = asked.get("kubernetesNetworkConfig", {})
    version = asked.get("version", versions.DEFAULT)
    if "outpostConfig" in asked:
        raise invalid_parameter("outpostConfig: this account has no Outposts")
    versions.require_offered(version, call.eks.today)
    versions.require_policy(version, asked.get("upgradePolicy", {}).get("supportType", ""), call.eks.today)
    rules.require_cluster_role(asked["roleArn"])
    vpc = rules.require_cluster_subnets(region, asked["resourcesVpcConfig"].get("subnetIds", []))
    rules.require_groups(region, asked["resourcesVpcConfig"].get("securityGroupIds", []), vpc)
    rules.require_endpoint(_endpoint(asked["resourcesVpcConfig"]))
    rules.require_encryption(region, asked.get("encryptionConfig", []))
    rules.require_auto_mode(asked.get("computeConfig"), network.get("elasticLoadBalancing"), asked.get("storageConfig"))
    if "serviceIpv4Cidr" in network:
        rules.require_services(network["serviceIpv4Cidr"])
    return vpc


def _endpoint(asked: Json) -> Json:
    standard = {"endpointPublicAccess": True, "endpointPrivateAccess": False, "publicAccessCidrs": ["0.0.0.0/0"]}
    return {key: asked.get(key, value) for key, value in standard.items()}


def _about(call: Call, vpc: str) -> Json:
    asked, network = call.asked, call.asked.get("kubernetesNetworkConfig", {})
    resources, name = asked["resourcesVpcConfig"], asked["name"]
    access = asked.get("accessConfig", {})
    identity = secrets.token_hex(16).upper()
    return {
        "name": name,
        "arn": arn(call.region, "cluster", name),
        "createdAt": now(),
        "version": asked.get("version", versions.DEFAULT),
        "platformVersion": "eks.5",
        "status": "CREATING",
        "resourcesVpcConfig": {
            "subnetIds": resources["subnetIds"],
            "securityGroupIds": resources.get("securityGroupIds", []),
            "vpcId": vpc,
            "controlPlaneEgressMode": resources.get("controlPlaneEgressMode", "AWS_MANAGED"),
            **_endpoint(resources),
        },
        "kubernetesNetworkConfig": {
            "serviceIpv4Cidr": network.get("serviceIpv4Cidr", "172.20.0.0/16"),
            "ipFamily": network.get("ipFamily", "ipv4"),
            "elasticLoadBalancing": network.get("elasticLoadBalancing", {"enabled": False}),
        },
        "logging": logging({}, asked.get("logging", {})),
        "identity": {"oidc": {"issuer": f"https://oidc.eks.{call.region}.amazonaws.com/id/{identity}"}},
        "certificateAuthority": {},
        "health": {"issues": []},
        "accessConfig": {
            "authenticationMode": access.get("authenticationMode", "CONFIG_MAP"),
            "bootstrapClusterCreatorAdminPermissions": access.get("bootstrapClusterCreatorAdminPermissions", True),
        },
        "upgradePolicy": {"supportType": asked.get("upgradePolicy", {}).get("supportType", "EXTENDED")},
        "deletionProtection": asked.get("deletionProtection", False),
        **{key: asked[key] for key in _AS_ASKED if key in asked},
        "tags": asked.get("tags", {}),
    }


def logging(present: Mapping[str, list[Json]], asked: Mapping[str, list[Json]]) -> Json:
    """What is logged after a change: those that are, and those that are not."""
    enabled = {kind for setup in present.get("clusterLogging", []) if setup["enabled"] for kind in setup["types"]}
    for setup in asked.get("clusterLogging", []):
        kinds = set(setup.get("types", []))
        enabled = enabled | kinds if setup.get("enabled") else enabled - kinds
    chosen = {True: [kind for kind in LOGS if kind in enabled], False: [kind for kind in LOGS if kind not in enabled]}
    return {"clusterLogging": [{"types": kinds, "enabled": flag} for flag, kinds in chosen.items() if kinds]}


def _make_network(cluster: Cluster, vpc: str) -> None:
    """The security group and the network interfaces of the control plane.

    https://docs.aws.amazon.com/eks/latest/userguide/sec-group-reqs.html and .../network-reqs.html
    """
    resources, name = cluster.about["resourcesVpcConfig"], cluster.name
    group = f"eks-cluster-sg-{name}-{secrets.randbelow(10**9):09d}"
    said = (
        "EKS created security group applied to ENI that is attached to EKS Control Plane master nodes, "
        "as well as any managed workloads."
    )
    tags = {"Name": group, f"kubernetes.io/cluster/{name}": "owned", "aws:eks:cluster-name": name}
    resources["clusterSecurityGroupId"] = cloud.make_group(cluster.region, group, said, vpc, tags)
    place_interfaces(cluster)


def place_interfaces(cluster: Cluster) -> None:
    """Puts the control plane's interfaces into the subnets that it has now: one for each of two zones."""
    resources, former = cluster.about["resourcesVpcConfig"], cluster.interfaces
    zones: dict[str, str] = {}
    for identity in resources["subnetIds"]:
        found = cloud.subnet(cluster.region, identity)
        if found:
            zones.setdefault(found.zone, identity)
    groups = [resources["clusterSecurityGroupId"], *resources["securityGroupIds"]]
    cluster.interfaces = [
        cloud.make_interface(cluster.region, identity, groups, f"Amazon EKS {cluster.name}", {})
        for identity in list(zones.values())[:2]
    ]
    cloud.remove_interfaces(cluster.region, former)


def _creation(eks: Eks, cluster: Cluster) -> Callable[[], Callable[[], None]]:
    def work() -> Callable[[], None]:
        made = eks.runtime.create(cluster.name, cluster.version)
        for group in auto_mode.groups(cluster):
            eks.runtime.converge(cluster.name, group)

        def done() -> None:
            cluster.about |= {
                "status": "ACTIVE",
                "endpoint": made.endpoint,
                "certificateAuthority": {"data": made.certificate_authority},
            }

        return done

    return work


def _failed(cluster: Cluster, error: Exception) -> None:
    issue = {"code": "InternalFailure", "message": str(error), "resourceIds": [cluster.name]}
    cluster.about |= {"status": "FAILED", "health": {"issues": [issue]}}


def _remove(eks: Eks, cluster: Cluster) -> None:
    cloud.remove_interfaces(cluster.region, cluster.interfaces)
    cloud.remove_group(cluster.region, cluster.about["resourcesVpcConfig"]["clusterSecurityGroupId"])
    del eks.clusters[cluster.name]
