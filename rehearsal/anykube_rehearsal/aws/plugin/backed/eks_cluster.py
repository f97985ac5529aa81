"""The cluster itself."""

from typing_extensions import override

from anykube_rehearsal.aws.plugin.account import Account
from anykube_rehearsal.aws.plugin.backed.eks_kind import IN_USE, EksKind, describe, given, gone, settle, updated, when
from anykube_rehearsal.aws.plugin.backed.kind import (
    TAGS,
    ClientError,
    CreateRequest,
    Inputs,
    Json,
    Kind,
    call,
    code,
    is_made,
    tags_of,
)

_SAME = {
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
_PLACES = ("subnetIds", "securityGroupIds", "controlPlaneEgressMode")
_TOGETHER = ("computeConfig", "kubernetesNetworkConfig", "storageConfig")
"""Auto Mode is switched on and off by these three in one update."""
_ALONE = (
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
    sets = [{"types": on, "enabled": True}, {"types": off, "enabled": False}]
    return {"clusterLogging": [one for one in sets if one["types"]]}


def _remote(inputs: Inputs) -> Json | None:
    """Networks of hybrid nodes: one object each in Pulumi, lists in EKS."""
    networks = inputs.get("remoteNetworkConfig")
    return networks and {name: [value] if isinstance(value, dict) else value for name, value in networks.items()}


def creation(inputs: Inputs, name: str, tags: dict[str, str]) -> Json:
    """The parameters of CreateCluster."""
    network = {key: inputs["vpcConfig"].get(key) for key in (*_ENDPOINTS, *_PLACES)}
    encryption = inputs.get("encryptionConfig")
    return {
        **given(inputs, _SAME),
        "name": name,
        "resourcesVpcConfig": {key: value for key, value in network.items() if value is not None},
        "logging": _logging(inputs) if inputs.get("enabledClusterLogTypes") else None,
        "encryptionConfig": [encryption] if encryption else None,
        "remoteNetworkConfig": _remote(inputs),
        "tags": tags,
    }


def updates(old: Inputs, new: Inputs) -> list[Json]:
    """The calls of UpdateClusterConfig that lead from one to the other: EKS takes one matter at a time."""
    found: list[Json] = []
    if any(old.get(key) != new.get(key) and new.get(key) is not None for key in _TOGETHER):
        network = new.get("kubernetesNetworkConfig") or {}
        balancing = network.get("elasticLoadBalancing")
        call_ = {key: new[key] for key in ("computeConfig", "storageConfig") if new.get(key) is not None}
        if balancing is not None:
            call_["kubernetesNetworkConfig"] = {"elasticLoadBalancing": balancing}
        found += [call_] if call_ else []
    mode = (new.get("accessConfig") or {}).get("authenticationMode")
    if mode and mode != (old.get("accessConfig") or {}).get("authenticationMode"):
        found.append({"accessConfig": {"authenticationMode": mode}})
    if set(old.get("enabledClusterLogTypes") or []) != set(new.get("enabledClusterLogTypes") or []):
        found.append({"logging": _logging(new)})
    before, after = old.get("vpcConfig") or {}, new.get("vpcConfig") or {}
    for keys in (_ENDPOINTS, _PLACES):
        if any(_sorted(before.get(key)) != _sorted(after.get(key)) for key in keys):
            matter = {key: after[key] for key in keys if after.get(key) is not None}
            found += [{"resourcesVpcConfig": matter}] if matter else []
    found += [{key: new[key]} for key in _ALONE if new.get(key) is not None and new.get(key) != old.get(key)]
    if _remote(new) != _remote(old) and _remote(new):
        found.append({"remoteNetworkConfig": _remote(new)})
    return found


def _sorted(value: object) -> object:
    return sorted(value) if isinstance(value, list) else value


def outputs(about: Json) -> Json:
    """The provider's outputs of what DescribeCluster says."""
    network, places = about.get("kubernetesNetworkConfig", {}), about.get("resourcesVpcConfig", {})
    logging = [
        name
        for one in about.get("logging", {}).get("clusterLogging", [])
        if one.get("enabled")
        for name in one["types"]
    ]
    encryption = about.get("encryptionConfig") or []
    issuer = about.get("identity", {}).get("oidc", {}).get("issuer")
    config: Json = {
        "accessConfig": about.get("accessConfig"),
        "computeConfig": about.get("computeConfig"),
        "storageConfig": about.get("storageConfig"),
        "upgradePolicy": about.get("upgradePolicy"),
        "zonalShiftConfig": about.get("zonalShiftConfig"),
        "controlPlaneScalingConfig": about.get("controlPlaneScalingConfig"),
        "deletionProtection": about.get("deletionProtection", False),
        "encryptionConfig": encryption[0] if encryption else None,
        "enabledClusterLogTypes": logging or None,
        "kubernetesNetworkConfig": network or None,
    }
    return {
        **{key: value for key, value in config.items() if value is not None},
        "arn": about["arn"],
        "name": about["name"],
        "version": about["version"],
        "roleArn": about["roleArn"],
        "endpoint": about.get("endpoint", ""),
        "certificateAuthority": {"data": about.get("certificateAuthority", {}).get("data", "")},
        "identities": [{"oidcs": [{"issuer": issuer}]}] if issuer else [],
        "platformVersion": about.get("platformVersion", ""),
        "clusterId": about.get("id", ""),
        "status": about["status"],
        "createdAt": when(about.get("createdAt")),
        "vpcConfig": {
            **{key: places.get(key) for key in (*_ENDPOINTS, "subnetIds", "securityGroupIds")},
            "clusterSecurityGroupId": places.get("clusterSecurityGroupId", ""),
            "vpcId": places.get("vpcId", ""),
        },
        TAGS: about.get("tags", {}),
    }


class Cluster(EksKind):
    """A cluster. Its name is its id."""

    token = "aws:eks/cluster:Cluster"

    @override
    def create(self, making: CreateRequest) -> str:
        """Makes it and waits; one of that name with this mark is taken over, one that failed is made anew."""
        account, name = making.account, making.name()
        client = account.client("eks")
        now = self._about(account, name)
        ours = now is not None and is_made(making, now.get("tags", {})) and name not in making.known_ids
        if now is not None and ours and now["status"] in ("FAILED", "DELETING"):
            self.delete(account, name, {})
            ours = False
        if not ours:
            call(client.create_cluster, **creation(making.inputs, name, tags_of(making)))
        try:
            settle(lambda: self._about(account, name), f"the cluster {name}")
        except RuntimeError:
            self.delete(account, name, {})
            raise
        return name

    def _about(self, account: Account, name: str) -> Json | None:
        return describe(account, "cluster", "cluster", name=name)

    @override
    def read(self, account: Account, identifier: str, state: Inputs) -> Json | None:
        """What it is like."""
        about = self._about(account, identifier)
        return outputs(about) if about else None

    @override
    def update(self, account: Account, identifier: str, old: Inputs, new: Inputs) -> None:
        """One update after the other, as EKS wants it; the version first."""
        client, what = account.client("eks"), f"the cluster {identifier}"
        version = new.get("version")
        if version and version != old.get("version"):
            force = new.get("forceUpdateVersion")
            answer = call(client.update_cluster_version, name=identifier, version=version, force=force)
            updated(account, answer, identifier, what)
        if new.get("encryptionConfig") and not old.get("encryptionConfig"):
            answer = client.associate_encryption_config(
                clusterName=identifier, encryptionConfig=[new["encryptionConfig"]]
            )
            updated(account, answer, identifier, what)
        for matter in updates(old, new):
            updated(account, client.update_cluster_config(name=identifier, **matter), identifier, what)

    @override
    def delete(self, account: Account, identifier: str, state: Inputs) -> None:
        """Deletes it and waits."""
        about = self._about(account, identifier)
        if about is None:
            return
        if about["status"] != "DELETING":
            try:
                account.client("eks").delete_cluster(name=identifier)
            except ClientError as error:
                if code(error) != IN_USE or (self._about(account, identifier) or {}).get("status") != "DELETING":
                    raise
        gone(lambda: self._about(account, identifier), f"the cluster {identifier}")


KINDS: list[Kind] = [Cluster()]
