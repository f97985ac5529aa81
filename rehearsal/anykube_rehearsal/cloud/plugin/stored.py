"""Kind of the types that the account itself describes: sends every operation to the account."""

from collections.abc import Callable, Mapping
from typing import Generic, TypeVar

from typing_extensions import override

from anykube_rehearsal.cloud.account.client import Client
from anykube_rehearsal.cloud.plugin.cloud import Labels
from anykube_rehearsal.cloud.plugin.kind import LABELS, CreateRequest, Inputs, Json, Kind

A = TypeVar("A")


class StoredKind(Kind[A], Generic[A]):
    """One type of the account."""

    def __init__(
        self,
        token: str,
        client: Callable[[A], Client],
        labels: Labels[A],
        complete: Callable[[A, str, Inputs], Inputs] = lambda _, __, inputs: inputs,
        volatile: frozenset[str] = frozenset(),
    ) -> None:
        """`complete` adds the provider's configuration to inputs, such as the project."""
        self.__dict__.update(token=token, volatile=volatile)
        self._client, self._labels, self._complete = client, labels, complete

    @override
    def create(self, request: CreateRequest[A]) -> str:
        """Creates the resource, or adopts what an earlier attempt created."""
        account = request.account
        inputs = self._complete(account, self.token, request.inputs)
        known_ids = sorted(request.known_ids)
        fresh = request.replacement
        record = self._client(account).create(self.token, inputs, request.mark, fresh=fresh, known_ids=known_ids)
        return str(record["id"])

    @override
    def read(self, account: A, identifier: str, state: Inputs) -> Json | None:
        """The inputs and the outputs that the account adds."""
        record = self._client(account).find(self.token, identifier)
        if record is None:
            return None
        wire, all_output = self._labels.input_of(self.token), self._labels.all_output
        outputs: Json = {key: value for key, value in record["inputs"].items() if key not in (wire, all_output)}
        # Outputs with "__" are internal to the account.
        outputs |= {key: value for key, value in record["outputs"].items() if not key.startswith("__")}
        labels = record["inputs"].get(all_output) or record["inputs"].get(wire)
        return {**outputs, **({LABELS: labels} if labels is not None else {})}

    @override
    def update(self, account: A, identifier: str, old: Inputs, new: Inputs) -> None:
        """Updates the resource in place, with its labels."""
        self._client(account).update(self.token, identifier, self._completed(account, new))

    @override
    def validate_update(self, account: A, identifier: str, new: Inputs) -> str | None:
        """Asks the account, which may have loaded the resource from a state."""
        return self._client(account).validate_update(self.token, identifier, self._completed(account, new))

    def _completed(self, account: A, new: Inputs) -> Inputs:
        inputs = {key: value for key, value in new.items() if not key.startswith("__")}
        return self._complete(account, self.token, inputs)

    @override
    def delete(self, account: A, identifier: str, state: Inputs) -> None:
        """Deletes the resource."""
        self._client(account).delete(self.token, identifier)

    @override
    def tag(self, account: A, identifier: str, state: Inputs, tags: Mapping[str, str], removed: list[str]) -> None:
        """Does nothing: labels are inputs, so `update` sets them."""
