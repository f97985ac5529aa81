"""Creates, reads, updates and deletes resources: in the account if their type is simulated, else in files."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Generic, TypeVar

from anykube_cli.plugin.values import UNKNOWN, is_known
from anykube_cli.toolchain import simulation

from anykube_rehearsal.cloud.plugin import generic, reports
from anykube_rehearsal.cloud.plugin import state as states
from anykube_rehearsal.cloud.plugin.cloud import Cloud
from anykube_rehearsal.cloud.plugin.kind import CreateRequest, Kind

Values = Mapping[str, Any]
A = TypeVar("A")

INPUTS = simulation.MARK
"""The key of the inputs in a state. Marks a state as a rehearsal's."""


@dataclass(frozen=True)
class Resource:
    """A resource of a program."""

    token: str
    urn: str
    identifier: str
    inputs: Values
    state: Values = field(default_factory=dict)
    """The outputs in the engine's state."""


def preview_create(cloud: Cloud[Any], resource: Resource) -> dict[str, object]:
    """The outputs in the preview of a create."""
    inputs = _without_internal(resource.inputs)
    return states.planned_outputs(cloud.sdk.resource(resource.token), cloud.tables.table(resource.token), inputs)


def preview_update(cloud: Cloud[Any], resource: Resource, new: Values) -> dict[str, object]:
    """The outputs in the preview of an update."""
    if cloud.stable_outputs is not None:
        stable = {wire: resource.state[wire] for wire in cloud.stable_outputs if wire in resource.state}
        return {**preview_create(cloud, replace(resource, inputs=new)), **stable}
    kind = cloud.kinds.get(resource.token)
    unknown = dict.fromkeys(kind.volatile if kind else (), UNKNOWN)
    return {**resource.state, **_without_internal(new), **unknown}


def _without_internal(values: Values) -> dict[str, Any]:
    return {key: value for key, value in values.items() if not key.startswith("__")}


class Resources(Generic[A]):
    """The resources of one configured provider."""

    def __init__(self, cloud: Cloud[A], account: A) -> None:
        self.account = account
        self._cloud = cloud
        self._known_ids: dict[str, set[str]] = defaultdict(set)
        self._urns_in_state: set[str] = set()

    def remember(self, urn: str, identifier: str) -> None:
        """Remembers an id in the engine's state, so that a replacement does not adopt the resource."""
        self._known_ids[urn].add(identifier)

    def mark_in_state(self, urn: str) -> None:
        """Remembers that the state has the resource. At a forced replacement, the engine never sends its id."""
        self._urns_in_state.add(urn)

    def _account(self, resource: Resource) -> A:
        return self._cloud.locate(self.account, {**resource.state, **resource.inputs})

    def create(self, resource: Resource) -> tuple[str, dict[str, object]]:
        """Creates the resource and returns its id and outputs."""
        account, kind = self._account(resource), self._cloud.kinds.get(resource.token)
        if kind is None:
            identifier = generic.identify(resource.urn, resource.inputs)
            signature = self._cloud.sdk.resource(resource.token)
            outputs = generic.default_outputs(self._cloud, signature, account, identifier, resource.inputs)
            generic.save(resource.urn, identifier, outputs)
        else:
            known_ids = frozenset(self._known_ids[resource.urn])
            inputs = _without_internal(resource.inputs)
            forced_replacement = resource.urn in self._urns_in_state and not known_ids
            identifier = kind.create(CreateRequest(account, resource.urn, inputs, known_ids, forced_replacement))
            outputs = self._read_outputs(account, kind, identifier, resource.inputs, resource.inputs)
        self.remember(resource.urn, identifier)
        return identifier, outputs

    def _read_outputs(
        self, account: A, kind: Kind[A], identifier: str, inputs: Values, state: Values
    ) -> dict[str, object]:
        current = kind.read(account, identifier, state)
        if current is None:
            raise RuntimeError(f"{kind.token} {identifier} was deleted while it was created or updated")
        return states.state_outputs(self._cloud, self._cloud.sdk.resource(kind.token), account, inputs, current)

    def read(self, resource: Resource) -> tuple[dict[str, object], dict[str, object]] | None:
        """The current outputs and the inputs that match them; None if the resource does not exist."""
        self.remember(resource.urn, resource.identifier)
        account, kind = self._account(resource), self._cloud.kinds.get(resource.token)
        signature = self._cloud.sdk.resource(resource.token)
        if kind is None:
            outputs = generic.load(resource.urn, resource.identifier)
        else:
            current = kind.read(account, resource.identifier, {**resource.inputs, **resource.state})
            outputs = current and states.state_outputs(self._cloud, signature, account, resource.inputs, current)
        if outputs is None:
            return None
        return outputs, states.refreshed_inputs(self._cloud, signature, resource.inputs, outputs)

    def update(self, resource: Resource, new: Values) -> dict[str, object]:
        """Updates the resource in place and returns its outputs."""
        self.remember(resource.urn, resource.identifier)
        account, kind = self._account(resource), self._cloud.kinds.get(resource.token)
        if kind is None:
            signature, values = self._cloud.sdk.resource(resource.token), {**resource.state, **new}
            outputs = generic.default_outputs(self._cloud, signature, account, resource.identifier, values)
            generic.save(resource.urn, resource.identifier, outputs)
            return outputs
        kind.update(account, resource.identifier, resource.inputs, new)
        labels = self._cloud.labels
        wire = labels.all_output or labels.input_of(resource.token)
        before, after = resource.inputs.get(wire) or {}, new.get(wire) or {}
        if before != after:
            removed = sorted(key for key in before.keys() - after.keys() if not labels.is_hidden(key))
            kind.tag(account, resource.identifier, resource.state, after, removed)
        return self._read_outputs(account, kind, resource.identifier, new, {**resource.state, **new})

    def preview_loaded(self, resource: Resource, new: Values) -> dict[str, object] | None:
        """The outputs after an update of a resource loaded from a state; None if it was not loaded from a state.

        Validates inputs that are not known yet with their old values. Reports an update that would be refused.
        """
        account, kind = self._account(resource), self._cloud.kinds.get(resource.token)
        if kind is None:
            return None
        inputs = _without_internal(new)
        unknown = {key for key, value in inputs.items() if not is_known(value)}
        known = {key: resource.inputs.get(key) if key in unknown else value for key, value in inputs.items()}
        reason = kind.validate_update(account, resource.identifier, known)
        if reason is None:
            return None
        if reason:
            reports.report_refused_update(resource.urn, resource.token, reason)
        outputs = self._read_outputs(account, kind, resource.identifier, known, {**resource.state, **known})
        return {**outputs, **{key: inputs[key] for key in unknown}}

    def delete(self, resource: Resource) -> None:
        """Deletes the resource."""
        account, kind = self._account(resource), self._cloud.kinds.get(resource.token)
        if kind is None:
            generic.delete(resource.urn, resource.identifier)
        else:
            kind.delete(account, resource.identifier, {**resource.inputs, **resource.state})
