"""Creates, describes and deletes clusters. `cluster_updates` changes them."""

import secrets
from collections.abc import Callable, Mapping

from anykube_rehearsal.aws.account import moto_backends
from anykube_rehearsal.aws.account.eks import access_entries, auto_mode, rules, versions
from anykube_rehearsal.aws.account.eks.state import Call, Cluster, Eks, arn, now
from anykube_rehearsal.aws.account.errors import in_use, invalid_parameter, invalid_request
from anykube_rehearsal.aws.account.response_shapes import Json

LOGS = ("api", "audit", "authenticator", "controllerManager", "scheduler")

_COPIED_FIELDS = (
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
"""Fields of DescribeCluster that are copied from the request."""


def create_cluster(call: Call) -> Json:
    """https://docs.aws.amazon.com/eks/latest/APIReference/API_CreateCluster.html"""
    params, name = call.params, call.params["name"]
    if name in call.eks.clusters:
        raise in_use(f"Cluster already exists with name: {name}")
    vpc = _validate(call)
    description = _description(call, vpc)
    cluster = Cluster(description, call.region, call.caller)
    _create_network(cluster, vpc)
    call.eks.clusters[name] = cluster
    if params.get("accessConfig", {}).get("bootstrapClusterCreatorAdminPermissions", True):
        access_entries.bootstrap(cluster)
    call.eks.run_in_background(_control_plane_work(call.eks, cluster), lambda error: _fail(cluster, error))
    return {"cluster": description}


def describe_cluster(call: Call) -> Json:
    """https://docs.aws.amazon.com/eks/latest/APIReference/API_DescribeCluster.html"""
    return {"cluster": call.cluster.description}


def list_clusters(call: Call) -> Json:
    """https://docs.aws.amazon.com/eks/latest/APIReference/API_ListClusters.html"""
    return call.page(
        "clusters", sorted(cluster.name for cluster in call.eks.clusters.values() if cluster.region == call.region)
    )


def delete_cluster(call: Call) -> Json:
    """https://docs.aws.amazon.com/eks/latest/APIReference/API_DeleteCluster.html"""
    cluster, eks = call.cluster, call.eks
    description = cluster.description
    if description["deletionProtection"]:
        # https://docs.aws.amazon.com/eks/latest/userguide/deletion-protection.html
        raise invalid_request(f"Cannot delete cluster {cluster.name} because deletionProtection is enabled")
    if cluster.groups:
        raise in_use(f"Cluster has nodegroups attached: {', '.join(sorted(cluster.groups))}")
    if description["status"] in ("CREATING", "UPDATING", "DELETING"):
        raise in_use(f"Cannot delete cluster {cluster.name}: it is in status {description['status']}")
    description["status"] = "DELETING"

    def work() -> Callable[[], None]:
        eks.runtime.delete(cluster.name)
        eks.close_gates(cluster.name)
        return lambda: _remove(eks, cluster)

    eks.run_in_background(work, lambda error: _fail(cluster, error))
    return {"cluster": description}


def _validate(call: Call) -> str:
    """Validates the request and returns the cluster's VPC."""
    params, region = call.params, call.region
    network = params.get("kubernetesNetworkConfig", {})
    version = params.get("version", versions.DEFAULT)
    if "outpostConfig" in params:
        raise invalid_parameter("outpostConfig: this account has no Outposts")
    versions.require_offered(version, call.eks.today)
    versions.require_policy(version, params.get("upgradePolicy", {}).get("supportType", ""), call.eks.today)
    rules.require_cluster_role(params["roleArn"])
    vpc = rules.require_cluster_subnets(region, params["resourcesVpcConfig"].get("subnetIds", []))
    rules.require_groups(region, params["resourcesVpcConfig"].get("securityGroupIds", []), vpc)
    rules.require_endpoint(_endpoint(params["resourcesVpcConfig"]))
    rules.require_encryption(region, params.get("encryptionConfig", []))
    rules.require_auto_mode(
        params.get("computeConfig"), network.get("elasticLoadBalancing"), params.get("storageConfig")
    )
    if "serviceIpv4Cidr" in network:
        rules.require_services(network["serviceIpv4Cidr"])
    return vpc


def _endpoint(params: Json) -> Json:
    defaults = {"endpointPublicAccess": True, "endpointPrivateAccess": False, "publicAccessCidrs": ["0.0.0.0/0"]}
    return {key: params.get(key, value) for key, value in defaults.items()}


def _description(call: Call, vpc: str) -> Json:
    params, network = call.params, call.params.get("kubernetesNetworkConfig", {})
    resources, name = params["resourcesVpcConfig"], params["name"]
    access = params.get("accessConfig", {})
    issuer_id = secrets.token_hex(16).upper()
    return {
        "name": name,
        "arn": arn(call.region, "cluster", name),
        "createdAt": now(),
        "version": params.get("version", versions.DEFAULT),
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
        "logging": logging({}, params.get("logging", {})),
        "identity": {"oidc": {"issuer": f"https://oidc.eks.{call.region}.amazonaws.com/id/{issuer_id}"}},
        "certificateAuthority": {},
        "health": {"issues": []},
        "accessConfig": {
            "authenticationMode": access.get("authenticationMode", "CONFIG_MAP"),
            "bootstrapClusterCreatorAdminPermissions": access.get("bootstrapClusterCreatorAdminPermissions", True),
        },
        "upgradePolicy": {"supportType": params.get("upgradePolicy", {}).get("supportType", "EXTENDED")},
        "deletionProtection": params.get("deletionProtection", False),
        **{key: params[key] for key in _COPIED_FIELDS if key in params},
        "tags": params.get("tags", {}),
    }


def logging(current: Mapping[str, list[Json]], params: Mapping[str, list[Json]]) -> Json:
    """The enabled and disabled log types after an update."""
    enabled = {kind for setup in current.get("clusterLogging", []) if setup["enabled"] for kind in setup["types"]}
    for setup in params.get("clusterLogging", []):
        kinds = set(setup.get("types", []))
        enabled = enabled | kinds if setup.get("enabled") else enabled - kinds
    by_state = {True: [kind for kind in LOGS if kind in enabled], False: [kind for kind in LOGS if kind not in enabled]}
    return {"clusterLogging": [{"types": kinds, "enabled": flag} for flag, kinds in by_state.items() if kinds]}


def _create_network(cluster: Cluster, vpc: str) -> None:
    """Creates the security group and the network interfaces of the control plane.

    https://docs.aws.amazon.com/eks/latest/userguide/sec-group-reqs.html and .../network-reqs.html
    """
    resources, name = cluster.description["resourcesVpcConfig"], cluster.name
    group = f"eks-cluster-sg-{name}-{secrets.randbelow(10**9):09d}"
    text = (
        "EKS created security group applied to ENI that is attached to EKS Control Plane master nodes, "
        "as well as any managed workloads."
    )
    tags = {"Name": group, f"kubernetes.io/cluster/{name}": "owned", "aws:eks:cluster-name": name}
    resources["clusterSecurityGroupId"] = moto_backends.create_security_group(cluster.region, group, text, vpc, tags)
    place_interfaces(cluster)


def place_interfaces(cluster: Cluster) -> None:
    """Moves the control plane's interfaces to the cluster's current subnets: one in each of two zones."""
    resources, old_interfaces = cluster.description["resourcesVpcConfig"], cluster.interfaces
    zones: dict[str, str] = {}
    for subnet_id in resources["subnetIds"]:
        subnet = moto_backends.subnet(cluster.region, subnet_id)
        if subnet:
            zones.setdefault(subnet.zone, subnet_id)
    groups = [resources["clusterSecurityGroupId"], *resources["securityGroupIds"]]
    cluster.interfaces = [
        moto_backends.create_interface(cluster.region, subnet_id, groups, f"Amazon EKS {cluster.name}", {})
        for subnet_id in list(zones.values())[:2]
    ]
    moto_backends.delete_interfaces(cluster.region, old_interfaces)


def _control_plane_work(eks: Eks, cluster: Cluster) -> Callable[[], Callable[[], None]]:
    def work() -> Callable[[], None]:
        control_plane = eks.runtime.create(cluster.name, cluster.version)
        for group in auto_mode.groups(cluster):
            eks.runtime.converge(cluster.name, group)

        def done() -> None:
            cluster.description |= {
                "status": "ACTIVE",
                "endpoint": eks.api_url(cluster.name, control_plane.endpoint),
                "certificateAuthority": {"data": control_plane.certificate_authority},
            }

        return done

    return work


def _fail(cluster: Cluster, error: Exception) -> None:
    issue = {"code": "InternalFailure", "message": str(error), "resourceIds": [cluster.name]}
    cluster.description |= {"status": "FAILED", "health": {"issues": [issue]}}


def _remove(eks: Eks, cluster: Cluster) -> None:
    moto_backends.delete_interfaces(cluster.region, cluster.interfaces)
    moto_backends.delete_security_group(
        cluster.region, cluster.description["resourcesVpcConfig"]["clusterSecurityGroupId"]
    )
    del eks.clusters[cluster.name]
