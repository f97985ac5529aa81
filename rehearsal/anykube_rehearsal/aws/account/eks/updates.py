"""Updates, for DescribeUpdate and ListUpdates."""

import json
from collections.abc import Mapping

from anykube_rehearsal.aws.account.eks.state import Call, Cluster, Update, new_id, now
from anykube_rehearsal.aws.account.errors import not_found
from anykube_rehearsal.aws.account.response_shapes import Json


def begin(cluster: Cluster, kind: str, parameters: Mapping[str, object], *, group: str = "", addon: str = "") -> Update:
    """Starts an update."""
    description: Json = {
        "id": new_id(),
        "status": "InProgress",
        "type": kind,
        "params": [{"type": key, "value": _text(value)} for key, value in parameters.items()],
        "createdAt": now(),
        "errors": [],
    }
    cluster.updates[description["id"]] = update = Update(description, group, addon)
    return update


def succeed(update: Update) -> Json:
    """Marks an update as successful and returns the response."""
    update.description["status"] = "Successful"
    return {"update": update.description}


def fail(update: Update, code: str, message: str) -> None:
    """Marks an update as failed."""
    update.description |= {
        "status": "Failed",
        "errors": [{"errorCode": code, "errorMessage": message, "resourceIds": []}],
    }


def describe_update(call: Call) -> Json:
    """https://docs.aws.amazon.com/eks/latest/APIReference/API_DescribeUpdate.html"""
    update = _updates_of(call).get(call.params["updateId"])
    if update is None:
        raise not_found(f"No update found for ID: {call.params['updateId']}")
    return {"update": update.description}


def list_updates(call: Call) -> Json:
    """https://docs.aws.amazon.com/eks/latest/APIReference/API_ListUpdates.html"""
    return call.page("updateIds", list(_updates_of(call)))


def _updates_of(call: Call) -> Mapping[str, Update]:
    owner = (call.params.get("nodegroupName", ""), call.params.get("addonName", ""))
    return {name: update for name, update in call.cluster.updates.items() if (update.group, update.addon) == owner}


def _text(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value)
