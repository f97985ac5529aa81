"""Managed node groups: made, shown and deleted. How they are changed is in `node_group_updates`."""

from collections.abc import Callable

from anykube_rehearsal.aws.account import cloud
from anykube_rehearsal.aws.account.eks import access_entries, node_rules, rules
from anykube_rehearsal.aws.account.eks.faults import NO_SPOT
from anykube_rehearsal.aws.account.eks.state import Call, Cluster, Eks, new_id, now
from anykube_rehearsal.aws.account.errors import EksError, in_use
from anykube_rehearsal.aws.account.response_shapes import Json
from anykube_rehearsal.aws.account.runtime import Group, Taint

_STANDARD_TYPE = "t3.medium"
_EFFECTS = {"NO_SCHEDULE": "NoSchedule", "NO_EXECUTE": "NoExecute", "PREFER_NO_SCHEDULE": "PreferNoSchedule"}
_AS_ASKED = ("labels", "taints", "nodeRepairConfig", "remoteAccess", "warmPoolConfig")


def create_nodegroup(call: Call) -> Json:
    """https://docs.aws.amazon.com/eks/latest/APIReference/API_CreateNodegroup.html"""
    cluster, asked, name = call.cluster, call.asked, call.asked["nodegroupName"]
    rules.require_active(cluster.about, "create a node group")
    if name in cluster.groups:
        raise in_use(f"NodeGroup already exists with name {name} and cluster name {cluster.name}")
    node_rules.require_group_subnets(cluster, asked["subnets"])
    rules.require_node_role(asked["nodeRole"], "nodeRole")
    about = _about(call, cluster)
    cluster.groups[name] = about
    cluster.node_interfaces[name] = []
    _let_in(cluster, asked["nodeRole"])
    eks, group = call.eks, wanted(cluster, about)

    def work() -> Callable[[], None]:
        if about["capacityType"] == "SPOT" and eks.faults.spot_capacity:
            raise EksError(*NO_SPOT)
        eks.runtime.converge(cluster.name, group)

        def done() -> None:
            place_nodes(cluster, about)
            about["status"] = "ACTIVE"

        return done

    eks.later(work, lambda error: failed(about, "CREATE_FAILED", error))
    return {"nodegroup": about}


def describe_nodegroup(call: Call) -> Json:
    """https://docs.aws.amazon.com/eks/latest/APIReference/API_DescribeNodegroup.html"""
    return {"nodegroup": call.cluster.group(call.asked["nodegroupName"])}


def list_nodegroups(call: Call) -> Json:
    """https://docs.aws.amazon.com/eks/latest/APIReference/API_ListNodegroups.html"""
    return call.page("nodegroups", sorted(call.cluster.groups))


def delete_nodegroup(call: Call) -> Json:
    """https://docs.aws.amazon.com/eks/latest/APIReference/API_DeleteNodegroup.html"""
    cluster, eks = call.cluster, call.eks
    about = cluster.group(call.asked["nodegroupName"])
    if about["status"] in ("CREATING", "UPDATING", "DELETING"):
        raise in_use(f"Nodegroup {about['nodegroupName']} cannot be deleted: it is in status {about['status']}")
    about["status"] = "DELETING"

    def work() -> Callable[[], None]:
        eks.runtime.drain(cluster.name, about["nodegroupName"])
        return lambda: _remove(eks, cluster, about)

    eks.later(work, lambda error: failed(about, "DELETE_FAILED", error))
    return {"nodegroup": about}


def wanted(cluster: Cluster, about: Json) -> Group:
    """The nodes that a group should have."""
    template = about.get("launchTemplate", {})
    zones = [found.zone for one in about["subnets"] if (found := cloud.subnet(cluster.region, one))]
    return Group(
        name=about["nodegroupName"],
        size=about["scalingConfig"]["desiredSize"],
        instance_types=_types(cluster.region, about),
        capacity_type=about["capacityType"],
        ami_type=about["amiType"],
        labels=dict(about.get("labels", {})),
        taints=[Taint(one["key"], one.get("value", ""), _EFFECTS[one["effect"]]) for one in about.get("taints", [])],
        zones=list(dict.fromkeys(zones)),
        version=about["version"],
        release="/".join([about["releaseVersion"], template.get("id", ""), template.get("version", "")]).rstrip("/"),
    )


def place_nodes(cluster: Cluster, about: Json) -> None:
    """A network interface for every node, as the VPC CNI has: in the subnets by turns, in the cluster's group."""
    name, size, subnets = about["nodegroupName"], about["scalingConfig"]["desiredSize"], about["subnets"]
    present = cluster.node_interfaces[name]
    cloud.remove_interfaces(cluster.region, present[size:])
    del present[size:]
    groups = [cluster.about["resourcesVpcConfig"]["clusterSecurityGroupId"]]
    tags = {"cluster.k8s.amazonaws.com/name": cluster.name, "eks:nodegroup-name": name}
    for index in range(len(present), size):
        subnet, said = subnets[index % len(subnets)], f"aws-K8S-{name}-{index}"
        present.append(cloud.make_interface(cluster.region, subnet, groups, said, tags))


def failed(about: Json, status: str, error: Exception) -> None:
    """The group is not what it should be; its health says why."""
    code = error.code if isinstance(error, EksError) else "InternalFailure"
    issue = {"code": code, "message": str(error), "resourceIds": [about["nodegroupName"]]}
    about |= {"status": status, "health": {"issues": [issue]}}


def _about(call: Call, cluster: Cluster) -> Json:
    """As it is shown, when it breaks no rule."""
    asked, name = call.asked, call.asked["nodegroupName"]
    version = asked.get("version", cluster.version)
    scaling = {"minSize": 1, "maxSize": 2} | asked.get("scalingConfig", {})
    scaling.setdefault("desiredSize", scaling["minSize"] if "scalingConfig" in asked else 2)
    node_rules.require_scaling(scaling)
    node_rules.require_update(asked.get("updateConfig", {}))
    node_rules.require_repair(asked.get("nodeRepairConfig", {}))
    node_rules.require_labels(asked.get("labels", {}))
    node_rules.require_taints(asked.get("taints", []))
    node_rules.require_group_version(version, cluster)
    template, image = {}, None
    if "launchTemplate" in asked:
        found = node_rules.require_template(call.region, asked["launchTemplate"])
        node_rules.require_division(asked, found.data)
        template, image = {"id": found.id, "name": found.name, "version": found.version}, found.data.get("ImageId")
        types = asked.get("instanceTypes") or [found.data.get("InstanceType") or _STANDARD_TYPE]
    else:
        types = asked.get("instanceTypes") or [_STANDARD_TYPE]
    kind = node_rules.ami_type("CUSTOM" if image else asked.get("amiType"), types, version)
    in_template = template and not asked.get("instanceTypes") and found.data.get("InstanceType")
    return {
        "nodegroupName": name,
        "nodegroupArn": cluster.arn("nodegroup", name, new_id()),
        "clusterName": cluster.name,
        "version": version,
        "releaseVersion": image or node_rules.release(asked.get("releaseVersion"), version),
        "createdAt": now(),
        "modifiedAt": now(),
        "status": "CREATING",
        "capacityType": asked.get("capacityType", "ON_DEMAND"),
        "scalingConfig": scaling,
        "subnets": asked["subnets"],
        "amiType": kind,
        "nodeRole": asked["nodeRole"],
        "resources": {"autoScalingGroups": [{"name": f"eks-{name}-{new_id()}"}]},
        "health": {"issues": []},
        "updateConfig": asked.get("updateConfig") or {"maxUnavailable": 1},
        **({"instanceTypes": types} if not in_template else {}),
        **({"launchTemplate": template} if template else {"diskSize": asked.get("diskSize", 20)}),
        **{key: asked[key] for key in _AS_ASKED if key in asked},
        "tags": asked.get("tags", {}),
    }


def _types(region: str, about: Json) -> list[str]:
    if "instanceTypes" in about:
        return list(about["instanceTypes"])
    template = about["launchTemplate"]
    found = cloud.template(region, {"id": template["id"], "version": template["version"]})
    return [(found.data.get("InstanceType") if found else None) or _STANDARD_TYPE]


def _let_in(cluster: Cluster, role: str) -> None:
    """https://docs.aws.amazon.com/eks/latest/userguide/access-entries.html: EKS makes an entry for the nodes' role."""
    if cluster.about["accessConfig"]["authenticationMode"] != "CONFIG_MAP" and role not in cluster.entries:
        access_entries.add(cluster, role, "EC2_LINUX")


def _remove(eks: Eks, cluster: Cluster, about: Json) -> None:
    name, role = about["nodegroupName"], about["nodeRole"]
    interfaces = cluster.node_interfaces.pop(name)
    left = int(eks.faults.leftover_interface)
    cloud.leave_interfaces(cluster.region, interfaces[:left])
    cloud.remove_interfaces(cluster.region, interfaces[left:])
    del cluster.groups[name]
    entry = cluster.entries.get(role)
    if entry and entry["type"] == "EC2_LINUX" and all(one["nodeRole"] != role for one in cluster.groups.values()):
        del cluster.entries[role], cluster.policies[role]
