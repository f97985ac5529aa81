"""What the types of EKS have in common: long operations that are asked about until they end, and tags by ARN."""

from collections.abc import Callable, Mapping
from typing import Any, ClassVar

from typing_extensions import override

from anykube_rehearsal.aws.plugin.account import Account
from anykube_rehearsal.aws.plugin.backed.kind import Inputs, Json, Kind, found, wait

GONE = "ResourceNotFoundException"
IN_USE = "ResourceInUseException"


class EksKind(Kind):
    """A type of EKS."""

    arn: ClassVar[str] = "arn"
    """The output that its tags are set by."""

    @override
    def tag(self, account: Account, identifier: str, state: Inputs, tags: Mapping[str, str], gone: list[str]) -> None:
        """Sets and removes tags."""
        client, arn = account.client("eks"), state[self.arn]
        if gone:
            client.untag_resource(resourceArn=arn, tagKeys=gone)
        if tags:
            client.tag_resource(resourceArn=arn, tags=dict(tags))


def settle(describe: Callable[[], Json | None], what: str, good: str = "ACTIVE") -> None:
    """Waits until something is active. Raises RuntimeError with EKS' own words when it failed, or went meanwhile."""

    def done() -> bool:
        about = describe()
        if about is None:
            raise RuntimeError(f"{what} went away while it was being made")
        status = str(about.get("status"))
        if status.endswith("FAILED"):
            raise RuntimeError(f"{what} is {status}: {issues(about)}")
        return status == good

    wait(done, what)


def issues(about: Json) -> str:
    """What EKS says is wrong."""
    said = [f"{one.get('code', '')}: {one.get('message', '')}" for one in about.get("health", {}).get("issues", [])]
    return "; ".join(said) or "EKS gives no reason"


def gone(describe: Callable[[], Json | None], what: str) -> None:
    """Waits until something is no longer there. Raises RuntimeError when its deletion failed."""

    def done() -> bool:
        about = describe()
        if about is not None and str(about.get("status")) == "DELETE_FAILED":
            raise RuntimeError(f"{what} could not be deleted: {issues(about)}")
        return about is None

    wait(done, f"the end of {what}")


def updated(account: Account, answer: Json, cluster: str, what: str, **more: str) -> None:
    """Waits for an update. Raises RuntimeError with EKS' own words when it failed."""
    update = answer["update"]

    def done() -> bool:
        now = account.client("eks").describe_update(name=cluster, updateId=update["id"], **more)["update"]
        if now["status"] in ("Failed", "Cancelled"):
            said = "; ".join(f"{one.get('errorCode')}: {one.get('errorMessage')}" for one in now.get("errors", []))
            raise RuntimeError(
                f"the update of {what} ({now.get('type')}) {now['status'].lower()}: {said or 'no reason'}"
            )
        return bool(now["status"] == "Successful")

    wait(done, f"the update of {what}")


def describe(account: Account, operation: str, within: str, **parameters: Any) -> Json | None:
    """What a Describe operation says; None where it is not there."""
    answer = found(getattr(account.client("eks"), f"describe_{operation}"), GONE, **parameters)
    about: Json | None = answer[within] if answer else None
    return about


def given(inputs: Inputs, names: Mapping[str, str]) -> Json:
    """Parameters by the inputs that they come from."""
    return {name: inputs[wire] for wire, name in names.items() if inputs.get(wire) is not None}


def when(value: Any) -> str:
    """A time as the provider writes it."""
    return value.strftime("%Y-%m-%dT%H:%M:%SZ") if hasattr(value, "strftime") else str(value or "")
