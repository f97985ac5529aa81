"""Changes of a node group: what its nodes are, and what they are made from."""

from collections.abc import Callable, Mapping, Sequence

from anykube_rehearsal.aws.account.eks import node_groups, node_rules, updates, versions
from anykube_rehearsal.aws.account.eks.state import Call, Cluster, Update, now
from anykube_rehearsal.aws.account.errors import invalid_parameter, invalid_request
from anykube_rehearsal.aws.account.response_shapes import Json


def update_nodegroup_config(call: Call) -> Json:
    """https://docs.aws.amazon.com/eks/latest/APIReference/API_UpdateNodegroupConfig.html"""
    about, asked = _group(call), call.asked
    changed: Json = {}
    parameters: dict[str, object] = {}
    if "scalingConfig" in asked:
        changed["scalingConfig"] = about["scalingConfig"] | asked["scalingConfig"]
        node_rules.require_scaling(changed["scalingConfig"])
        names = (("MinSize", "minSize"), ("MaxSize", "maxSize"), ("DesiredSize", "desiredSize"))
        parameters |= {shown: changed["scalingConfig"][name] for shown, name in names}
    if "labels" in asked:
        changed["labels"] = _labels(about.get("labels", {}), asked["labels"])
        parameters |= {"LabelsToAdd": asked["labels"].get("addOrUpdateLabels", {})}
    if "taints" in asked:
        changed["taints"] = _taints(about.get("taints", []), asked["taints"])
        node_rules.require_taints(changed["taints"])
        parameters |= {"TaintsToAdd": asked["taints"].get("addOrUpdateTaints", [])}
    if "updateConfig" in asked:
        node_rules.require_update(asked["updateConfig"])
        changed["updateConfig"] = asked["updateConfig"]
    if "nodeRepairConfig" in asked:
        node_rules.require_repair(asked["nodeRepairConfig"])
        changed["nodeRepairConfig"] = asked["nodeRepairConfig"]
    if "warmPoolConfig" in asked:
        changed["warmPoolConfig"] = asked["warmPoolConfig"]
    return _change(call, about, changed, updates.begin(call.cluster, "ConfigUpdate", parameters, group=_name(call)))


def update_nodegroup_version(call: Call) -> Json:
    """https://docs.aws.amazon.com/eks/latest/userguide/update-managed-node-group.html"""
    cluster, about, asked = call.cluster, _group(call), call.asked
    changed: Json = {}
    if "launchTemplate" in asked:
        changed["launchTemplate"] = _template(call, about)
    if about["amiType"] == "CUSTOM" and {"version", "releaseVersion"} & asked.keys():
        raise invalid_parameter("version and releaseVersion cannot be specified: the launch template has an image")
    if about["amiType"] != "CUSTOM":
        # Without a version it follows the cluster:
        # https://docs.aws.amazon.com/eks/latest/APIReference/API_UpdateNodegroupVersion.html
        version = asked.get("version", cluster.version)
        node_rules.require_group_version(version, cluster)
        if versions.minor(version) < versions.minor(about["version"]):
            raise invalid_parameter(f"Nodegroup version cannot go down from {about['version']} to {version}")
        changed |= {"version": version, "releaseVersion": node_rules.release(asked.get("releaseVersion"), version)}
    shown = {"Version": "version", "ReleaseVersion": "releaseVersion", "LaunchTemplateVersion": "launchTemplate"}
    parameters = {key: changed[field] for key, field in shown.items() if field in changed}
    return _change(call, about, changed, updates.begin(cluster, "VersionUpdate", parameters, group=_name(call)))


def _change(call: Call, about: Json, changed: Json, update: Update) -> Json:
    cluster, eks, group = call.cluster, call.eks, node_groups.wanted(call.cluster, about | changed)
    about["status"] = "UPDATING"

    def work() -> Callable[[], None]:
        eks.runtime.converge(cluster.name, group)
        return lambda: _done(cluster, about, changed, update)

    eks.later(work, lambda error: _failed(about, update, error))
    return {"update": update.about}


def _done(cluster: Cluster, about: Json, changed: Json, update: Update) -> None:
    about |= {**changed, "modifiedAt": now(), "status": "ACTIVE", "health": {"issues": []}}
    node_groups.place_nodes(cluster, about)
    updates.succeed(update)


def _failed(about: Json, update: Update, error: Exception) -> None:
    about["status"] = "ACTIVE"
    updates.fail(update, "NodeCreationFailure", str(error))


def _group(call: Call) -> Json:
    about = call.cluster.group(_name(call))
    refused = node_rules.busy(about)
    if refused:
        raise refused
    return about


def _name(call: Call) -> str:
    name: str = call.asked["nodegroupName"]
    return name


def _template(call: Call, about: Json) -> Json:
    """https://docs.aws.amazon.com/eks/latest/userguide/launch-templates.html: another version of the same one."""
    if "launchTemplate" not in about:
        raise invalid_request("You cannot specify a launch template for a node group that was not created with one")
    found = node_rules.require_template(call.region, call.asked["launchTemplate"])
    if found.id != about["launchTemplate"]["id"]:
        raise invalid_parameter("The launch template of a node group can only be updated to another version of itself")
    return {"id": found.id, "name": found.name, "version": found.version}


def _labels(present: Mapping[str, str], asked: Json) -> dict[str, str]:
    added, removed = asked.get("addOrUpdateLabels", {}), asked.get("removeLabels", [])
    node_rules.require_labels(added)
    return {key: value for key, value in {**present, **added}.items() if key not in removed}


def _taints(present: Sequence[Json], asked: Json) -> list[Json]:
    kept = {(one["key"], one["effect"]): one for one in present}
    for one in asked.get("removeTaints", []):
        kept.pop((one.get("key", ""), one.get("effect", "")), None)
    return [*(kept | {(one["key"], one["effect"]): one for one in asked.get("addOrUpdateTaints", [])}).values()]
