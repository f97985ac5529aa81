"""The life of a resource: made for real where its type is backed, remembered where it is not."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Generic, TypeVar

from anykube_cli.plugin.values import UNKNOWN, is_known
from anykube_cli.toolchain import simulation

from anykube_rehearsal.cloud.plugin import generic, reports
from anykube_rehearsal.cloud.plugin import state as states
from anykube_rehearsal.cloud.plugin.cloud import Cloud
from anykube_rehearsal.cloud.plugin.kind import Kind, Making

Values = Mapping[str, Any]
A = TypeVar("A")

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


def planned(cloud: Cloud[Any], resource: Resource) -> dict[str, object]:
    """The outputs that a preview can tell."""
    given = {key: value for key, value in resource.inputs.items() if not key.startswith("__")}
    return states.planned(cloud.sdk.resource(resource.token), cloud.tables.table(resource.token), given)


def expected(cloud: Cloud[Any], resource: Resource, new: Values) -> dict[str, object]:
    """The outputs that a preview of an update can tell."""
    if cloud.stable is not None:
        kept = {wire: resource.state[wire] for wire in cloud.stable if wire in resource.state}
        return {**planned(cloud, replace(resource, inputs=new)), **kept}
    kind = cloud.kinds.get(resource.token)
    given = {key: value for key, value in new.items() if not key.startswith("__")}
    return {**resource.state, **given, **dict.fromkeys(kind.volatile if kind else (), UNKNOWN)}


class Resources(Generic[A]):
    """The resources of one provider."""

    def __init__(self, cloud: Cloud[A], account: A) -> None:
        self.account = account
        self._cloud = cloud
        self._known: dict[str, set[str]] = defaultdict(set)
        self._stated: set[str] = set()

    def know(self, urn: str, identifier: str) -> None:
        """Notes that the engine has this in its state: a replacement of it must not take it over."""
        self._known[urn].add(identifier)

    def stated(self, urn: str) -> None:
        """Notes that the engine has one in its state. Where a replacement is forced, it never tells the id."""
        self._stated.add(urn)

    def _account(self, resource: Resource) -> A:
        return self._cloud.placed(self.account, {**resource.state, **resource.inputs})

    def create(self, resource: Resource) -> tuple[str, dict[str, object]]:
        """Makes it, and says its id and outputs."""
        account, kind = self._account(resource), self._cloud.kinds.get(resource.token)
        if kind is None:
            identifier = generic.identify(resource.urn, resource.inputs)
            signature = self._cloud.sdk.resource(resource.token)
            outputs = generic.plausible(self._cloud, signature, account, identifier, resource.inputs)
            generic.keep(resource.urn, identifier, outputs)
        else:
            known = frozenset(self._known[resource.urn])
            given = {key: value for key, value in resource.inputs.items() if not key.startswith("__")}
            unnamed = resource.urn in self._stated and not known
            identifier = kind.create(Making(account, resource.urn, given, known, unnamed))
            outputs = self._now(account, kind, identifier, resource.inputs, resource.inputs)
        self.know(resource.urn, identifier)
        return identifier, outputs

    def _now(self, account: A, kind: Kind[A], identifier: str, inputs: Values, state: Values) -> dict[str, object]:
        found = kind.read(account, identifier, state)
        if found is None:
            raise RuntimeError(f"{kind.token} {identifier} is gone although it was there a moment ago")
        return states.outputs(self._cloud, self._cloud.sdk.resource(kind.token), account, inputs, found)

    def read(self, resource: Resource) -> tuple[dict[str, object], dict[str, object]] | None:
        """Its outputs as they are now, and the inputs that would make them; None where it is gone."""
        self.know(resource.urn, resource.identifier)
        account, kind = self._account(resource), self._cloud.kinds.get(resource.token)
        signature = self._cloud.sdk.resource(resource.token)
        if kind is None:
            outputs = generic.kept(resource.urn, resource.identifier)
        else:
            found = kind.read(account, resource.identifier, {**resource.inputs, **resource.state})
            outputs = found and states.outputs(self._cloud, signature, account, resource.inputs, found)
        if outputs is None:
            return None
        return outputs, states.refreshed(self._cloud, signature, resource.inputs, outputs)

    def update(self, resource: Resource, new: Values) -> dict[str, object]:
        """Changes it in place, and says its outputs."""
        self.know(resource.urn, resource.identifier)
        account, kind = self._account(resource), self._cloud.kinds.get(resource.token)
        if kind is None:
            signature, now = self._cloud.sdk.resource(resource.token), {**resource.state, **new}
            outputs = generic.plausible(self._cloud, signature, account, resource.identifier, now)
            generic.keep(resource.urn, resource.identifier, outputs)
            return outputs
        kind.update(account, resource.identifier, resource.inputs, new)
        labels = self._cloud.labels
        wire = labels.all or labels.of(resource.token)
        before, after = resource.inputs.get(wire) or {}, new.get(wire) or {}
        if before != after:
            gone = sorted(key for key in before.keys() - after.keys() if not labels.hidden(key))
            kind.tag(account, resource.identifier, resource.state, after, gone)
        return self._now(account, kind, resource.identifier, new, {**resource.state, **new})

    def foreseen(self, resource: Resource, new: Values) -> dict[str, object] | None:
        """The outputs that an update would lead to, where the account knows the resource from a state alone; None where
        it is there. An input that is not known yet is judged as it was. What would be refused is reported.
        """
        account, kind = self._account(resource), self._cloud.kinds.get(resource.token)
        if kind is None:
            return None
        given = {key: value for key, value in new.items() if not key.startswith("__")}
        unknown = {key for key, value in given.items() if not is_known(value)}
        known = {key: resource.inputs.get(key) if key in unknown else value for key, value in given.items()}
        refused = kind.foresee(account, resource.identifier, known)
        if refused is None:
            return None
        if refused:
            reports.refused(resource.urn, resource.token, refused)
        now = self._now(account, kind, resource.identifier, known, {**resource.state, **known})
        return {**now, **{key: given[key] for key in unknown}}

    def delete(self, resource: Resource) -> None:
        """Removes it."""
        account, kind = self._account(resource), self._cloud.kinds.get(resource.token)
        if kind is None:
            generic.forget(resource.urn, resource.identifier)
        else:
            kind.delete(account, resource.identifier, {**resource.inputs, **resource.state})
