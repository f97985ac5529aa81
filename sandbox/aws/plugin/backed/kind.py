"""What a backed type is, and what its modules share."""

import hashlib
import json
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from botocore.exceptions import ClientError as ClientError  # type: ignore[import-untyped, unused-ignore]

from sandbox.aws.plugin.account import MARK, Account
from sandbox.aws.plugin.names import from_prefix

Json = dict[str, Any]
Inputs = Mapping[str, Any]


@dataclass(frozen=True)
class Making:
    """One resource that is to be made."""

    account: Account
    urn: str
    inputs: Inputs
    known: Collection[str] = ()
    """Ids of this URN that the engine has in its state: one of them is about to be replaced, not taken over."""
    replacement: bool = False
    """Whether the engine has one in its state whose id it did not tell: then nothing at all is taken over."""

    @property
    def mark(self) -> str:
        """The same for the same resource with the same inputs, so that what a killed engine left is found again."""
        made_from = json.dumps([self.urn, dict(self.inputs)], sort_keys=True)
        return hashlib.sha256(made_from.encode()).hexdigest()[:32]

    @property
    def tags(self) -> dict[str, str]:
        """All tags that it gets, the provider's own among them."""
        return {**self.inputs.get("tagsAll", {}), MARK: f"{self.mark} {self.urn[-200:]}"}

    def name(self, wire: str = "name") -> str:
        """Its name, given or made from its prefix."""
        given = self.inputs.get(wire)
        return str(given) if given else from_prefix(str(self.inputs.get(f"{wire}Prefix", "terraform-")), self.mark)

    def made(self, tags: Mapping[str, str]) -> bool:
        """Whether something with these tags is this very resource."""
        return not self.replacement and tags.get(MARK, "").startswith(self.mark)


class Kind(ABC):
    """One type of resource. Every method blocks."""

    token: ClassVar[str]
    volatile: ClassVar[frozenset[str]] = frozenset()
    """Outputs that an update may change: unknown in its preview."""

    @abstractmethod
    def create(self, making: Making) -> str:
        """Makes it, or takes over what an earlier try made, and returns its id."""

    @abstractmethod
    def read(self, account: Account, identifier: str, state: Inputs) -> Json | None:
        """Its outputs as they are now, with all its tags under TAGS; None where it is gone."""

    def update(self, account: Account, identifier: str, old: Inputs, new: Inputs) -> None:
        """Changes in place what differs, tags apart."""
        del account, identifier, old, new

    @abstractmethod
    def delete(self, account: Account, identifier: str, state: Inputs) -> None:
        """Removes it and waits until it is gone; one that is gone already is well."""

    def tag(self, account: Account, identifier: str, state: Inputs, tags: Mapping[str, str], gone: list[str]) -> None:
        """Sets and removes tags."""
        raise NotImplementedError(f"{self.token} has no tags")


TAGS = "__tags"
"""Where `read` puts all tags; the frame makes `tags` and `tagsAll` of them."""


def call(operation: Callable[..., Json], **parameters: Any) -> Json:
    """An operation of boto3 without the parameters that are None."""
    return operation(**{key: value for key, value in parameters.items() if value is not None})


def code(error: ClientError) -> str:
    """AWS' own name of an error."""
    return str(error.response.get("Error", {}).get("Code", ""))


def found(operation: Callable[..., Json], *missing: str, **parameters: Any) -> Json | None:
    """What an operation answers; None where it says that the thing is not there."""
    try:
        return call(operation, **parameters)
    except ClientError as error:
        if code(error) in missing or code(error).endswith((".NotFound", "NotFoundException", "NotFound")):
            return None
        raise


def wait(done: Callable[[], bool], what: str, seconds: float = 3600.0) -> None:
    """Asks again until it is so: often at first, since the simulated AWS is quick."""
    end, pause = time.monotonic() + seconds, 0.1
    while not done():
        if time.monotonic() > end:
            raise TimeoutError(f"{what} is not ready after {seconds:.0f} s")
        time.sleep(pause)
        pause = min(pause * 1.3, 2.0)


def pairs(tags: Mapping[str, str], key: str = "Key", value: str = "Value") -> list[dict[str, str]]:
    """Tags as most services write them."""
    return [{key: name, value: text} for name, text in tags.items()]


def mapping(tags: Any) -> dict[str, str]:
    """The way back."""
    return {tag["Key"]: tag["Value"] for tag in tags or []}


def changed(old: Inputs, new: Inputs, *names: str) -> bool:
    """Whether one of these inputs differs."""
    return any(old.get(name) != new.get(name) for name in names)
