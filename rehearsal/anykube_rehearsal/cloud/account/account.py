"""The life of resources in an account: judged, made, changed and removed."""

import threading
import time
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from http import HTTPStatus
from pathlib import Path
from typing import Any

from anykube_rehearsal.cloud import review
from anykube_rehearsal.cloud.account.api import Api
from anykube_rehearsal.cloud.account.model import Change, Faults, Json, Record, RefusedError, Rule, Type, Values
from anykube_rehearsal.cloud.account.references import holders, missing
from anykube_rehearsal.cloud.account.store import Store
from anykube_rehearsal.cloud.kubernetes import Clusters

Function = Callable[["Account", Json], Json]
Reviewer = Callable[["Account", str, object], tuple[str | None, Sequence[str] | None]]
"""Whose a token is for a cluster, and in which groups of Kubernetes' that is there; None: nobody's, nobody."""


class Account:
    """One account, in its folder."""

    def __init__(
        self,
        folder: Path,
        types: Sequence[Type],
        rules: Sequence[Rule],
        reviewer: Reviewer,
        functions: Mapping[str, Function],
        faults: Faults,
        kubernetes: Callable[[Path, str], Clusters] = Clusters,
        apis: Mapping[str, Api] | None = None,
    ) -> None:
        """`kubernetes` makes what is under its clusters, of the folder and of where these ask whose a token is.

        `apis`: those of the cloud's own that it answers, by their hosts.
        """
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        review.prepare(folder)
        self.folder, self.faults = folder, faults
        self.types = {one.token: one for one in types}
        self.rules, self.reviewer, self.functions = rules, reviewer, functions
        self.store = Store(folder / "account.sqlite")
        self.apis = apis or {}
        self._kubernetes = kubernetes
        self._clusters: Clusters | None = None
        self._changes, self._counting = 0, threading.Lock()
        self._at_work: dict[tuple[str, str], threading.RLock] = defaultdict(threading.RLock)

    @property
    def clusters(self) -> Clusters:
        """The Kubernetes of its clusters. Raises RuntimeError before the account answers anywhere."""
        if self._clusters is None:
            raise RuntimeError("the account answers nowhere yet, so that clusters could not ask it whose a token is")
        return self._clusters

    def answers_at(self, url: str) -> None:
        """The account is there: where clusters ask whose a token is."""
        self._clusters = self._kubernetes(self.folder, f"{url}/_anykube/token-review")

    def find(self, token: str, path: str, value: object) -> list[Record]:
        """The resources of a type that have a value there."""
        return [record for record in self.store.all(token) if record.get(path) == value]

    def create(
        self, token: str, inputs: Values, mark: str, *, fresh: bool = False, known: Sequence[str] = ()
    ) -> Record:
        """Makes a resource, or takes over what an earlier making of this mark left. Raises RefusedError.

        `fresh`: nothing is taken over. `known`: ids that are not, since they are about to be replaced.
        """
        kind = self._type(token)
        identifier = kind.identify(inputs)
        with self._one(token, identifier):
            self._busy()
            there = self.store.find(token, identifier)
            known_ours = there is not None and there.mark == mark and not there.gone
            ours = known_ours and not fresh and identifier not in known
            if there is not None and ours and there.ready:
                return there
            if there is not None and not ours and not kind.shared:
                raise RefusedError(HTTPStatus.CONFLICT, f"there is a {kind.noun} {identifier!r} already")
            record = Record(token, identifier, inputs, mark=mark, ready=False)
            with self.store.alone():
                self._judge(Change("create", token, identifier, {}, inputs))
                record = replace(record, outputs=kind.outputs(self, record))
                self.store.put(record)
            try:
                more = kind.behaviour.made(self, record)
            except BaseException:
                self.store.remove(token, identifier)
                raise
            return self._keep(replace(record, outputs={**record.outputs, **more}, ready=True))

    def read(self, token: str, identifier: str) -> Record:
        """A resource. Raises RefusedError where there is none."""
        found = self.store.find(token, identifier)
        if found is None or found.gone:
            raise RefusedError(HTTPStatus.NOT_FOUND, f"there is no {self._type(token).noun} {identifier!r}")
        return found

    def update(self, token: str, identifier: str, inputs: Values) -> Record:
        """Changes a resource; of one that is recalled, just what is known of it. Raises RefusedError."""
        kind = self._type(token)
        with self._one(token, identifier):
            self._busy()
            old = self.read(token, identifier)
            with self.store.alone():
                self._judge(Change("update", token, identifier, old.inputs, inputs))
            new = replace(old, inputs=inputs)
            new = replace(new, outputs={**old.outputs, **kind.outputs(self, new)})
            if old.recalled:
                return self._keep(new)
            return self._keep(replace(new, outputs={**new.outputs, **kind.behaviour.changed(self, old, new)}))

    def delete(self, token: str, identifier: str) -> None:
        """Removes a resource, with what is its own. Raises RefusedError while something else names it."""
        kind = self._type(token)
        with self._one(token, identifier):
            self._busy()
            record = self.read(token, identifier)
            with self.store.alone():
                self._judge(Change("delete", token, identifier, record.inputs, {}))
                found = list(holders(self, record))
                for other, reference in found:
                    if reference.holds and not reference.owned:
                        noun, its = kind.noun, self._type(other.token).noun
                        said = f"the {noun} {identifier!r} is used by the {its} {other.id!r}"
                        raise RefusedError(HTTPStatus.BAD_REQUEST, said, reference.document)
                self.store.put(replace(record, ready=False))
            for other, reference in found:
                if reference.owned:
                    self._type(other.token).behaviour.removed(self, other)
                    self.store.remove(other.token, other.id)
            kind.behaviour.removed(self, record)
            if kind.lasting:
                self.store.put(replace(record, gone=True))
            else:
                self.store.remove(token, identifier)

    def leave(self, token: str, inputs: Values, outputs: Values | None = None) -> Record:
        """Puts a resource there that nobody asked for, as a controller of the cloud does."""
        return self._keep(Record(token, self._type(token).identify(inputs), inputs, outputs or {}))

    def recall(self, token: str, identifier: str, inputs: Values, outputs: Values) -> Record:
        """Knows a resource as a state tells of it, so that functions and rules find it. Nothing is judged or made."""
        kind = self._type(token)
        record = self._keep(Record(token, identifier, inputs, outputs, recalled=True))
        kind.behaviour.recalled(self, record)
        return record

    def foresee(self, token: str, identifier: str, inputs: Values) -> str | None:
        """What it refuses of an update of a resource that is recalled, which else is known from here on as updated.

        Empty where it refuses nothing; None where the resource is not recalled, since what is made changes by `update`.
        """
        found = self.store.find(token, identifier)
        if found is None or not found.recalled:
            return None
        try:
            self.update(token, identifier, inputs)
        except RefusedError as refused:
            return f"{refused} ({refused.document})"
        return ""

    def _keep(self, record: Record) -> Record:
        self.store.put(record)
        return record

    def _one(self, token: str, identifier: str) -> threading.RLock:
        with self._counting:
            return self._at_work[token, identifier]

    def _type(self, token: str) -> Type:
        if token not in self.types:
            raise RefusedError(HTTPStatus.NOT_FOUND, f"{token} is not simulated")
        return self.types[token]

    def _judge(self, change: Change) -> None:
        wrong = list(missing(self, change)) if change.operation != "delete" else []
        for rule in self.rules:
            if change.token in rule.tokens and change.operation in rule.on:
                wrong += [(said, rule.document) for said in rule.judge(self, change)]
        if wrong:
            documents = ", ".join(dict.fromkeys(document for _, document in wrong))
            raise RefusedError(HTTPStatus.BAD_REQUEST, "; ".join(said for said, _ in wrong), documents)

    def _busy(self) -> None:
        """Faults that befall any change."""
        with self._counting:
            self._changes = self._changes + 1 if self.faults.throttling else 0
            refused = bool(self.faults.throttling) and self._changes % self.faults.throttling == 0
        if refused:
            raise RefusedError(HTTPStatus.TOO_MANY_REQUESTS, "too many requests: try again more slowly")
        time.sleep(self.faults.slow)


def shown(record: Record) -> dict[str, Any]:
    """A resource as it travels."""
    return {"token": record.token, "id": record.id, "inputs": record.inputs, "outputs": record.outputs}
