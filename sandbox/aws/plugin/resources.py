"""The life of a resource: made for real where its type is backed, remembered where it is not."""

import threading
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sandbox.aws.plugin import generic, sdk
from sandbox.aws.plugin import state as states
from sandbox.aws.plugin.account import MARK, Account
from sandbox.aws.plugin.backed.kind import Kind, Making
from sandbox.aws.plugin.backed.registry import KINDS
from sandbox.aws.plugin.table import table
from toolchain import simulation

Values = Mapping[str, Any]

INPUTS = simulation.MARK
"""Where the state keeps the inputs that made it; by this it is known for a rehearsal's."""


@dataclass(frozen=True)
class Resource:
    """One resource of a program."""

    token: str
    urn: str
    identifier: str
    inputs: Values
    state: Values = field(default_factory=dict)
    """Its outputs, as the engine has them."""

    @property
    def kind(self) -> Kind | None:
        """What makes it; None for a type that nothing is made for."""
        return KINDS.get(self.token)

    @property
    def volatile(self) -> frozenset[str]:
        """Outputs that an update may change."""
        return self.kind.volatile if self.kind else frozenset()

    def planned(self) -> dict[str, object]:
        """The outputs that a preview can tell."""
        given = {key: value for key, value in self.inputs.items() if not key.startswith("__")}
        return states.planned(sdk.resource(self.token), table(self.token), given)


class Resources:
    """The resources of one provider."""

    def __init__(self, account: Account) -> None:
        self.account = account
        self._known: dict[str, set[str]] = defaultdict(set)
        self._stated: set[str] = set()
        self._regions: dict[str, Account] = {}
        self._lock = threading.Lock()

    def know(self, urn: str, identifier: str) -> None:
        """Notes that the engine has this in its state: a replacement of it must not take it over."""
        self._known[urn].add(identifier)

    def stated(self, urn: str) -> None:
        """Notes that the engine has one in its state. Where a replacement is forced, it never tells the id."""
        self._stated.add(urn)

    def _account(self, resource: Resource) -> Account:
        region = resource.inputs.get("region") or resource.state.get("region")
        if not isinstance(region, str) or region == self.account.region:
            return self.account
        with self._lock:
            return self._regions.setdefault(region, self.account.elsewhere(region))

    def create(self, resource: Resource) -> tuple[str, dict[str, object]]:
        """Makes it, and says its id and outputs."""
        account, kind = self._account(resource), resource.kind
        if kind is None:
            identifier = generic.identify(resource.urn, resource.inputs)
            outputs = generic.plausible(sdk.resource(resource.token), account, identifier, resource.inputs)
            generic.keep(resource.urn, identifier, outputs)
        else:
            known = frozenset(self._known[resource.urn])
            given = {key: value for key, value in resource.inputs.items() if not key.startswith("__")}
            unnamed = resource.urn in self._stated and not known
            identifier = kind.create(Making(account, resource.urn, given, known, unnamed))
            outputs = self._now(account, kind, identifier, resource.inputs, resource.inputs)
        self.know(resource.urn, identifier)
        return identifier, outputs

    def _now(self, account: Account, kind: Kind, identifier: str, inputs: Values, state: Values) -> dict[str, object]:
        found = kind.read(account, identifier, state)
        if found is None:
            raise RuntimeError(f"{kind.token} {identifier} is gone although it was there a moment ago")
        return states.outputs(sdk.resource(kind.token), table(kind.token), account, inputs, found)

    def read(self, resource: Resource) -> tuple[dict[str, object], dict[str, object]] | None:
        """Its outputs as they are now, and the inputs that would make them; None where it is gone."""
        self.know(resource.urn, resource.identifier)
        account, kind, signature = self._account(resource), resource.kind, sdk.resource(resource.token)
        if kind is None:
            outputs = generic.kept(resource.urn, resource.identifier)
        else:
            found = kind.read(account, resource.identifier, {**resource.inputs, **resource.state})
            facts = table(resource.token)
            outputs = found and states.outputs(signature, facts, account, resource.inputs, found)
        if outputs is None:
            return None
        return outputs, states.refreshed(signature, table(resource.token), resource.inputs, outputs)

    def update(self, resource: Resource, new: Values) -> dict[str, object]:
        """Changes it in place, and says its outputs."""
        self.know(resource.urn, resource.identifier)
        account, kind, signature = self._account(resource), resource.kind, sdk.resource(resource.token)
        if kind is None:
            outputs = generic.plausible(signature, account, resource.identifier, {**resource.state, **new})
            generic.keep(resource.urn, resource.identifier, outputs)
            return outputs
        kind.update(account, resource.identifier, resource.inputs, new)
        before, after = resource.inputs.get("tagsAll") or {}, new.get("tagsAll") or {}
        if before != after:
            gone = sorted(key for key in before.keys() - after.keys() if key != MARK)
            kind.tag(account, resource.identifier, resource.state, after, gone)
        return self._now(account, kind, resource.identifier, new, {**resource.state, **new})

    def delete(self, resource: Resource) -> None:
        """Removes it."""
        account, kind = self._account(resource), resource.kind
        if kind is None:
            generic.forget(resource.urn, resource.identifier)
        else:
            kind.delete(account, resource.identifier, {**resource.inputs, **resource.state})
