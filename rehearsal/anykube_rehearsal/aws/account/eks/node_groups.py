"""Creates, describes and deletes managed node groups. `node_group_updates` changes them."""

from collections.abc import Callable

from anykube_rehearsal.aws.account import moto_backends
from anykube_rehearsal.aws.account.eks import access_entries, node_rules, rules
from anykube_rehearsal.aws.account.eks.faults import NO_SPOT
from anykube_rehearsal.aws.account.eks.state import Call, Cluster, Eks, new_id, now
from anykube_rehearsal.aws.account.errors import EksError, in_use
from anykube_rehearsal.aws.account.response_shapes import Json
from anykube_rehearsal.aws.account.runtime import NodeGroupSpec, Taint

_DEFAULT_TYPE = "t3.medium"
_EFFECTS = {"NO_SCHEDULE": "NoSchedule", "NO_EXECUTE": "NoExecute", "PREFER_NO_SCHEDULE": "PreferNoSchedule"}
_COPIED_FIELDS = ("labels", "taints", "nodeRepairConfig", "remoteAccess", "warmPoolConfig")


def create_nodegroup(call: Call) -> Json:
    """https://docs.aws.amazon.com/eks/latest/APIReference/API_CreateNodegroup.html"""
    cluster, params, name = call.cluster, call.params, call.params["nodegroupName"]
    rules.require_active(cluster.description, "create a node group")
    if name in cluster.groups:
        raise in_use(f"NodeGroup already exists with name {name} and cluster name {cluster.name}")
    node_rules.require_group_subnets(cluster, params["subnets"])
    rules.require_node_role(params["nodeRole"], "nodeRole")
    nodegroup = _description(call, cluster)
    cluster.groups[name] = nodegroup
    cluster.node_interfaces[name] = []
    _add_access_entry(cluster, params["nodeRole"])
    eks, group = call.eks, desired_nodes(cluster, nodegroup)

    def work() -> Callable[[], None]:
        if nodegroup["capacityType"] == "SPOT" and eks.faults.spot_capacity:
            raise EksError(*NO_SPOT)
        eks.runtime.converge(cluster.name, group)

        def done() -> None:
            place_nodes(cluster, nodegroup)
            nodegroup["status"] = "ACTIVE"

        return done

    eks.run_in_background(work, lambda error: fail(nodegroup, "CREATE_FAILED", error))
    return {"nodegroup": nodegroup}


def describe_nodegroup(call: Call) -> Json:
    """https://docs.aws.amazon.com/eks/latest/APIReference/API_DescribeNodegroup.html"""
    return {"nodegroup": call.cluster.group(call.params["nodegroupName"])}


def list_nodegroups(call: Call) -> Json:
    """https://docs.aws.amazon.com/eks/latest/APIReference/API_ListNodegroups.html"""
    return call.page("nodegroups", sorted(call.cluster.groups))


def delete_nodegroup(call: Call) -> Json:
    """https://docs.aws.amazon.com/eks/latest/APIReference/API_DeleteNodegroup.html"""
    cluster, eks = call.cluster, call.eks
    nodegroup = cluster.group(call.params["nodegroupName"])
    if nodegroup["status"] in ("CREATING", "UPDATING", "DELETING"):
        raise in_use(f"Nodegroup {nodegroup['nodegroupName']} cannot be deleted: it is in status {nodegroup['status']}")
    nodegroup["status"] = "DELETING"

    def work() -> Callable[[], None]:
        eks.runtime.drain(cluster.name, nodegroup["nodegroupName"])
        return lambda: _remove(eks, cluster, nodegroup)

    eks.run_in_background(work, lambda error: fail(nodegroup, "DELETE_FAILED", error))
    return {"nodegroup": nodegroup}


def desired_nodes(cluster: Cluster, nodegroup: Json) -> NodeGroupSpec:
    """The nodes that a node group should have."""
    template = nodegroup.get("launchTemplate", {})
    subnets = (moto_backends.subnet(cluster.region, subnet_id) for subnet_id in nodegroup["subnets"])
    zones = [subnet.zone for subnet in subnets if subnet]
    release = [nodegroup["releaseVersion"], template.get("id", ""), template.get("version", "")]
    return NodeGroupSpec(
        name=nodegroup["nodegroupName"],
        size=nodegroup["scalingConfig"]["desiredSize"],
        instance_types=_types(cluster.region, nodegroup),
        capacity_type=nodegroup["capacityType"],
        ami_type=nodegroup["amiType"],
        labels=dict(nodegroup.get("labels", {})),
        taints=[_taint(taint) for taint in nodegroup.get("taints", [])],
        zones=list(dict.fromkeys(zones)),
        version=nodegroup["version"],
        release="/".join(release).rstrip("/"),
    )


def _taint(taint: Json) -> Taint:
    return Taint(taint["key"], taint.get("value", ""), _EFFECTS[taint["effect"]])


def place_nodes(cluster: Cluster, nodegroup: Json) -> None:
    """Creates an interface for each node, as the VPC CNI does: round-robin over the subnets, in the cluster's group."""
    name, size, subnets = nodegroup["nodegroupName"], nodegroup["scalingConfig"]["desiredSize"], nodegroup["subnets"]
    interfaces = cluster.node_interfaces[name]
    moto_backends.delete_interfaces(cluster.region, interfaces[size:])
    del interfaces[size:]
    groups = [cluster.description["resourcesVpcConfig"]["clusterSecurityGroupId"]]
    tags = {"cluster.k8s.amazonaws.com/name": cluster.name, "eks:nodegroup-name": name}
    for index in range(len(interfaces), size):
        subnet, text = subnets[index % len(subnets)], f"aws-K8S-{name}-{index}"
        interfaces.append(moto_backends.create_interface(cluster.region, subnet, groups, text, tags))


def fail(nodegroup: Json, status: str, error: Exception) -> None:
    """Sets a status of failure, with the error as a health issue."""
    code = error.code if isinstance(error, EksError) else "InternalFailure"
    issue = {"code": code, "message": str(error), "resourceIds": [nodegroup["nodegroupName"]]}
    nodegroup |= {"status": status, "health": {"issues": [issue]}}


def _description(call: Call, cluster: Cluster) -> Json:
    """Validates the request and returns the node group as DescribeNodegroup shows it."""
    params, name = call.params, call.params["nodegroupName"]
    version = params.get("version", cluster.version)
    scaling = {"minSize": 1, "maxSize": 2} | params.get("scalingConfig", {})
    scaling.setdefault("desiredSize", scaling["minSize"] if "scalingConfig" in params else 2)
    node_rules.require_scaling(scaling)
    node_rules.require_update(params.get("updateConfig", {}))
    node_rules.require_repair(params.get("nodeRepairConfig", {}))
    node_rules.require_labels(params.get("labels", {}))
    node_rules.require_taints(params.get("taints", []))
    node_rules.require_group_version(version, cluster)
    template, image = {}, None
    if "launchTemplate" in params:
        launch_template = node_rules.require_template(call.region, params["launchTemplate"])
        data = launch_template.data
        node_rules.require_no_conflict(params, data)
        template = {"id": launch_template.id, "name": launch_template.name, "version": launch_template.version}
        image = data.get("ImageId")
        instance_types = params.get("instanceTypes") or [data.get("InstanceType") or _DEFAULT_TYPE]
    else:
        instance_types = params.get("instanceTypes") or [_DEFAULT_TYPE]
    ami_type = node_rules.ami_type("CUSTOM" if image else params.get("amiType"), instance_types, version)
    in_template = template and not params.get("instanceTypes") and data.get("InstanceType")
    return {
        "nodegroupName": name,
        "nodegroupArn": cluster.arn("nodegroup", name, new_id()),
        "clusterName": cluster.name,
        "version": version,
        "releaseVersion": image or node_rules.release(params.get("releaseVersion"), version),
        "createdAt": now(),
        "modifiedAt": now(),
        "status": "CREATING",
        "capacityType": params.get("capacityType", "ON_DEMAND"),
        "scalingConfig": scaling,
        "subnets": params["subnets"],
        "amiType": ami_type,
        "nodeRole": params["nodeRole"],
        "resources": {"autoScalingGroups": [{"name": f"eks-{name}-{new_id()}"}]},
        "health": {"issues": []},
        "updateConfig": params.get("updateConfig") or {"maxUnavailable": 1},
        **({"instanceTypes": instance_types} if not in_template else {}),
        **({"launchTemplate": template} if template else {"diskSize": params.get("diskSize", 20)}),
        **{key: params[key] for key in _COPIED_FIELDS if key in params},
        "tags": params.get("tags", {}),
    }


def _types(region: str, nodegroup: Json) -> list[str]:
    if "instanceTypes" in nodegroup:
        return list(nodegroup["instanceTypes"])
    template = nodegroup["launchTemplate"]
    version = moto_backends.template(region, {"id": template["id"], "version": template["version"]})
    return [(version.data.get("InstanceType") if version else None) or _DEFAULT_TYPE]


def _add_access_entry(cluster: Cluster, role: str) -> None:
    """https://docs.aws.amazon.com/eks/latest/userguide/access-entries.html: EKS makes an entry for the nodes' role."""
    if cluster.description["accessConfig"]["authenticationMode"] != "CONFIG_MAP" and role not in cluster.entries:
        access_entries.add(cluster, role, "EC2_LINUX")


def _remove(eks: Eks, cluster: Cluster, nodegroup: Json) -> None:
    name, role = nodegroup["nodegroupName"], nodegroup["nodeRole"]
    interfaces = cluster.node_interfaces.pop(name)
    leftover = int(eks.faults.leftover_interface)
    moto_backends.detach_interfaces(cluster.region, interfaces[:leftover])
    moto_backends.delete_interfaces(cluster.region, interfaces[leftover:])
    del cluster.groups[name]
    entry = cluster.entries.get(role)
    if entry and entry["type"] == "EC2_LINUX" and all(other["nodeRole"] != role for other in cluster.groups.values()):
        del cluster.entries[role], cluster.policies[role]
