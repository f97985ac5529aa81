"""Updates of a cluster: its version, and its configuration, one type of update at a time.

https://docs.aws.amazon.com/eks/latest/APIReference/API_UpdateClusterConfig.html
"""

from collections.abc import Callable, Mapping
from typing import NamedTuple

from anykube_rehearsal.aws.account.eks import clusters, rules, updates, versions
from anykube_rehearsal.aws.account.eks.state import Call, Cluster, Update
from anykube_rehearsal.aws.account.errors import in_use, invalid_parameter, invalid_request
from anykube_rehearsal.aws.account.response_shapes import Json


def update_cluster_version(call: Call) -> Json:
    """Updates by one minor version. https://docs.aws.amazon.com/eks/latest/userguide/update-cluster.html"""
    cluster, desired = call.cluster, call.params["version"]
    _require_idle(cluster)
    versions.require_offered(desired, call.eks.today)
    step = versions.minor(desired) - versions.minor(cluster.version)
    if step != 1:
        raise invalid_parameter(f"Unsupported Kubernetes minor version update from {cluster.version} to {desired}")
    behind = [name for name, group in cluster.groups.items() if versions.minor(desired) - _minor(group) > 3]
    if behind:
        # https://kubernetes.io/releases/version-skew-policy/, to which the document above links
        raise invalid_request(
            f"Nodegroup(s) {', '.join(behind)} must be updated before cluster version can be updated to {desired}: "
            "nodes can be three minor versions behind"
        )
    eks, update = call.eks, updates.begin(cluster, "VersionUpdate", {"Version": desired, "PlatformVersion": "eks.5"})
    cluster.description["status"] = "UPDATING"

    def work() -> Callable[[], None]:
        eks.runtime.upgrade(cluster.name, desired)
        return lambda: _succeed(cluster, update, {"version": desired})

    eks.run_in_background(work, lambda error: _fail(cluster, update, error))
    return {"update": update.description}


def update_cluster_config(call: Call) -> Json:
    """Validates and applies an update. Refuses several types at once, as EKS does."""
    cluster = call.cluster
    kinds = [kind for kind in _KINDS if any(_has(call.params, field) for field in kind.fields)]
    if len(kinds) != 1:
        raise invalid_parameter(
            "Only one type of update can be allowed." if kinds else "No changes needed: no update specified"
        )
    _require_idle(cluster)
    [kind] = kinds
    changed = kind.validate(call, cluster)
    if all(cluster.description.get(field) == value for field, value in changed.items()):
        raise invalid_parameter(f"No changes needed for the {kind.name} provided: cluster is already so configured")
    update_params = {parameter: changed[field] for parameter, field in kind.params.items() if field in changed}
    update = updates.begin(cluster, kind.name, update_params)
    cluster.description["status"] = "UPDATING"
    subnets_changed = "resourcesVpcConfig" in changed

    def done() -> None:
        _succeed(cluster, update, changed)
        if subnets_changed:
            clusters.place_interfaces(cluster)

    call.eks.run_in_background(lambda: done, lambda error: _fail(cluster, update, error))
    return {"update": update.description}


def _endpoint(call: Call, cluster: Cluster) -> Json:
    desired = {**cluster.description["resourcesVpcConfig"], **call.params["resourcesVpcConfig"]}
    rules.require_endpoint(desired)
    return {"resourcesVpcConfig": desired}


def _vpc(call: Call, cluster: Cluster) -> Json:
    desired = {**cluster.description["resourcesVpcConfig"], **call.params["resourcesVpcConfig"]}
    vpc = rules.require_cluster_subnets(call.region, desired["subnetIds"])
    if vpc != cluster.vpc:
        raise invalid_parameter(f"Provided subnets (resourcesVpcConfig.subnetIds) must belong to the VPC {cluster.vpc}")
    rules.require_groups(call.region, desired["securityGroupIds"], vpc)
    return {"resourcesVpcConfig": desired}


def _egress(call: Call, cluster: Cluster) -> Json:
    return {"resourcesVpcConfig": {**cluster.description["resourcesVpcConfig"], **call.params["resourcesVpcConfig"]}}


def _logging(call: Call, cluster: Cluster) -> Json:
    return {"logging": clusters.logging(cluster.description["logging"], call.params["logging"])}


def _access(call: Call, cluster: Cluster) -> Json:
    desired = call.params["accessConfig"].get("authenticationMode", "")
    current = cluster.description["accessConfig"]
    if desired != current["authenticationMode"]:
        rules.require_mode(current["authenticationMode"], desired)
    return {"accessConfig": {**current, "authenticationMode": desired}}


def _auto_mode(call: Call, cluster: Cluster) -> Json:
    compute, storage = call.params.get("computeConfig"), call.params.get("storageConfig")
    network = call.params.get("kubernetesNetworkConfig", {})
    current = cluster.description["kubernetesNetworkConfig"]
    if any(network.get(field, current[field]) != current[field] for field in ("serviceIpv4Cidr", "ipFamily")):
        raise invalid_parameter("kubernetesNetworkConfig.serviceIpv4Cidr and ipFamily cannot be changed")
    rules.require_auto_mode(compute, network.get("elasticLoadBalancing"), storage)
    return {
        "computeConfig": compute,
        "storageConfig": storage,
        "kubernetesNetworkConfig": {**current, **network},
    }


def _policy(call: Call, cluster: Cluster) -> Json:
    versions.require_policy(cluster.version, call.params["upgradePolicy"].get("supportType", ""), call.eks.today)
    return {"upgradePolicy": call.params["upgradePolicy"]}


def _as_requested(*fields: str) -> Callable[[Call, Cluster], Json]:
    return lambda call, _: {field: call.params[field] for field in fields if field in call.params}


class _Kind(NamedTuple):
    """A type of update: its request fields, its validation, and the parameters in DescribeUpdate."""

    name: str
    fields: tuple[str, ...]
    validate: Callable[[Call, Cluster], Json]
    params: Mapping[str, str]


_COMPONENTS = ("kubeApiServerConfig", "kubeSchedulerConfig", "kubeControllerManagerConfig")

_KINDS = (
    _Kind("ControlPlaneComponentConfigUpdate", _COMPONENTS, _as_requested(*_COMPONENTS), {}),
    _Kind(
        "EndpointAccessUpdate",
        tuple(
            f"resourcesVpcConfig.{name}"
            for name in ("endpointPublicAccess", "endpointPrivateAccess", "publicAccessCidrs")
        ),
        _endpoint,
        {},
    ),
    _Kind("VpcConfigUpdate", ("resourcesVpcConfig.subnetIds", "resourcesVpcConfig.securityGroupIds"), _vpc, {}),
    _Kind("ControlPlaneEgressUpdate", ("resourcesVpcConfig.controlPlaneEgressMode",), _egress, {}),
    _Kind("LoggingUpdate", ("logging",), _logging, {"ClusterLogging": "logging"}),
    _Kind("AccessConfigUpdate", ("accessConfig",), _access, {"AuthenticationMode": "accessConfig"}),
    _Kind(
        "AutoModeUpdate",
        ("computeConfig", "storageConfig", "kubernetesNetworkConfig"),
        _auto_mode,
        {
            "ComputeConfig": "computeConfig",
            "StorageConfig": "storageConfig",
            "KubernetesNetworkConfig": "kubernetesNetworkConfig",
        },
    ),
    _Kind("UpgradePolicyUpdate", ("upgradePolicy",), _policy, {"UpgradePolicy": "upgradePolicy"}),
    _Kind(
        "DeletionProtectionUpdate",
        ("deletionProtection",),
        _as_requested("deletionProtection"),
        {"DeletionProtection": "deletionProtection"},
    ),
    _Kind("ZonalShiftConfigUpdate", ("zonalShiftConfig",), _as_requested("zonalShiftConfig"), {}),
    _Kind("RemoteNetworkConfigUpdate", ("remoteNetworkConfig",), _as_requested("remoteNetworkConfig"), {}),
    _Kind(
        "ControlPlaneScalingConfigUpdate",
        ("controlPlaneScalingConfig",),
        _as_requested("controlPlaneScalingConfig"),
        {},
    ),
)


def _has(params: Json, path: str) -> bool:
    head, _, rest = path.partition(".")
    return head in params and (not rest or rest in params[head])


def _require_idle(cluster: Cluster) -> None:
    """https://docs.aws.amazon.com/eks/latest/APIReference/API_UpdateClusterVersion.html (ResourceInUseException)"""
    if cluster.description["status"] != "ACTIVE":
        raise in_use(f"Cannot update cluster {cluster.name}: it is in status {cluster.description['status']}")


def _minor(group: Json) -> int:
    return versions.minor(group["version"])


def _succeed(cluster: Cluster, update: Update, changed: Json) -> None:
    cluster.description |= {**changed, "status": "ACTIVE"}
    updates.succeed(update)


def _fail(cluster: Cluster, update: Update, error: Exception) -> None:
    cluster.description["status"] = "ACTIVE"
    updates.fail(update, "Unknown", str(error))
