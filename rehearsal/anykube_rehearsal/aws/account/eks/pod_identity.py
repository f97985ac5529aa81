"""Pod identity associations: the role of IAM that a service account of Kubernetes has.

https://docs.aws.amazon.com/eks/latest/userguide/pod-identities.html
"""

import secrets

from anykube_rehearsal.aws.account.eks import rules
from anykube_rehearsal.aws.account.eks.state import Call, Cluster, now
from anykube_rehearsal.aws.account.errors import in_use, invalid_parameter
from anykube_rehearsal.aws.account.response_shapes import Json

_CHANGEABLE = ("roleArn", "targetRoleArn", "disableSessionTags", "policy")


def create_pod_identity_association(call: Call) -> Json:
    """https://docs.aws.amazon.com/eks/latest/APIReference/API_CreatePodIdentityAssociation.html"""
    cluster, asked = call.cluster, call.asked
    for field in ("namespace", "serviceAccount"):
        if not asked[field]:
            raise invalid_parameter(f"{field} cannot be empty")
    return {"association": add(cluster, asked)}


def describe_pod_identity_association(call: Call) -> Json:
    """https://docs.aws.amazon.com/eks/latest/APIReference/API_DescribePodIdentityAssociation.html"""
    return {"association": call.cluster.association(call.asked["associationId"])}


def list_pod_identity_associations(call: Call) -> Json:
    """https://docs.aws.amazon.com/eks/latest/APIReference/API_ListPodIdentityAssociations.html"""
    wanted = {key: call.asked[key] for key in ("namespace", "serviceAccount") if key in call.asked}
    return call.page(
        "associations", [one for one in call.cluster.associations.values() if wanted.items() <= one.items()]
    )


def update_pod_identity_association(call: Call) -> Json:
    """https://docs.aws.amazon.com/eks/latest/APIReference/API_UpdatePodIdentityAssociation.html"""
    association = call.cluster.association(call.asked["associationId"])
    if "roleArn" in call.asked:
        rules.require_pod_role(call.asked["roleArn"], "roleArn")
    association |= {key: call.asked[key] for key in _CHANGEABLE if key in call.asked}
    association["modifiedAt"] = now()
    return {"association": association}


def delete_pod_identity_association(call: Call) -> Json:
    """https://docs.aws.amazon.com/eks/latest/APIReference/API_DeletePodIdentityAssociation.html"""
    association = call.cluster.association(call.asked["associationId"])
    del call.cluster.associations[association["associationId"]]
    return {"association": association}


def require_free(cluster: Cluster, namespace: str, account: str, owner: str = "") -> None:
    """One role for a service account; what an owner has is its own."""
    for one in cluster.associations.values():
        own = bool(owner) and one.get("ownerArn") == owner
        if (one["namespace"], one["serviceAccount"]) == (namespace, account) and not own:
            raise in_use(f"Association already exists: {one['associationId']}")


def add(cluster: Cluster, asked: Json, owner: str = "") -> Json:
    """An association as it is kept. `owner` is the ARN of the add-on that it belongs to."""
    rules.require_pod_role(asked["roleArn"], "roleArn")
    require_free(cluster, asked["namespace"], asked["serviceAccount"], owner)
    identity = f"a-{secrets.token_hex(9)}"
    made = {
        "clusterName": cluster.name,
        "namespace": asked["namespace"],
        "serviceAccount": asked["serviceAccount"],
        "associationArn": cluster.arn("podidentityassociation", identity),
        "associationId": identity,
        "tags": asked.get("tags", {}),
        "createdAt": now(),
        "modifiedAt": now(),
        "disableSessionTags": asked.get("disableSessionTags", False),
        **{key: asked[key] for key in _CHANGEABLE if key in asked},
        **({"ownerArn": owner} if owner else {}),
    }
    cluster.associations[identity] = made
    return made
