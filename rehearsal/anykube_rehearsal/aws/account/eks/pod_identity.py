"""Pod identity associations: the IAM role of a Kubernetes service account.

https://docs.aws.amazon.com/eks/latest/userguide/pod-identities.html
"""

import secrets

from anykube_rehearsal.aws.account.eks import rules
from anykube_rehearsal.aws.account.eks.state import Call, Cluster, now
from anykube_rehearsal.aws.account.errors import in_use, invalid_parameter
from anykube_rehearsal.aws.account.response_shapes import Json

_MUTABLE_FIELDS = ("roleArn", "targetRoleArn", "disableSessionTags", "policy")


def create_pod_identity_association(call: Call) -> Json:
    """https://docs.aws.amazon.com/eks/latest/APIReference/API_CreatePodIdentityAssociation.html"""
    cluster, params = call.cluster, call.params
    for field in ("namespace", "serviceAccount"):
        if not params[field]:
            raise invalid_parameter(f"{field} cannot be empty")
    return {"association": add(cluster, params)}


def describe_pod_identity_association(call: Call) -> Json:
    """https://docs.aws.amazon.com/eks/latest/APIReference/API_DescribePodIdentityAssociation.html"""
    return {"association": call.cluster.association(call.params["associationId"])}


def list_pod_identity_associations(call: Call) -> Json:
    """https://docs.aws.amazon.com/eks/latest/APIReference/API_ListPodIdentityAssociations.html"""
    filters = {key: call.params[key] for key in ("namespace", "serviceAccount") if key in call.params}
    return call.page(
        "associations",
        [association for association in call.cluster.associations.values() if filters.items() <= association.items()],
    )


def update_pod_identity_association(call: Call) -> Json:
    """https://docs.aws.amazon.com/eks/latest/APIReference/API_UpdatePodIdentityAssociation.html"""
    association = call.cluster.association(call.params["associationId"])
    if "roleArn" in call.params:
        rules.require_pod_role(call.params["roleArn"], "roleArn")
    association |= {key: call.params[key] for key in _MUTABLE_FIELDS if key in call.params}
    association["modifiedAt"] = now()
    return {"association": association}


def delete_pod_identity_association(call: Call) -> Json:
    """https://docs.aws.amazon.com/eks/latest/APIReference/API_DeletePodIdentityAssociation.html"""
    association = call.cluster.association(call.params["associationId"])
    del call.cluster.associations[association["associationId"]]
    return {"association": association}


def require_free(cluster: Cluster, namespace: str, account: str, owner: str = "") -> None:
    """Requires that a service account has no association, except one of the same owner."""
    for association in cluster.associations.values():
        is_owner = bool(owner) and association.get("ownerArn") == owner
        if (association["namespace"], association["serviceAccount"]) == (namespace, account) and not is_owner:
            raise in_use(f"Association already exists: {association['associationId']}")


def add(cluster: Cluster, params: Json, owner: str = "") -> Json:
    """Adds an association. `owner` is the ARN of the add-on that owns it."""
    rules.require_pod_role(params["roleArn"], "roleArn")
    require_free(cluster, params["namespace"], params["serviceAccount"], owner)
    association_id = f"a-{secrets.token_hex(9)}"
    association = {
        "clusterName": cluster.name,
        "namespace": params["namespace"],
        "serviceAccount": params["serviceAccount"],
        "associationArn": cluster.arn("podidentityassociation", association_id),
        "associationId": association_id,
        "tags": params.get("tags", {}),
        "createdAt": now(),
        "modifiedAt": now(),
        "disableSessionTags": params.get("disableSessionTags", False),
        **{key: params[key] for key in _MUTABLE_FIELDS if key in params},
        **({"ownerArn": owner} if owner else {}),
    }
    cluster.associations[association_id] = association
    return association
