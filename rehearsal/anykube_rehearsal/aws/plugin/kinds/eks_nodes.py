"""EKS node groups and add-ons."""

from typing import Any

from typing_extensions import override

from anykube_rehearsal.aws.plugin.account import ProviderAccount
from anykube_rehearsal.aws.plugin.kinds.eks_kind import (
    GONE,
    EksKind,
    describe,
    format_time,
    pick,
    wait_for_update,
    wait_until_deleted,
)
from anykube_rehearsal.aws.plugin.kinds.kind import (
    TAGS,
    CreateRequest,
    Inputs,
    Json,
    Kind,
    call,
    call_or_none,
    tags_of,
)

_GROUP = {
    "clusterName": "clusterName",
    "scalingConfig": "scalingConfig",
    "diskSize": "diskSize",
    "subnetIds": "subnets",
    "instanceTypes": "instanceTypes",
    "amiType": "amiType",
    "nodeRoleArn": "nodeRole",
    "labels": "labels",
    "taints": "taints",
    "launchTemplate": "launchTemplate",
    "updateConfig": "updateConfig",
    "nodeRepairConfig": "nodeRepairConfig",
    "capacityType": "capacityType",
    "version": "version",
    "releaseVersion": "releaseVersion",
    "warmPoolConfig": "warmPoolConfig",
}
_VERSIONED = ("version", "releaseVersion", "launchTemplate")
_CONFIGURED = ("scalingConfig", "updateConfig", "nodeRepairConfig")


def _warm(inputs: Inputs) -> Json | None:
    """The warm pool, which Pulumi enables by its presence and EKS by a flag."""
    pool = inputs.get("warmPoolConfig")
    return {**pool, "enabled": True} if pool is not None else None


def creation(inputs: Inputs, name: str, tags: dict[str, str]) -> Json:
    """The parameters of CreateNodegroup."""
    access = inputs.get("remoteAccess")
    remote = {"ec2SshKey": "ec2SshKey", "sourceSecurityGroupIds": "sourceSecurityGroups"}
    return {
        **pick(inputs, _GROUP),
        "nodegroupName": name,
        "remoteAccess": pick(access, remote) if access else None,
        "warmPoolConfig": _warm(inputs),
        "tags": tags,
    }


def configuration(old: Inputs, new: Inputs) -> Json:
    """The parameters of UpdateNodegroupConfig that apply the change; empty if nothing differs."""
    parameters: Json = {
        key: new[key] for key in _CONFIGURED if new.get(key) is not None and new.get(key) != old.get(key)
    }
    old_labels, new_labels = old.get("labels") or {}, new.get("labels") or {}
    if old_labels != new_labels:
        changed_labels = {key: value for key, value in new_labels.items() if old_labels.get(key) != value}
        labels: dict[str, Any] = {
            "addOrUpdateLabels": changed_labels,
            "removeLabels": sorted(old_labels.keys() - new_labels.keys()),
        }
        parameters["labels"] = {key: value for key, value in labels.items() if value}
    old_taints, new_taints = _taints(old), _taints(new)
    if old_taints != new_taints:
        taints = {
            "addOrUpdateTaints": [taint for key, taint in new_taints.items() if old_taints.get(key) != taint],
            "removeTaints": [taint for key, taint in old_taints.items() if key not in new_taints],
        }
        parameters["taints"] = {key: value for key, value in taints.items() if value}
    if _warm(old) != _warm(new):
        parameters["warmPoolConfig"] = _warm(new) or {"enabled": False}
    return parameters


def _taints(inputs: Inputs) -> dict[tuple[str, str], Json]:
    """The taints by key and effect, which identify them."""
    return {(taint["key"], taint["effect"]): dict(taint) for taint in inputs.get("taints") or []}


def release(old: Inputs, new: Inputs) -> Json:
    """The parameters of UpdateNodegroupVersion that apply the change; empty if nothing differs."""
    changes = {key: new[key] for key in _VERSIONED if new.get(key) is not None and new.get(key) != old.get(key)}
    return changes and {**changes, "force": bool(new.get("forceUpdateVersion"))}


class NodeGroupKind(EksKind):
    """A node group; its id is `cluster:group`."""

    token = "aws:eks/nodeGroup:NodeGroup"

    @override
    def create(self, request: CreateRequest) -> str:
        """Creates it and waits. Adopts one with this name and mark, and recreates one that failed."""
        account, cluster, name = request.account, request.inputs["clusterName"], request.name("nodeGroupName")
        identifier = f"{cluster}:{name}"
        parameters = creation(request.inputs, name, tags_of(request))
        return self.create_or_adopt(
            request,
            identifier,
            f"the node group {name} of {cluster}",
            lambda: self._describe(account, identifier),
            lambda: call(account.client("eks").create_nodegroup, **parameters),
        )

    def _describe(self, account: ProviderAccount, identifier: str) -> Json | None:
        cluster, _, name = identifier.partition(":")
        return describe(account, "nodegroup", "nodegroup", clusterName=cluster, nodegroupName=name)

    @override
    def read(self, account: ProviderAccount, identifier: str, state: Inputs) -> Json | None:
        """Reads the resource."""
        description = self._describe(account, identifier)
        if description is None:
            return None
        outputs = {wire: description.get(name) for wire, name in _GROUP.items() if description.get(name) is not None}
        resources = description.get("resources", {})
        groups = [{"name": group.get("name")} for group in resources.get("autoScalingGroups", [])]
        security = resources.get("remoteAccessSecurityGroup", "")
        return {
            **outputs,
            "arn": description["nodegroupArn"],
            "nodeGroupName": description["nodegroupName"],
            "status": description["status"],
            "resources": [{"autoscalingGroups": groups, "remoteAccessSecurityGroupId": security}],
            TAGS: description.get("tags", {}),
        }

    @override
    def update(self, account: ProviderAccount, identifier: str, old: Inputs, new: Inputs) -> None:
        """Updates the version first, then the configuration."""
        cluster, _, name = identifier.partition(":")
        client, names = account.client("eks"), {"clusterName": cluster, "nodegroupName": name}
        noun = f"the node group {name} of {cluster}"
        version, config = release(old, new), configuration(old, new)
        if version:
            wait_for_update(
                account, client.update_nodegroup_version(**names, **version), cluster, noun, nodegroupName=name
            )
        if config:
            wait_for_update(
                account, client.update_nodegroup_config(**names, **config), cluster, noun, nodegroupName=name
            )

    @override
    def delete(self, account: ProviderAccount, identifier: str, state: Inputs) -> None:
        """Deletes the resource and waits."""
        cluster, _, name = identifier.partition(":")
        description = self._describe(account, identifier)
        if description is not None and description["status"] != "DELETING":
            call_or_none(account.client("eks").delete_nodegroup, GONE, clusterName=cluster, nodegroupName=name)
        wait_until_deleted(lambda: self._describe(account, identifier), f"the node group {name} of {cluster}")


_ADDON = {
    "clusterName": "clusterName",
    "addonName": "addonName",
    "addonVersion": "addonVersion",
    "serviceAccountRoleArn": "serviceAccountRoleArn",
    "configurationValues": "configurationValues",
    "podIdentityAssociations": "podIdentityAssociations",
    "namespaceConfig": "namespaceConfig",
}
_MUTABLE_FIELDS = ("addonVersion", "serviceAccountRoleArn", "configurationValues", "podIdentityAssociations")


def addon_creation(inputs: Inputs, tags: dict[str, str]) -> Json:
    """The parameters of CreateAddon."""
    return {**pick(inputs, _ADDON), "resolveConflicts": inputs.get("resolveConflictsOnCreate"), "tags": tags}


def addon_update(old: Inputs, new: Inputs) -> Json:
    """The parameters of UpdateAddon that apply the change; empty if nothing differs."""
    empty: Json = {"serviceAccountRoleArn": "", "configurationValues": "", "podIdentityAssociations": []}
    changes = {key: new.get(key, empty.get(key)) for key in _MUTABLE_FIELDS if new.get(key) != old.get(key)}
    parameters = {key: value for key, value in changes.items() if value is not None}
    return parameters and {**parameters, **pick(new, {"resolveConflictsOnUpdate": "resolveConflicts"})}


class AddonKind(EksKind):
    """An add-on; its id is `cluster:addon`."""

    token = "aws:eks/addon:Addon"

    @override
    def create(self, request: CreateRequest) -> str:
        """Installs it and waits. Adopts one with this mark, and recreates one that failed."""
        account, cluster, name = request.account, request.inputs["clusterName"], request.inputs["addonName"]
        identifier = f"{cluster}:{name}"
        parameters = addon_creation(request.inputs, tags_of(request))
        return self.create_or_adopt(
            request,
            identifier,
            f"the add-on {name} of {cluster}",
            lambda: self._describe(account, identifier),
            lambda: call(account.client("eks").create_addon, **parameters),
        )

    def _describe(self, account: ProviderAccount, identifier: str) -> Json | None:
        cluster, _, name = identifier.partition(":")
        return describe(account, "addon", "addon", clusterName=cluster, addonName=name)

    @override
    def read(self, account: ProviderAccount, identifier: str, state: Inputs) -> Json | None:
        """Reads the add-on without pod identities, of which EKS returns ARNs only."""
        description = self._describe(account, identifier)
        if description is None:
            return None
        outputs = {wire: description.get(name) for wire, name in _ADDON.items() if description.get(name) is not None}
        outputs.pop("podIdentityAssociations", None)
        return {
            **outputs,
            "arn": description["addonArn"],
            "createdAt": format_time(description.get("createdAt")),
            "modifiedAt": format_time(description.get("modifiedAt")),
            TAGS: description.get("tags", {}),
        }

    @override
    def update(self, account: ProviderAccount, identifier: str, old: Inputs, new: Inputs) -> None:
        """Updates version and configuration in one update."""
        cluster, _, name = identifier.partition(":")
        parameters = addon_update(old, new)
        if parameters:
            response = account.client("eks").update_addon(clusterName=cluster, addonName=name, **parameters)
            wait_for_update(account, response, cluster, f"the add-on {name} of {cluster}", addonName=name)

    @override
    def delete(self, account: ProviderAccount, identifier: str, state: Inputs) -> None:
        """Deletes the add-on and waits. With `preserve`, its objects stay in the cluster."""
        cluster, _, name = identifier.partition(":")
        description = self._describe(account, identifier)
        if description is not None and description["status"] != "DELETING":
            names: Json = {"clusterName": cluster, "addonName": name, "preserve": bool(state.get("preserve"))}
            call_or_none(account.client("eks").delete_addon, GONE, **names)
        wait_until_deleted(lambda: self._describe(account, identifier), f"the add-on {name} of {cluster}")


KINDS: list[Kind] = [NodeGroupKind(), AddonKind()]
