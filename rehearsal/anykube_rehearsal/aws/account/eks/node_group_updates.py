"""Updates of a node group: its configuration and its version."""

from collections.abc import Callable, Mapping, Sequence

from anykube_rehearsal.aws.account.eks import node_groups, node_rules, updates, versions
from anykube_rehearsal.aws.account.eks.state import Call, Cluster, Update, now
from anykube_rehearsal.aws.account.errors import invalid_parameter, invalid_request
from anykube_rehearsal.aws.account.response_shapes import Json


def update_nodegroup_config(call: Call) -> Json:
    """https://docs.aws.amazon.com/eks/latest/APIReference/API_UpdateNodegroupConfig.html"""
    nodegroup, params = _nodegroup(call), call.params
    changes: Json = {}
    parameters: dict[str, object] = {}
    if "scalingConfig" in params:
        changes["scalingConfig"] = nodegroup["scalingConfig"] | params["scalingConfig"]
        node_rules.require_scaling(changes["scalingConfig"])
        names = (("MinSize", "minSize"), ("MaxSize", "maxSize"), ("DesiredSize", "desiredSize"))
        parameters |= {parameter: changes["scalingConfig"][name] for parameter, name in names}
    if "labels" in params:
        changes["labels"] = _labels(nodegroup.get("labels", {}), params["labels"])
        parameters |= {"LabelsToAdd": params["labels"].get("addOrUpdateLabels", {})}
    if "taints" in params:
        changes["taints"] = _taints(nodegroup.get("taints", []), params["taints"])
        node_rules.require_taints(changes["taints"])
        parameters |= {"TaintsToAdd": params["taints"].get("addOrUpdateTaints", [])}
    if "updateConfig" in params:
        node_rules.require_update(params["updateConfig"])
        changes["updateConfig"] = params["updateConfig"]
    if "nodeRepairConfig" in params:
        node_rules.require_repair(params["nodeRepairConfig"])
        changes["nodeRepairConfig"] = params["nodeRepairConfig"]
    if "warmPoolConfig" in params:
        changes["warmPoolConfig"] = params["warmPoolConfig"]
    return _change(call, nodegroup, changes, updates.begin(call.cluster, "ConfigUpdate", parameters, group=_name(call)))


def update_nodegroup_version(call: Call) -> Json:
    """https://docs.aws.amazon.com/eks/latest/userguide/update-managed-node-group.html"""
    cluster, nodegroup, params = call.cluster, _nodegroup(call), call.params
    changes: Json = {}
    if "launchTemplate" in params:
        changes["launchTemplate"] = _template(call, nodegroup)
    if nodegroup["amiType"] == "CUSTOM" and {"version", "releaseVersion"} & params.keys():
        raise invalid_parameter("version and releaseVersion cannot be specified: the launch template has an image")
    if nodegroup["amiType"] != "CUSTOM":
        # Without a version, the node group follows the cluster:
        # https://docs.aws.amazon.com/eks/latest/APIReference/API_UpdateNodegroupVersion.html
        version = params.get("version", cluster.version)
        node_rules.require_group_version(version, cluster)
        if versions.minor(version) < versions.minor(nodegroup["version"]):
            raise invalid_parameter(f"Nodegroup version cannot go down from {nodegroup['version']} to {version}")
        changes |= {"version": version, "releaseVersion": node_rules.release(params.get("releaseVersion"), version)}
    fields = {"Version": "version", "ReleaseVersion": "releaseVersion", "LaunchTemplateVersion": "launchTemplate"}
    parameters = {key: changes[field] for key, field in fields.items() if field in changes}
    return _change(call, nodegroup, changes, updates.begin(cluster, "VersionUpdate", parameters, group=_name(call)))


def _change(call: Call, nodegroup: Json, changes: Json, update: Update) -> Json:
    cluster, eks, group = call.cluster, call.eks, node_groups.desired_nodes(call.cluster, nodegroup | changes)
    nodegroup["status"] = "UPDATING"

    def work() -> Callable[[], None]:
        eks.runtime.converge(cluster.name, group)
        return lambda: _succeed(cluster, nodegroup, changes, update)

    eks.run_in_background(work, lambda error: _fail(nodegroup, update, error))
    return {"update": update.description}


def _succeed(cluster: Cluster, nodegroup: Json, changes: Json, update: Update) -> None:
    nodegroup |= {**changes, "modifiedAt": now(), "status": "ACTIVE", "health": {"issues": []}}
    node_groups.place_nodes(cluster, nodegroup)
    updates.succeed(update)


def _fail(nodegroup: Json, update: Update, error: Exception) -> None:
    nodegroup["status"] = "ACTIVE"
    updates.fail(update, "NodeCreationFailure", str(error))


def _nodegroup(call: Call) -> Json:
    nodegroup = call.cluster.group(_name(call))
    error = node_rules.update_error(nodegroup)
    if error:
        raise error
    return nodegroup


def _name(call: Call) -> str:
    name: str = call.params["nodegroupName"]
    return name


def _template(call: Call, nodegroup: Json) -> Json:
    """https://docs.aws.amazon.com/eks/latest/userguide/launch-templates.html: only to another version."""
    if "launchTemplate" not in nodegroup:
        raise invalid_request("You cannot specify a launch template for a node group that was not created with one")
    template = node_rules.require_template(call.region, call.params["launchTemplate"])
    if template.id != nodegroup["launchTemplate"]["id"]:
        raise invalid_parameter("The launch template of a node group can only be updated to another version of itself")
    return {"id": template.id, "name": template.name, "version": template.version}


def _labels(current: Mapping[str, str], params: Json) -> dict[str, str]:
    added, removed = params.get("addOrUpdateLabels", {}), params.get("removeLabels", [])
    node_rules.require_labels(added)
    return {key: value for key, value in {**current, **added}.items() if key not in removed}


def _taints(current: Sequence[Json], params: Json) -> list[Json]:
    taints = {(taint["key"], taint["effect"]): taint for taint in current}
    for taint in params.get("removeTaints", []):
        taints.pop((taint.get("key", ""), taint.get("effect", "")), None)
    taints |= {(taint["key"], taint["effect"]): taint for taint in params.get("addOrUpdateTaints", [])}
    return list(taints.values())
