"""Add-ons of a cluster. https://docs.aws.amazon.com/eks/latest/userguide/eks-add-ons.html"""

import yaml

from anykube_rehearsal.aws.account import cloud
from anykube_rehearsal.aws.account.eks import catalogue, pod_identity, rules, updates
from anykube_rehearsal.aws.account.eks.state import Call, Cluster, new_id, now
from anykube_rehearsal.aws.account.errors import in_use, invalid_parameter
from anykube_rehearsal.aws.account.response_shapes import Json

_NO_PLACE = {
    "code": "InsufficientNumberOfReplicas",
    "message": "The add-on is unhealthy because it doesn't have the desired number of replicas.",
    "resourceIds": [],
}


def create_addon(call: Call) -> Json:
    """https://docs.aws.amazon.com/eks/latest/APIReference/API_CreateAddon.html"""
    cluster, asked, name = call.cluster, call.asked, call.asked["addonName"]
    rules.require_active(cluster.about, "create an add-on")
    known = catalogue.known(name)
    if name in cluster.addons:
        raise in_use(f"Addon already exists: {name} in cluster {cluster.name}")
    version = catalogue.chosen(name, asked.get("addonVersion"), cluster.version)
    _judge(asked)
    arn = cluster.arn("addon", name, new_id())
    about: Json = {
        "addonName": name,
        "clusterName": cluster.name,
        "addonVersion": version,
        "addonArn": arn,
        "createdAt": now(),
        "modifiedAt": now(),
        "tags": asked.get("tags", {}),
        "publisher": "eks",
        "owner": "aws",
        "namespaceConfig": {"namespace": asked.get("namespaceConfig", {}).get("namespace", known.namespace)},
        **{key: asked[key] for key in ("serviceAccountRoleArn", "configurationValues") if key in asked},
    }
    _associate(cluster, about, asked.get("podIdentityAssociations", []))
    cluster.addons[name] = about
    return {"addon": {**about, "status": "CREATING", "health": {"issues": []}}}


def describe_addon(call: Call) -> Json:
    """https://docs.aws.amazon.com/eks/latest/APIReference/API_DescribeAddon.html"""
    return {"addon": _shown(call.cluster, call.cluster.addon(call.asked["addonName"]))}


def list_addons(call: Call) -> Json:
    """https://docs.aws.amazon.com/eks/latest/APIReference/API_ListAddons.html"""
    return call.page("addons", sorted(call.cluster.addons))


def update_addon(call: Call) -> Json:
    """https://docs.aws.amazon.com/eks/latest/APIReference/API_UpdateAddon.html"""
    cluster, asked = call.cluster, call.asked
    about = cluster.addon(asked["addonName"])
    version = catalogue.chosen(about["addonName"], asked.get("addonVersion", about["addonVersion"]), cluster.version)
    _judge(asked)
    if "podIdentityAssociations" in asked:
        _associate(cluster, about, asked["podIdentityAssociations"])
    about |= {key: asked[key] for key in ("serviceAccountRoleArn", "configurationValues") if key in asked}
    about |= {"addonVersion": version, "modifiedAt": now()}
    shown = {"AddonVersion": version, "ResolveConflicts": asked.get("resolveConflicts", "NONE")}
    return updates.succeed(updates.begin(cluster, "AddonUpdate", shown, addon=about["addonName"]))


def delete_addon(call: Call) -> Json:
    """https://docs.aws.amazon.com/eks/latest/APIReference/API_DeleteAddon.html"""
    cluster = call.cluster
    about = cluster.addon(call.asked["addonName"])
    _release(cluster, about)
    del cluster.addons[about["addonName"]]
    return {"addon": {**_shown(cluster, about), "status": "DELETING"}}


def _judge(asked: Json) -> None:
    """The role, and values that are JSON or YAML.

    https://docs.aws.amazon.com/eks/latest/userguide/kubernetes-field-management.html
    """
    role = asked.get("serviceAccountRoleArn")
    if role and cloud.trust(role) is None:
        raise invalid_parameter(f"The role {role} cannot be found (serviceAccountRoleArn)")
    try:
        values = yaml.safe_load(asked.get("configurationValues") or "{}")
    except yaml.YAMLError:
        values = None
    if not isinstance(values, dict):
        raise invalid_parameter("ConfigurationValue provided in request is not supported: it is no JSON or YAML object")


def _associate(cluster: Cluster, about: Json, asked: list[Json]) -> None:
    """Exchanges the add-on's pod identity associations.

    https://docs.aws.amazon.com/eks/latest/userguide/add-ons-iam.html
    """
    known = catalogue.ADDONS[about["addonName"]]
    namespace = about["namespaceConfig"]["namespace"]
    for one in asked:
        if one["serviceAccount"] not in known.accounts:
            raise invalid_parameter(
                f"podIdentityAssociations: add-on {about['addonName']} has no service account {one['serviceAccount']} "
                f"that takes a role; it has {', '.join(known.accounts) or 'none'}"
            )
        rules.require_pod_role(one["roleArn"], "podIdentityAssociations.roleArn")
        pod_identity.require_free(cluster, namespace, one["serviceAccount"], about["addonArn"])
    _release(cluster, about)
    for one in asked:
        pod_identity.add(cluster, {**one, "namespace": namespace}, about["addonArn"])


def _release(cluster: Cluster, about: Json) -> None:
    for identity in _own(cluster, about):
        del cluster.associations[identity]


def _own(cluster: Cluster, about: Json) -> list[str]:
    return [name for name, one in cluster.associations.items() if one.get("ownerArn") == about["addonArn"]]


def _shown(cluster: Cluster, about: Json) -> Json:
    """With the status that follows from the nodes: a Deployment without one has no replicas."""
    waits = catalogue.ADDONS[about["addonName"]].needs_nodes and not cluster.has_nodes
    return {
        **about,
        "status": "DEGRADED" if waits else "ACTIVE",
        "health": {"issues": [_NO_PLACE] if waits else []},
        "podIdentityAssociations": [cluster.associations[name]["associationArn"] for name in _own(cluster, about)],
    }
