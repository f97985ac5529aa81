"""A simulated account: validates, creates, updates and deletes resources."""

import threading
import time
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from http import HTTPStatus
from pathlib import Path
from typing import Any

from anykube_rehearsal.cloud import caller, review
from anykube_rehearsal.cloud.account.api import Api
from anykube_rehearsal.cloud.account.model import Change, Faults, Json, Record, RefusedError, ResourceType, Rule, Values
from anykube_rehearsal.cloud.account.references import missing_references, referrers
from anykube_rehearsal.cloud.account.store import Store
from anykube_rehearsal.cloud.caller import Caller
from anykube_rehearsal.cloud.gates import Gates
from anykube_rehearsal.cloud.kubernetes import Clusters

Function = Callable[["Account", Json], Json]
Reviewer = Callable[["Account", str, object], tuple[str | None, Sequence[str] | None]]
"""Returns the principal of a token and its groups in a cluster; None for an invalid token, or one without access."""
Reach = Callable[["Account", str, str, Caller], bool]
"""Returns whether a caller reaches a cluster, by its name and by one of its addresses."""


class Account:
    """A simulated account, stored in a folder."""

    def __init__(
        self,
        folder: Path,
        types: Sequence[ResourceType],
        rules: Sequence[Rule],
        reviewer: Reviewer,
        functions: Mapping[str, Function],
        faults: Faults,
        kubernetes: Callable[[Path, str], Clusters] = Clusters,
        apis: Mapping[str, Api] | None = None,
        reaches: Reach = lambda *_: True,
    ) -> None:
        """`kubernetes` creates the runtime of the clusters from the account's folder and the URL for token reviews.

        `apis` are the cloud's own APIs that the account serves, by host. `reaches` says who reaches the API of a
        cluster in the real network.
        """
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        review.create_key(folder)
        self.folder, self.faults = folder, faults
        self.types = {resource_type.token: resource_type for resource_type in types}
        self.rules, self.reviewer, self.functions = rules, reviewer, functions
        self.store = Store(folder / "account.sqlite")
        self.apis = apis or {}
        self.gates = Gates(folder, caller.load(folder), partial(reaches, self))
        self.calls: dict[tuple[str, str, str], None] = {}
        """What was called, in the order of the first call: `create`, `read`, `update` or `delete`, a type and an ID."""
        self._kubernetes = kubernetes
        self._clusters: Clusters | None = None
        self._changes, self._counter_lock = 0, threading.Lock()
        self._locks: dict[tuple[str, str], threading.RLock] = defaultdict(threading.RLock)

    @property
    def clusters(self) -> Clusters:
        """The Kubernetes of the account's clusters. Raises RuntimeError before `set_url`."""
        if self._clusters is None:
            raise RuntimeError(
                "the account has no URL yet, which its clusters need to review tokens: call set_url first"
            )
        return self._clusters

    def set_url(self, url: str) -> None:
        """Sets the account's URL, where clusters send token reviews."""
        self._clusters = self._kubernetes(self.folder, f"{url}/_anykube/token-review")

    def find(self, token: str, path: str, value: object) -> list[Record]:
        """The resources of a type with this value at a path."""
        return [record for record in self.store.all(token) if record.get(path) == value]

    def create(
        self, token: str, inputs: Values, mark: str, *, fresh: bool = False, known_ids: Sequence[str] = ()
    ) -> Record:
        """Creates a resource, or adopts the one that an earlier attempt with the same mark left. Raises RefusedError.

        `fresh` adopts nothing. `known_ids` are ids not to adopt, since they are about to be replaced.
        """
        resource_type = self._type(token)
        identifier = resource_type.identify(inputs)
        self.calls["create", token, identifier] = None
        with self._lock(token, identifier):
            self._apply_faults()
            existing = self.store.find(token, identifier)
            same_mark = existing is not None and existing.mark == mark and not existing.gone
            adoptable = same_mark and not fresh and identifier not in known_ids
            if existing is not None and adoptable and existing.ready:
                return existing
            if existing is not None and not adoptable and not resource_type.can_be_recreated:
                raise RefusedError(HTTPStatus.CONFLICT, f"the {resource_type.noun} {identifier!r} already exists")
            record = Record(token, identifier, inputs, mark=mark, ready=False)
            with self.store.exclusive():
                self._validate(Change("create", token, identifier, {}, inputs))
                record = replace(record, outputs=resource_type.outputs(self, record))
                self.store.put(record)
            try:
                outputs = resource_type.behavior.on_create(self, record)
            except BaseException:
                self.store.remove(token, identifier)
                raise
            return self._save(replace(record, outputs={**record.outputs, **outputs}, ready=True))

    def read(self, token: str, identifier: str) -> Record:
        """A resource. Raises RefusedError if it does not exist."""
        self.calls["read", token, identifier] = None
        record = self.store.find(token, identifier)
        if record is None or record.gone:
            raise RefusedError(HTTPStatus.NOT_FOUND, f"there is no {self._type(token).noun} {identifier!r}")
        return record

    def update(self, token: str, identifier: str, inputs: Values) -> Record:
        """Updates a resource; of a loaded one, only the record. Raises RefusedError."""
        resource_type = self._type(token)
        self.calls["update", token, identifier] = None
        with self._lock(token, identifier):
            self._apply_faults()
            old = self.read(token, identifier)
            with self.store.exclusive():
                self._validate(Change("update", token, identifier, old.inputs, inputs))
            new = replace(old, inputs=inputs)
            new = replace(new, outputs={**old.outputs, **resource_type.outputs(self, new)})
            if old.recalled:
                return self._save(new)
            outputs = resource_type.behavior.on_update(self, old, new)
            return self._save(replace(new, outputs={**new.outputs, **outputs}))

    def delete(self, token: str, identifier: str) -> None:
        """Deletes a resource and those that are deleted with it. Raises RefusedError while another resource uses it."""
        resource_type = self._type(token)
        self.calls["delete", token, identifier] = None
        with self._lock(token, identifier):
            self._apply_faults()
            record = self.read(token, identifier)
            with self.store.exclusive():
                self._validate(Change("delete", token, identifier, record.inputs, {}))
                users = list(referrers(self, record))
                for other, reference in users:
                    if reference.blocks_delete and not reference.deleted_with_target:
                        noun, other_noun = resource_type.noun, self._type(other.token).noun
                        message = f"the {noun} {identifier!r} is used by the {other_noun} {other.id!r}"
                        raise RefusedError(HTTPStatus.BAD_REQUEST, message, reference.document)
                self.store.put(replace(record, ready=False))
            for other, reference in users:
                if reference.deleted_with_target:
                    self._type(other.token).behavior.on_delete(self, other)
                    self.store.remove(other.token, other.id)
            resource_type.behavior.on_delete(self, record)
            if resource_type.keeps_name_after_delete:
                self.store.put(replace(record, gone=True))
            else:
                self.store.remove(token, identifier)

    def add(self, token: str, inputs: Values, outputs: Values | None = None) -> Record:
        """Adds a resource without a request or validation, as a controller of the cloud does."""
        return self._save(Record(token, self._type(token).identify(inputs), inputs, outputs or {}))

    def load_known(self, token: str, identifier: str, inputs: Values, outputs: Values) -> Record:
        """Loads a resource from a Pulumi state, so that functions and rules find it. Validates and creates nothing."""
        resource_type = self._type(token)
        record = self._save(Record(token, identifier, inputs, outputs, recalled=True))
        resource_type.behavior.on_load(self, record)
        return record

    def validate_update(self, token: str, identifier: str, inputs: Values) -> str | None:
        """Why an update of a loaded resource would be refused, or "", after which the record is updated.

        None if the resource was not loaded from a state: `update` changes those.
        """
        record = self.store.find(token, identifier)
        if record is None or not record.recalled:
            return None
        try:
            self.update(token, identifier, inputs)
        except RefusedError as refused:
            return f"{refused} ({refused.document})"
        return ""

    def _save(self, record: Record) -> Record:
        self.store.put(record)
        return record

    def _lock(self, token: str, identifier: str) -> threading.RLock:
        with self._counter_lock:
            return self._locks[token, identifier]

    def _type(self, token: str) -> ResourceType:
        if token not in self.types:
            raise RefusedError(HTTPStatus.NOT_FOUND, f"{token} is not simulated")
        return self.types[token]

    def _validate(self, change: Change) -> None:
        violations = list(missing_references(self, change)) if change.operation != "delete" else []
        for rule in self.rules:
            if change.token in rule.tokens and change.operation in rule.operations:
                violations += [(message, rule.document) for message in rule.validate(self, change)]
        if violations:
            documents = ", ".join(dict.fromkeys(document for _, document in violations))
            raise RefusedError(HTTPStatus.BAD_REQUEST, "; ".join(message for message, _ in violations), documents)

    def _apply_faults(self) -> None:
        """Throttles and delays a change as `faults` says."""
        with self._counter_lock:
            self._changes = self._changes + 1 if self.faults.throttling else 0
            throttled = bool(self.faults.throttling) and self._changes % self.faults.throttling == 0
        if throttled:
            raise RefusedError(HTTPStatus.TOO_MANY_REQUESTS, "too many requests: try again more slowly")
        time.sleep(self.faults.slow)


def to_json(record: Record) -> dict[str, Any]:
    """A resource as the account's HTTP API returns it."""
    return {"token": record.token, "id": record.id, "inputs": record.inputs, "outputs": record.outputs}
