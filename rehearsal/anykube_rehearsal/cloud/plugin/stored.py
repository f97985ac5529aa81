"""The kind of every type of an account that keeps what is made: the account itself knows what the type is like."""

from collections.abc import Callable, Mapping
from typing import Generic, TypeVar

from typing_extensions import override

from anykube_rehearsal.cloud.account.client import Client
from anykube_rehearsal.cloud.plugin.cloud import Labels
from anykube_rehearsal.cloud.plugin.kind import LABELS, Inputs, Json, Kind, Making

A = TypeVar("A")


class StoredKind(Kind[A], Generic[A]):
    """A type by its token."""

    def __init__(
        self,
        token: str,
        client: Callable[[A], Client],
        labels: Labels[A],
        complete: Callable[[A, str, Inputs], Inputs] = lambda _, __, inputs: inputs,
        volatile: frozenset[str] = frozenset(),
    ) -> None:
        """`complete` adds to inputs what the provider's configuration says, such as the project."""
        self.__dict__.update(token=token, volatile=volatile)
        self._client, self._labels, self._complete = client, labels, complete

    @override
    def create(self, making: Making[A]) -> str:
        """Makes it, or takes over what an earlier try made."""
        account = making.account
        inputs = self._complete(account, self.token, making.inputs)
        known = sorted(making.known)
        made = self._client(account).create(self.token, inputs, making.mark, fresh=making.replacement, known=known)
        return str(made["id"])

    @override
    def read(self, account: A, identifier: str, state: Inputs) -> Json | None:
        """Its inputs and what the account adds."""
        found = self._client(account).find(self.token, identifier)
        if found is None:
            return None
        own, everything = self._labels.of(self.token), self._labels.all
        outputs: Json = {key: value for key, value in found["inputs"].items() if key not in (own, everything)}
        # The account keeps more of a thing than the provider tells.
        outputs |= {key: value for key, value in found["outputs"].items() if not key.startswith("__")}
        labels = found["inputs"].get(everything) or found["inputs"].get(own)
        return {**outputs, **({LABELS: labels} if labels is not None else {})}

    @override
    def update(self, account: A, identifier: str, old: Inputs, new: Inputs) -> None:
        """Changes in place what differs, labels too."""
        self._client(account).update(self.token, identifier, self._given(account, new))

    @override
    def foresee(self, account: A, identifier: str, new: Inputs) -> str | None:
        """Asks the account, which may have been told of it."""
        return self._client(account).foresee(self.token, identifier, self._given(account, new))

    def _given(self, account: A, new: Inputs) -> Inputs:
        given = {key: value for key, value in new.items() if not key.startswith("__")}
        return self._complete(account, self.token, given)

    @override
    def delete(self, account: A, identifier: str, state: Inputs) -> None:
        """Removes it."""
        self._client(account).delete(self.token, identifier)

    @override
    def tag(self, account: A, identifier: str, state: Inputs, tags: Mapping[str, str], gone: list[str]) -> None:
        """Labels are among the inputs: `update` has set them."""
