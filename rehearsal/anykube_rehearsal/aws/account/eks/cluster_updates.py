"""Changes of a cluster: its version, and its configuration, one kind at a time.

https://docs.aws.amazon.com/eks/latest/APIReference/API_UpdateClusterConfig.html
"""

from collections.abc import Callable, Mapping
from typing import NamedTuple

from anykube_rehearsal.aws.account.eks import clusters, rules, updates, versions
from anykube_rehearsal.aws.account.eks.state import Call, Cluster, Update
from anykube_rehearsal.aws.account.errors import in_use, invalid_parameter, invalid_request
from anykube_rehearsal.aws.account.response_shapes import Json


def update_cluster_version(call: Call) -> Json:
    """One minor version up. https://docs.aws.amazon.com/eks/latest/userguide/update-cluster.html"""
    cluster, wanted = call.cluster, call.asked["version"]
    _require_idle(cluster)
    versions.require_offered(wanted, call.eks.today)
    step = versions.minor(wanted) - versions.minor(cluster.version)
    if step != 1:
        raise invalid_parameter(f"Unsupported Kubernetes minor version update from {cluster.version} to {wanted}")
    behind = [name for name, group in cluster.groups.items() if versions.minor(wanted) - _minor(group) > 3]
    if behind:
        # https://kubernetes.io/releases/version-skew-policy/, which the document above refers to
        raise invalid_request(
            f"Nodegroup(s) {', '.join(behind)} must be updated before cluster version can be updated to {wanted}: "
            "nodes can be three minor versions behind"
        )
    eks, update = call.eks, updates.begin(cluster, "VersionUpdate", {"Version": wanted, "PlatformVersion": "eks.5"})
    cluster.about["status"] = "UPDATING"

    def work() -> Callable[[], None]:
        eks.runtime.upgrade(cluster.name, wanted)
        return lambda: _done(cluster, update, {"version": wanted})

    eks.later(work, lambda error: _failed(cluster, update, error))
    return {"update": update.about}


def update_cluster_config(call: Call) -> Json:
    """Judges a change and makes it. Several kinds at once are refused, as EKS does."""
    cluster = call.cluster
    kinds = [kind for kind in _KINDS if any(_has(call.asked, field) for field in kind.fields)]
    if len(kinds) != 1:
        raise invalid_parameter("Only one type of update can be allowed." if kinds else "No changes needed: none asked")
    _require_idle(cluster)
    [kind] = kinds
    changed = kind.judge(call, cluster)
    if all(cluster.about.get(field) == value for field, value in changed.items()):
        raise invalid_parameter(f"No changes needed for the {kind.name} provided: cluster is already so configured")
    shown = {parameter: changed[field] for parameter, field in kind.shown.items() if field in changed}
    update = updates.begin(cluster, kind.name, shown)
    cluster.about["status"] = "UPDATING"
    moved = "resourcesVpcConfig" in changed

    def done() -> None:
        _done(cluster, update, changed)
        if moved:
            clusters.place_interfaces(cluster)

    call.eks.later(lambda: done, lambda error: _failed(cluster, update, error))
    return {"update": update.about}


def _endpoint(call: Call, cluster: Cluster) -> Json:
    wanted = {**cluster.about["resourcesVpcConfig"], **call.asked["resourcesVpcConfig"]}
    rules.require_endpoint(wanted)
    return {"resourcesVpcConfig": wanted}


def _vpc(call: Call, cluster: Cluster) -> Json:
    wanted = {**cluster.about["resourcesVpcConfig"], **call.asked["resourcesVpcConfig"]}
    vpc = rules.require_cluster_subnets(call.region, wanted["subnetIds"])
    if vpc != cluster.vpc:
        raise invalid_parameter(f"Provided subnets (resourcesVpcConfig.subnetIds) must belong to the VPC {cluster.vpc}")
    rules.require_groups(call.region, wanted["securityGroupIds"], vpc)
    return {"resourcesVpcConfig": wanted}


def _egress(call: Call, cluster: Cluster) -> Json:
    return {"resourcesVpcConfig": {**cluster.about["resourcesVpcConfig"], **call.asked["resourcesVpcConfig"]}}


def _logging(call: Call, cluster: Cluster) -> Json:
    return {"logging": clusters.logging(cluster.about["logging"], call.asked["logging"])}


def _access(call: Call, cluster: Cluster) -> Json:
    wanted = call.asked["accessConfig"].get("authenticationMode", "")
    present = cluster.about["accessConfig"]
    if wanted != present["authenticationMode"]:
        rules.require_mode(present["authenticationMode"], wanted)
    return {"accessConfig": {**present, "authenticationMode": wanted}}


def _auto_mode(call: Call, cluster: Cluster) -> Json:
    compute, storage = call.asked.get("computeConfig"), call.asked.get("storageConfig")
    network = call.asked.get("kubernetesNetworkConfig", {})
    present = cluster.about["kubernetesNetworkConfig"]
    if any(network.get(field, present[field]) != present[field] for field in ("serviceIpv4Cidr", "ipFamily")):
        raise invalid_parameter("kubernetesNetworkConfig.serviceIpv4Cidr and ipFamily cannot be changed")
    rules.require_auto_mode(compute, network.get("elasticLoadBalancing"), storage)
    return {
        "computeConfig": compute,
        "storageConfig": storage,
        "kubernetesNetworkConfig": {**present, **network},
    }


def _policy(call: Call, cluster: Cluster) -> Json:
    versions.require_policy(cluster.version, call.asked["upgradePolicy"].get("supportType", ""), call.eks.today)
    return {"upgradePolicy": call.asked["upgradePolicy"]}


def _as_asked(*fields: str) -> Callable[[Call, Cluster], Json]:
    return lambda call, _: {field: call.asked[field] for field in fields if field in call.asked}


class _Kind(NamedTuple):
    """A kind of update: the fields that ask for it, what judges it, and the parameters that show it."""

    name: str
    fields: tuple[str, ...]
    judge: Callable[[Call, Cluster], Json]
    shown: Mapping[str, str]


_COMPONENTS = ("kubeApiServerConfig", "kubeSchedulerConfig", "kubeControllerManagerConfig")

_KINDS = (
    _Kind("ControlPlaneComponentConfigUpdate", _COMPONENTS, _as_asked(*_COMPONENTS), {}),
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
        _as_asked("deletionProtection"),
        {"DeletionProtection": "deletionProtection"},
    ),
    _Kind("ZonalShiftConfigUpdate", ("zonalShiftConfig",), _as_asked("zonalShiftConfig"), {}),
    _Kind("RemoteNetworkConfigUpdate", ("remoteNetworkConfig",), _as_asked("remoteNetworkConfig"), {}),
    _Kind(
        "ControlPlaneScalingConfigUpdate", ("controlPlaneScalingConfig",), _as_asked("controlPlaneScalingConfig"), {}
    ),
)


def _has(asked: Json, path: str) -> bool:
    head, _, rest = path.partition(".")
    return head in asked and (not rest or rest in asked[head])


def _require_idle(cluster: Cluster) -> None:
    """https://docs.aws.amazon.com/eks/latest/APIReference/API_UpdateClusterVersion.html (ResourceInUseException)"""
    if cluster.about["status"] != "ACTIVE":
        raise in_use(f"Cannot update cluster {cluster.name}: it is in status {cluster.about['status']}")


def _minor(group: Json) -> int:
    return versions.minor(group["version"])


def _done(cluster: Cluster, update: Update, changed: Json) -> None:
    cluster.about |= {**changed, "status": "ACTIVE"}
    updates.succeed(update)


def _failed(cluster: Cluster, update: Update, error: Exception) -> None:
    cluster.about["status"] = "ACTIVE"
    updates.fail(update, "Unknown", str(error))
