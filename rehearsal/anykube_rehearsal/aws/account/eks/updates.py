"""Updates, as DescribeUpdate and ListUpdates show them."""

import json
from collections.abc import Mapping

from anykube_rehearsal.aws.account.eks.state import Call, Cluster, Update, new_id, now
from anykube_rehearsal.aws.account.errors import not_found
from anykube_rehearsal.aws.account.response_shapes import Json


def begin(cluster: Cluster, kind: str, parameters: Mapping[str, object], *, group: str = "", addon: str = "") -> Update:
    """A new update, in progress."""
    about: Json = {
        "id": new_id(),
        "status": "InProgress",
        "type": kind,
        "params": [{"type": key, "value": _text(value)} for key, value in parameters.items()],
        "createdAt": now(),
        "errors": [],
    }
    cluster.updates[about["id"]] = made = Update(about, group, addon)
    return made


def succeed(update: Update) -> Json:
    """It is done. Returns the answer that shows it."""
    update.about["status"] = "Successful"
    return {"update": update.about}


def fail(update: Update, code: str, message: str) -> None:
    """It came to nothing."""
    update.about |= {"status": "Failed", "errors": [{"errorCode": code, "errorMessage": message, "resourceIds": []}]}


def describe_update(call: Call) -> Json:
    """https://docs.aws.amazon.com/eks/latest/APIReference/API_DescribeUpdate.html"""
    found = _of(call).get(call.asked["updateId"])
    if found is None:
        raise not_found(f"No update found for ID: {call.asked['updateId']}")
    return {"update": found.about}


def list_updates(call: Call) -> Json:
    """https://docs.aws.amazon.com/eks/latest/APIReference/API_ListUpdates.html"""
    return call.page("updateIds", list(_of(call)))


def _of(call: Call) -> Mapping[str, Update]:
    owner = (call.asked.get("nodegroupName", ""), call.asked.get("addonName", ""))
    return {name: one for name, one in call.cluster.updates.items() if (one.group, one.addon) == owner}


def _text(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value)
