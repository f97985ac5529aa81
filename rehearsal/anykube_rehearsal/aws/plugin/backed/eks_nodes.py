"""What runs in a cluster: node groups and add-ons."""

from typing import Any

from typing_extensions import override

from anykube_rehearsal.aws.plugin.account import Account
from anykube_rehearsal.aws.plugin.backed.eks_kind import GONE, EksKind, describe, given, gone, settle, updated, when
from anykube_rehearsal.aws.plugin.backed.kind import (
    TAGS,
    CreateRequest,
    Inputs,
    Json,
    Kind,
    call,
    found,
    is_made,
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
    """In the program a warm pool is on by being there; EKS wants it said."""
    pool = inputs.get("warmPoolConfig")
    return {**pool, "enabled": True} if pool is not None else None


def creation(inputs: Inputs, name: str, tags: dict[str, str]) -> Json:
    """The parameters of CreateNodegroup."""
    access = inputs.get("remoteAccess")
    remote = {"ec2SshKey": "ec2SshKey", "sourceSecurityGroupIds": "sourceSecurityGroups"}
    return {
        **given(inputs, _GROUP),
        "nodegroupName": name,
        "remoteAccess": given(access, remote) if access else None,
        "warmPoolConfig": _warm(inputs),
        "tags": tags,
    }


def configuration(old: Inputs, new: Inputs) -> Json:
    """The parameters of UpdateNodegroupConfig that lead from one to the other; none where nothing differs."""
    found_: Json = {key: new[key] for key in _CONFIGURED if new.get(key) is not None and new.get(key) != old.get(key)}
    before, after = old.get("labels") or {}, new.get("labels") or {}
    if before != after:
        put = {key: value for key, value in after.items() if before.get(key) != value}
        labels: dict[str, Any] = {"addOrUpdateLabels": put, "removeLabels": sorted(before.keys() - after.keys())}
        found_["labels"] = {key: value for key, value in labels.items() if value}
    had, wanted = _taints(old), _taints(new)
    if had != wanted:
        taints = {
            "addOrUpdateTaints": [taint for key, taint in wanted.items() if had.get(key) != taint],
            "removeTaints": [taint for key, taint in had.items() if key not in wanted],
        }
        found_["taints"] = {key: value for key, value in taints.items() if value}
    if _warm(old) != _warm(new):
        found_["warmPoolConfig"] = _warm(new) or {"enabled": False}
    return found_


def _taints(inputs: Inputs) -> dict[tuple[str, str], Json]:
    """By key and effect, which is what tells taints apart."""
    return {(one["key"], one["effect"]): dict(one) for one in inputs.get("taints") or []}


def release(old: Inputs, new: Inputs) -> Json:
    """The parameters of UpdateNodegroupVersion that lead from one to the other; none where nothing differs."""
    differs = {key: new[key] for key in _VERSIONED if new.get(key) is not None and new.get(key) != old.get(key)}
    return differs and {**differs, "force": bool(new.get("forceUpdateVersion"))}


class NodeGroup(EksKind):
    """A node group; its id is `cluster:group`."""

    token = "aws:eks/nodeGroup:NodeGroup"

    @override
    def create(self, making: CreateRequest) -> str:
        """Makes it and waits; one of that name with this mark is taken over, one that failed is made anew."""
        account, cluster, name = making.account, making.inputs["clusterName"], making.name("nodeGroupName")
        identifier = f"{cluster}:{name}"
        now = self._about(account, identifier)
        ours = now is not None and is_made(making, now.get("tags", {})) and identifier not in making.known_ids
        if now is not None and ours and now["status"] in ("CREATE_FAILED", "DELETING"):
            self.delete(account, identifier, {})
            ours = False
        if not ours:
            call(account.client("eks").create_nodegroup, **creation(making.inputs, name, tags_of(making)))
        try:
            settle(lambda: self._about(account, identifier), f"the node group {name} of {cluster}")
        except RuntimeError:
            self.delete(account, identifier, {})
            raise
        return identifier

    def _about(self, account: Account, identifier: str) -> Json | None:
        cluster, _, name = identifier.partition(":")
        return describe(account, "nodegroup", "nodegroup", clusterName=cluster, nodegroupName=name)

    @override
    def read(self, account: Account, identifier: str, state: Inputs) -> Json | None:
        """What it is like."""
        about = self._about(account, identifier)
        if about is None:
            return None
        shown = {wire: about.get(name) for wire, name in _GROUP.items() if about.get(name) is not None}
        resources = about.get("resources", {})
        groups = [{"name": one.get("name")} for one in resources.get("autoScalingGroups", [])]
        security = resources.get("remoteAccessSecurityGroup", "")
        return {
            **shown,
            "arn": about["nodegroupArn"],
            "nodeGroupName": about["nodegroupName"],
            "status": about["status"],
            "resources": [{"autoscalingGroups": groups, "remoteAccessSecurityGroupId": security}],
            TAGS: about.get("tags", {}),
        }

    @override
    def update(self, account: Account, identifier: str, old: Inputs, new: Inputs) -> None:
        """Its version first, then how it is configured."""
        cluster, _, name = identifier.partition(":")
        client, own = account.client("eks"), {"clusterName": cluster, "nodegroupName": name}
        what = f"the node group {name} of {cluster}"
        version, config = release(old, new), configuration(old, new)
        if version:
            updated(account, client.update_nodegroup_version(**own, **version), cluster, what, nodegroupName=name)
        if config:
            updated(account, client.update_nodegroup_config(**own, **config), cluster, what, nodegroupName=name)

    @override
    def delete(self, account: Account, identifier: str, state: Inputs) -> None:
        """Deletes it and waits."""
        cluster, _, name = identifier.partition(":")
        about = self._about(account, identifier)
        if about is not None and about["status"] != "DELETING":
            found(account.client("eks").delete_nodegroup, GONE, clusterName=cluster, nodegroupName=name)
        gone(lambda: self._about(account, identifier), f"the node group {name} of {cluster}")


_ADDON = {
    "clusterName": "clusterName",
    "addonName": "addonName",
    "addonVersion": "addonVersion",
    "serviceAccountRoleArn": "serviceAccountRoleArn",
    "configurationValues": "configurationValues",
    "podIdentityAssociations": "podIdentityAssociations",
    "namespaceConfig": "namespaceConfig",
}
_CHANGEABLE = ("addonVersion", "serviceAccountRoleArn", "configurationValues", "podIdentityAssociations")


def addon_creation(inputs: Inputs, tags: dict[str, str]) -> Json:
    """The parameters of CreateAddon."""
    return {**given(inputs, _ADDON), "resolveConflicts": inputs.get("resolveConflictsOnCreate"), "tags": tags}


def addon_update(old: Inputs, new: Inputs) -> Json:
    """The parameters of UpdateAddon that lead from one to the other; none where nothing differs."""
    empty: Json = {"serviceAccountRoleArn": "", "configurationValues": "", "podIdentityAssociations": []}
    differs = {key: new.get(key, empty.get(key)) for key in _CHANGEABLE if new.get(key) != old.get(key)}
    made = {key: value for key, value in differs.items() if value is not None}
    return made and {**made, **given(new, {"resolveConflictsOnUpdate": "resolveConflicts"})}


class Addon(EksKind):
    """An add-on; its id is `cluster:addon`."""

    token = "aws:eks/addon:Addon"

    @override
    def create(self, making: CreateRequest) -> str:
        """Installs it and waits; one with this mark is taken over, one that failed is made anew."""
        account, cluster, name = making.account, making.inputs["clusterName"], making.inputs["addonName"]
        identifier = f"{cluster}:{name}"
        now = self._about(account, identifier)
        ours = now is not None and is_made(making, now.get("tags", {})) and identifier not in making.known_ids
        if now is not None and ours and now["status"] in ("CREATE_FAILED", "DELETING"):
            self.delete(account, identifier, {})
            ours = False
        if not ours:
            call(account.client("eks").create_addon, **addon_creation(making.inputs, tags_of(making)))
        try:
            settle(lambda: self._about(account, identifier), f"the add-on {name} of {cluster}")
        except RuntimeError:
            self.delete(account, identifier, {})
            raise
        return identifier

    def _about(self, account: Account, identifier: str) -> Json | None:
        cluster, _, name = identifier.partition(":")
        return describe(account, "addon", "addon", clusterName=cluster, addonName=name)

    @override
    def read(self, account: Account, identifier: str, state: Inputs) -> Json | None:
        """What it is like; its pod identities are told by ARN only, so they are what was given."""
        about = self._about(account, identifier)
        if about is None:
            return None
        shown = {wire: about.get(name) for wire, name in _ADDON.items() if about.get(name) is not None}
        shown.pop("podIdentityAssociations", None)
        return {
            **shown,
            "arn": about["addonArn"],
            "createdAt": when(about.get("createdAt")),
            "modifiedAt": when(about.get("modifiedAt")),
            TAGS: about.get("tags", {}),
        }

    @override
    def update(self, account: Account, identifier: str, old: Inputs, new: Inputs) -> None:
        """Changes version and configuration in one update."""
        cluster, _, name = identifier.partition(":")
        parameters = addon_update(old, new)
        if parameters:
            answer = account.client("eks").update_addon(clusterName=cluster, addonName=name, **parameters)
            updated(account, answer, cluster, f"the add-on {name} of {cluster}", addonName=name)

    @override
    def delete(self, account: Account, identifier: str, state: Inputs) -> None:
        """Removes it and waits; with `preserve`, what it installed stays."""
        cluster, _, name = identifier.partition(":")
        about = self._about(account, identifier)
        if about is not None and about["status"] != "DELETING":
            own: Json = {"clusterName": cluster, "addonName": name, "preserve": bool(state.get("preserve"))}
            found(account.client("eks").delete_addon, GONE, **own)
        gone(lambda: self._about(account, identifier), f"the add-on {name} of {cluster}")


KINDS: list[Kind] = [NodeGroup(), Addon()]
