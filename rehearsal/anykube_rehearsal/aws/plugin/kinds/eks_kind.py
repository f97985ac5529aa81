"""Base class of EKS types: waits for long operations, and sets tags by ARN."""

from collections.abc import Callable, Mapping
from typing import Any, ClassVar

from typing_extensions import override

from anykube_rehearsal.aws.plugin.account import ProviderAccount
from anykube_rehearsal.aws.plugin.kinds.kind import CreateRequest, Inputs, Json, Kind, call_or_none, has_mark, wait

GONE = "ResourceNotFoundException"
IN_USE = "ResourceInUseException"


class EksKind(Kind):
    """An EKS type."""

    arn: ClassVar[str] = "arn"
    """The output with the ARN for tags."""

    @override
    def tag(
        self, account: ProviderAccount, identifier: str, state: Inputs, tags: Mapping[str, str], removed: list[str]
    ) -> None:
        """Sets and removes tags."""
        client, arn = account.client("eks"), state[self.arn]
        if removed:
            client.untag_resource(resourceArn=arn, tagKeys=removed)
        if tags:
            client.tag_resource(resourceArn=arn, tags=dict(tags))

    def create_or_adopt(
        self,
        request: CreateRequest,
        identifier: str,
        label: str,
        describe: Callable[[], Json | None],
        create: Callable[[], object],
    ) -> str:
        """Creates a resource of a cluster and waits. Adopts one with this mark, and recreates one that failed."""
        current = describe()
        adopted = (
            current is not None and has_mark(request, current.get("tags", {})) and identifier not in request.known_ids
        )
        if current is not None and adopted and current["status"] in ("CREATE_FAILED", "DELETING"):
            self.delete(request.account, identifier, {})
            adopted = False
        if not adopted:
            create()
        try:
            wait_until_active(describe, label)
        except RuntimeError:
            self.delete(request.account, identifier, {})
            raise
        return identifier


def wait_until_active(describe: Callable[[], Json | None], name: str, desired_status: str = "ACTIVE") -> None:
    """Waits until a resource is active. Raises RuntimeError with EKS' message if it fails or is deleted."""

    def done() -> bool:
        resource = describe()
        if resource is None:
            raise RuntimeError(f"{name} was deleted while it was created")
        status = str(resource.get("status"))
        if status.endswith("FAILED"):
            raise RuntimeError(f"{name} is {status}: {issues(resource)}")
        return status == desired_status

    wait(done, f"the creation of {name}")


def issues(resource: Json) -> str:
    """EKS' messages about the health of a resource."""
    reports = resource.get("health", {}).get("issues", [])
    messages = [f"{issue.get('code', '')}: {issue.get('message', '')}" for issue in reports]
    return "; ".join(messages) or "EKS gives no reason"


def wait_until_deleted(describe: Callable[[], Json | None], name: str) -> None:
    """Waits until a resource does not exist. Raises RuntimeError if its deletion fails."""

    def done() -> bool:
        resource = describe()
        if resource is not None and str(resource.get("status")) == "DELETE_FAILED":
            raise RuntimeError(f"{name} could not be deleted: {issues(resource)}")
        return resource is None

    wait(done, f"the deletion of {name}")


def wait_for_update(account: ProviderAccount, response: Json, cluster: str, name: str, **names: str) -> None:
    """Waits for an update. Raises RuntimeError with EKS' message if it fails."""
    update = response["update"]

    def done() -> bool:
        current = account.client("eks").describe_update(name=cluster, updateId=update["id"], **names)["update"]
        if current["status"] in ("Failed", "Cancelled"):
            errors = [f"{each.get('errorCode')}: {each.get('errorMessage')}" for each in current.get("errors", [])]
            reason, status = "; ".join(errors) or "no reason", current["status"].lower()
            raise RuntimeError(f"the update of {name} ({current.get('type')}) {status}: {reason}")
        return bool(current["status"] == "Successful")

    wait(done, f"the update of {name}")


def describe(account: ProviderAccount, operation: str, key: str, **parameters: Any) -> Json | None:
    """Calls a Describe operation; None if the resource does not exist."""
    response = call_or_none(getattr(account.client("eks"), f"describe_{operation}"), GONE, **parameters)
    resource: Json | None = response[key] if response else None
    return resource


def pick(inputs: Inputs, names: Mapping[str, str]) -> Json:
    """The inputs that are set, renamed to parameters by `names`."""
    return {name: inputs[wire] for wire, name in names.items() if inputs.get(wire) is not None}


def format_time(value: Any) -> str:
    """Formats a time as the provider does."""
    return value.strftime("%Y-%m-%dT%H:%M:%SZ") if hasattr(value, "strftime") else str(value or "")
