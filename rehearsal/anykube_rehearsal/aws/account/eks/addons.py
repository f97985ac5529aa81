"""Add-ons of a cluster. https://docs.aws.amazon.com/eks/latest/userguide/eks-add-ons.html"""

import yaml

from anykube_rehearsal.aws.account import moto_backends
from anykube_rehearsal.aws.account.eks import catalogue, pod_identity, rules, updates
from anykube_rehearsal.aws.account.eks.state import Call, Cluster, new_id, now
from anykube_rehearsal.aws.account.errors import in_use, invalid_parameter
from anykube_rehearsal.aws.account.response_shapes import Json

_NO_REPLICAS = {
    "code": "InsufficientNumberOfReplicas",
    "message": "The add-on is unhealthy because it doesn't have the desired number of replicas.",
    "resourceIds": [],
}


def create_addon(call: Call) -> Json:
    """https://docs.aws.amazon.com/eks/latest/APIReference/API_CreateAddon.html"""
    cluster, params, name = call.cluster, call.params, call.params["addonName"]
    rules.require_active(cluster.description, "create an add-on")
    offered = catalogue.require_addon(name)
    if name in cluster.addons:
        raise in_use(f"Addon already exists: {name} in cluster {cluster.name}")
    version = catalogue.require_version(name, params.get("addonVersion"), cluster.version)
    _validate(params)
    arn = cluster.arn("addon", name, new_id())
    addon: Json = {
        "addonName": name,
        "clusterName": cluster.name,
        "addonVersion": version,
        "addonArn": arn,
        "createdAt": now(),
        "modifiedAt": now(),
        "tags": params.get("tags", {}),
        "publisher": "eks",
        "owner": "aws",
        "namespaceConfig": {"namespace": params.get("namespaceConfig", {}).get("namespace", offered.namespace)},
        **{key: params[key] for key in ("serviceAccountRoleArn", "configurationValues") if key in params},
    }
    _associate(cluster, addon, params.get("podIdentityAssociations", []))
    cluster.addons[name] = addon
    return {"addon": {**addon, "status": "CREATING", "health": {"issues": []}}}


def describe_addon(call: Call) -> Json:
    """https://docs.aws.amazon.com/eks/latest/APIReference/API_DescribeAddon.html"""
    return {"addon": _description(call.cluster, call.cluster.addon(call.params["addonName"]))}


def list_addons(call: Call) -> Json:
    """https://docs.aws.amazon.com/eks/latest/APIReference/API_ListAddons.html"""
    return call.page("addons", sorted(call.cluster.addons))


def update_addon(call: Call) -> Json:
    """https://docs.aws.amazon.com/eks/latest/APIReference/API_UpdateAddon.html"""
    cluster, params = call.cluster, call.params
    addon = cluster.addon(params["addonName"])
    version = catalogue.require_version(
        addon["addonName"], params.get("addonVersion", addon["addonVersion"]), cluster.version
    )
    _validate(params)
    if "podIdentityAssociations" in params:
        _associate(cluster, addon, params["podIdentityAssociations"])
    addon |= {key: params[key] for key in ("serviceAccountRoleArn", "configurationValues") if key in params}
    addon |= {"addonVersion": version, "modifiedAt": now()}
    update_params = {"AddonVersion": version, "ResolveConflicts": params.get("resolveConflicts", "NONE")}
    return updates.succeed(updates.begin(cluster, "AddonUpdate", update_params, addon=addon["addonName"]))


def delete_addon(call: Call) -> Json:
    """https://docs.aws.amazon.com/eks/latest/APIReference/API_DeleteAddon.html"""
    cluster = call.cluster
    addon = cluster.addon(call.params["addonName"])
    _delete_associations(cluster, addon)
    del cluster.addons[addon["addonName"]]
    return {"addon": {**_description(cluster, addon), "status": "DELETING"}}


def _validate(params: Json) -> None:
    """Validates the role, and that the values are JSON or YAML.

    https://docs.aws.amazon.com/eks/latest/userguide/kubernetes-field-management.html
    """
    role = params.get("serviceAccountRoleArn")
    if role and moto_backends.trust_policy(role) is None:
        raise invalid_parameter(f"The role {role} cannot be found (serviceAccountRoleArn)")
    try:
        values = yaml.safe_load(params.get("configurationValues") or "{}")
    except yaml.YAMLError:
        values = None
    if not isinstance(values, dict):
        raise invalid_parameter(
            "ConfigurationValue provided in request is not supported: it is not a JSON or YAML object"
        )


def _associate(cluster: Cluster, addon: Json, associations: list[Json]) -> None:
    """Replaces the add-on's pod identity associations.

    https://docs.aws.amazon.com/eks/latest/userguide/add-ons-iam.html
    """
    offered = catalogue.ADDONS[addon["addonName"]]
    namespace = addon["namespaceConfig"]["namespace"]
    for association in associations:
        account, accounts = association["serviceAccount"], offered.service_accounts
        if account not in accounts:
            raise invalid_parameter(
                f"podIdentityAssociations: add-on {addon['addonName']} has no service account {account} for a role; "
                f"it has {', '.join(accounts) or 'none'}"
            )
        rules.require_pod_role(association["roleArn"], "podIdentityAssociations.roleArn")
        pod_identity.require_free(cluster, namespace, account, addon["addonArn"])
    _delete_associations(cluster, addon)
    for association in associations:
        pod_identity.add(cluster, {**association, "namespace": namespace}, addon["addonArn"])


def _delete_associations(cluster: Cluster, addon: Json) -> None:
    for association_id in _association_ids(cluster, addon):
        del cluster.associations[association_id]


def _association_ids(cluster: Cluster, addon: Json) -> list[str]:
    return [
        name for name, association in cluster.associations.items() if association.get("ownerArn") == addon["addonArn"]
    ]


def _description(cluster: Cluster, addon: Json) -> Json:
    """The add-on with its status: without nodes, the pods of its Deployment cannot be scheduled."""
    no_replicas = catalogue.ADDONS[addon["addonName"]].needs_nodes and not cluster.has_nodes
    return {
        **addon,
        "status": "DEGRADED" if no_replicas else "ACTIVE",
        "health": {"issues": [_NO_REPLICAS] if no_replicas else []},
        "podIdentityAssociations": [
            cluster.associations[name]["associationArn"] for name in _association_ids(cluster, addon)
        ],
    }
