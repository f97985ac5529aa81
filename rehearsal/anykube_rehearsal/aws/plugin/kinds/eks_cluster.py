"""EKS clusters."""

from typing_extensions import override

from anykube_rehearsal.aws.plugin.account import ProviderAccount
from anykube_rehearsal.aws.plugin.kinds.eks_kind import (
    IN_USE,
    EksKind,
    describe,
    format_time,
    pick,
    wait_for_update,
    wait_until_active,
    wait_until_deleted,
)
from anykube_rehearsal.aws.plugin.kinds.kind import (
    TAGS,
    ClientError,
    CreateRequest,
    Inputs,
    Json,
    Kind,
    call,
    error_code,
    has_mark,
    tags_of,
)

_COPIED = {
    name: name
    for name in (
        "version",
        "roleArn",
        "bootstrapSelfManagedAddons",
        "accessConfig",
        "computeConfig",
        "controlPlaneScalingConfig",
        "deletionProtection",
        "kubeApiServerConfig",
        "kubeControllerManagerConfig",
        "kubeSchedulerConfig",
        "kubernetesNetworkConfig",
        "outpostConfig",
        "remoteNetworkConfig",
        "storageConfig",
        "upgradePolicy",
        "zonalShiftConfig",
    )
}
_LOG_TYPES = ("api", "audit", "authenticator", "controllerManager", "scheduler")
_ENDPOINTS = ("endpointPrivateAccess", "endpointPublicAccess", "publicAccessCidrs")
_NETWORK = ("subnetIds", "securityGroupIds", "controlPlaneEgressMode")
_AUTO_MODE = ("computeConfig", "kubernetesNetworkConfig", "storageConfig")
"""One update with these three enables and disables Auto Mode."""
_ONE_BY_ONE = (
    "upgradePolicy",
    "zonalShiftConfig",
    "deletionProtection",
    "controlPlaneScalingConfig",
    "kubeApiServerConfig",
    "kubeControllerManagerConfig",
    "kubeSchedulerConfig",
)


def _logging(inputs: Inputs) -> Json:
    on = [name for name in _LOG_TYPES if name in (inputs.get("enabledClusterLogTypes") or [])]
    off = [name for name in _LOG_TYPES if name not in on]
    setups = [{"types": on, "enabled": True}, {"types": off, "enabled": False}]
    return {"clusterLogging": [setup for setup in setups if setup["types"]]}


def _remote(inputs: Inputs) -> Json | None:
    """Networks of hybrid nodes: objects in Pulumi, lists in EKS."""
    networks = inputs.get("remoteNetworkConfig")
    return networks and {name: [value] if isinstance(value, dict) else value for name, value in networks.items()}


def creation(inputs: Inputs, name: str, tags: dict[str, str]) -> Json:
    """The parameters of CreateCluster."""
    network = {key: inputs["vpcConfig"].get(key) for key in (*_ENDPOINTS, *_NETWORK)}
    encryption = inputs.get("encryptionConfig")
    return {
        **pick(inputs, _COPIED),
        "name": name,
        "resourcesVpcConfig": {key: value for key, value in network.items() if value is not None},
        "logging": _logging(inputs) if inputs.get("enabledClusterLogTypes") else None,
        "encryptionConfig": [encryption] if encryption else None,
        "remoteNetworkConfig": _remote(inputs),
        "tags": tags,
    }


def updates(old: Inputs, new: Inputs) -> list[Json]:
    """The calls of UpdateClusterConfig that apply the change: EKS accepts one type of update per call."""
    calls: list[Json] = []
    if any(old.get(key) != new.get(key) and new.get(key) is not None for key in _AUTO_MODE):
        network = new.get("kubernetesNetworkConfig") or {}
        balancing = network.get("elasticLoadBalancing")
        parameters = {key: new[key] for key in ("computeConfig", "storageConfig") if new.get(key) is not None}
        if balancing is not None:
            parameters["kubernetesNetworkConfig"] = {"elasticLoadBalancing": balancing}
        calls += [parameters] if parameters else []
    mode = (new.get("accessConfig") or {}).get("authenticationMode")
    if mode and mode != (old.get("accessConfig") or {}).get("authenticationMode"):
        calls.append({"accessConfig": {"authenticationMode": mode}})
    if set(old.get("enabledClusterLogTypes") or []) != set(new.get("enabledClusterLogTypes") or []):
        calls.append({"logging": _logging(new)})
    old_network, new_network = old.get("vpcConfig") or {}, new.get("vpcConfig") or {}
    for keys in (_ENDPOINTS, _NETWORK):
        if any(_sorted(old_network.get(key)) != _sorted(new_network.get(key)) for key in keys):
            parameters = {key: new_network[key] for key in keys if new_network.get(key) is not None}
            calls += [{"resourcesVpcConfig": parameters}] if parameters else []
    calls += [{key: new[key]} for key in _ONE_BY_ONE if new.get(key) is not None and new.get(key) != old.get(key)]
    if _remote(new) != _remote(old) and _remote(new):
        calls.append({"remoteNetworkConfig": _remote(new)})
    return calls


def _sorted(value: object) -> object:
    return sorted(value) if isinstance(value, list) else value


def outputs(description: Json) -> Json:
    """The provider's outputs from the response of DescribeCluster."""
    network, vpc_config = description.get("kubernetesNetworkConfig", {}), description.get("resourcesVpcConfig", {})
    logging = [
        name
        for setup in description.get("logging", {}).get("clusterLogging", [])
        if setup.get("enabled")
        for name in setup["types"]
    ]
    encryption = description.get("encryptionConfig") or []
    issuer = description.get("identity", {}).get("oidc", {}).get("issuer")
    config: Json = {
        "accessConfig": description.get("accessConfig"),
        "computeConfig": description.get("computeConfig"),
        "storageConfig": description.get("storageConfig"),
        "upgradePolicy": description.get("upgradePolicy"),
        "zonalShiftConfig": description.get("zonalShiftConfig"),
        "controlPlaneScalingConfig": description.get("controlPlaneScalingConfig"),
        "deletionProtection": description.get("deletionProtection", False),
        "encryptionConfig": encryption[0] if encryption else None,
        "enabledClusterLogTypes": logging or None,
        "kubernetesNetworkConfig": network or None,
    }
    return {
        **{key: value for key, value in config.items() if value is not None},
        "arn": description["arn"],
        "name": description["name"],
        "version": description["version"],
        "roleArn": description["roleArn"],
        "endpoint": description.get("endpoint", ""),
        "certificateAuthority": {"data": description.get("certificateAuthority", {}).get("data", "")},
        "identities": [{"oidcs": [{"issuer": issuer}]}] if issuer else [],
        "platformVersion": description.get("platformVersion", ""),
        "clusterId": description.get("id", ""),
        "status": description["status"],
        "createdAt": format_time(description.get("createdAt")),
        "vpcConfig": {
            **{key: vpc_config.get(key) for key in (*_ENDPOINTS, "subnetIds", "securityGroupIds")},
            "clusterSecurityGroupId": vpc_config.get("clusterSecurityGroupId", ""),
            "vpcId": vpc_config.get("vpcId", ""),
        },
        TAGS: description.get("tags", {}),
    }


class ClusterKind(EksKind):
    """A cluster; its id is its name."""

    token = "aws:eks/cluster:Cluster"

    @override
    def create(self, request: CreateRequest) -> str:
        """Creates it and waits. Adopts one with this name and mark, and recreates one that failed."""
        account, name = request.account, request.name()
        client = account.client("eks")
        current = self._describe(account, name)
        adopted = current is not None and has_mark(request, current.get("tags", {})) and name not in request.known_ids
        if current is not None and adopted and current["status"] in ("FAILED", "DELETING"):
            self.delete(account, name, {})
            adopted = False
        if not adopted:
            call(client.create_cluster, **creation(request.inputs, name, tags_of(request)))
        try:
            wait_until_active(lambda: self._describe(account, name), f"the cluster {name}")
        except RuntimeError:
            self.delete(account, name, {})
            raise
        return name

    def _describe(self, account: ProviderAccount, name: str) -> Json | None:
        return describe(account, "cluster", "cluster", name=name)

    @override
    def read(self, account: ProviderAccount, identifier: str, state: Inputs) -> Json | None:
        """Reads the resource."""
        description = self._describe(account, identifier)
        return outputs(description) if description else None

    @override
    def update(self, account: ProviderAccount, identifier: str, old: Inputs, new: Inputs) -> None:
        """Updates the cluster, one type of update after the other, as EKS requires; the version first."""
        client, cluster_name = account.client("eks"), f"the cluster {identifier}"
        version = new.get("version")
        if version and version != old.get("version"):
            force = new.get("forceUpdateVersion")
            response = call(client.update_cluster_version, name=identifier, version=version, force=force)
            wait_for_update(account, response, identifier, cluster_name)
        if new.get("encryptionConfig") and not old.get("encryptionConfig"):
            response = client.associate_encryption_config(
                clusterName=identifier, encryptionConfig=[new["encryptionConfig"]]
            )
            wait_for_update(account, response, identifier, cluster_name)
        for parameters in updates(old, new):
            wait_for_update(
                account, client.update_cluster_config(name=identifier, **parameters), identifier, cluster_name
            )

    @override
    def delete(self, account: ProviderAccount, identifier: str, state: Inputs) -> None:
        """Deletes the resource and waits."""
        description = self._describe(account, identifier)
        if description is None:
            return
        if description["status"] != "DELETING":
            try:
                account.client("eks").delete_cluster(name=identifier)
            except ClientError as error:
                if (
                    error_code(error) != IN_USE
                    or (self._describe(account, identifier) or {}).get("status") != "DELETING"
                ):
                    raise
        wait_until_deleted(lambda: self._describe(account, identifier), f"the cluster {identifier}")


KINDS: list[Kind] = [ClusterKind()]
