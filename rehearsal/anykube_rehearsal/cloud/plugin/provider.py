"""The Pulumi provider that serves all resources and functions of a cloud's SDK to the engine."""

import asyncio
import json
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Generic, TypeVar

from anykube_cli.plugin.values import Unknown, property_values, python_value, python_values
from pulumi.provider.experimental import provider as pulumi_provider
from pulumi.provider.experimental.property_value import PropertyValue

from anykube_rehearsal.cloud.plugin import configuration, invokes, reports
from anykube_rehearsal.cloud.plugin.checks import Failure
from anykube_rehearsal.cloud.plugin.cloud import Cloud
from anykube_rehearsal.cloud.plugin.diff import Change, changes, delete_before_replace
from anykube_rehearsal.cloud.plugin.prepare import prepare
from anykube_rehearsal.cloud.plugin.resources import INPUTS, Resource, Resources, preview_create, preview_update

T = TypeVar("T")
A = TypeVar("A")

_KINDS = {
    ("add", False): pulumi_provider.PropertyDiffKind.ADD,
    ("add", True): pulumi_provider.PropertyDiffKind.ADD_REPLACE,
    ("delete", False): pulumi_provider.PropertyDiffKind.DELETE,
    ("delete", True): pulumi_provider.PropertyDiffKind.DELETE_REPLACE,
    ("update", False): pulumi_provider.PropertyDiffKind.UPDATE,
    ("update", True): pulumi_provider.PropertyDiffKind.UPDATE_REPLACE,
}


class Provider(pulumi_provider.Provider, Generic[A]):
    """The simulated plugin of a cloud."""

    def __init__(self, cloud: Cloud[A]) -> None:
        self._cloud = cloud
        self._resources: Resources[A] | None = None
        # Many node pools may wait for minutes at once, which needs more threads than asyncio's default.
        self._threads = ThreadPoolExecutor(64)

    async def _blocking(self, work: Callable[..., T], *arguments: Any) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._threads, work, *arguments)

    def _configured(self) -> Resources[A]:
        if self._resources is None:
            name, wire = self._cloud.display_name, self._cloud.settings.location_input
            raise ValueError(f"the {name} provider has no {wire} yet. Set {wire} to a value that is known in previews")
        return self._resources

    async def get_schema(self, request: pulumi_provider.GetSchemaRequest) -> pulumi_provider.GetSchemaResponse:
        """A minimal schema: programs use the installed SDK."""
        del request
        return pulumi_provider.GetSchemaResponse(json.dumps({"name": self._cloud.name}))

    async def check_config(self, request: pulumi_provider.CheckRequest) -> pulumi_provider.CheckResponse:
        """Validates the provider's configuration."""
        config = configuration.decode(self._cloud, python_values(request.new_inputs))
        failures = configuration.validate(self._cloud, config)
        return pulumi_provider.CheckResponse(request.new_inputs, _failures(failures))

    async def diff_config(self, request: pulumi_provider.DiffRequest) -> pulumi_provider.DiffResponse:
        """Another location, such as a region, replaces the provider and every resource in it."""
        old, new, wire = (
            python_values(request.old_state),
            python_values(request.new_inputs),
            self._cloud.settings.location_input,
        )
        moved = wire in old and not isinstance(new.get(wire), Unknown) and old[wire] != new.get(wire)
        return pulumi_provider.DiffResponse(replaces=[wire] if moved else [])

    async def configure(self, request: pulumi_provider.ConfigureRequest) -> pulumi_provider.ConfigureResponse:
        """Connects to the account. Raises ValueError if it is not on this machine or the configuration is invalid."""
        config, settings = configuration.decode(self._cloud, python_values(request.args)), self._cloud.settings
        account = settings.account(config)
        if account is not None:
            self._resources = Resources(self._cloud, account)
        elif not isinstance(config.get(settings.location_input), Unknown):
            failures = configuration.validate(self._cloud, config)
            raise ValueError("; ".join(f"{failure.path} {failure.reason}" for failure in failures))
        return pulumi_provider.ConfigureResponse(
            accept_secrets=True, supports_preview=True, accept_resources=False, accept_outputs=False
        )

    async def check(self, request: pulumi_provider.CheckRequest) -> pulumi_provider.CheckResponse:
        """Validates the inputs, and adds a name, all tags and defaults."""
        token = _token(request.type)
        labels = self._cloud.labels
        default = labels.default(self._resources.account) if self._resources else {}
        if self._resources and request.old_inputs:
            self._resources.mark_in_state(request.urn)
        new, old = _plain_all(request.new_inputs), _plain_all(request.old_inputs)
        seed = request.random_seed or b""
        added, failures = await self._blocking(prepare, self._cloud, token, request.name, seed, old, new, default)
        inputs = {key: value for key, value in request.new_inputs.items() if not key.startswith("__")}
        secrets = _secret(inputs)
        secrets |= {labels.all_output} if labels.input_of(token) in secrets else set()
        return pulumi_provider.CheckResponse({**inputs, **property_values(added, secrets)}, _failures(failures))

    async def diff(self, request: pulumi_provider.DiffRequest) -> pulumi_provider.DiffResponse:
        """What changes, and whether that replaces the resource."""
        token = _token(request.type)
        old, new = self._old_inputs(token, request.old_state), _plain_all(request.new_inputs)
        if self._resources:
            self._resources.remember(request.urn, request.resource_id)
        table = self._cloud.tables.table(token)
        differences = changes(table, old, {k: v for k, v in new.items() if k not in request.ignore_changes})
        differences = [change for change in differences if change.input_path not in request.ignore_changes]
        await self._blocking(reports.report_unknown_replacements, request.urn, token, differences)
        names = frozenset(filter(None, [self._cloud.naming.name_input(self._cloud.sdk.resource(token)), "name"]))
        return pulumi_provider.DiffResponse(
            changes=bool(differences),
            replaces=sorted({_root(change) for change in differences if change.replaces}),
            diffs=sorted({_root(change) for change in differences}),
            delete_before_replace=delete_before_replace(differences, new, names),
            detailed_diff={
                change.input_path: pulumi_provider.PropertyDiff(_KINDS[change.kind, change.replaces], True)
                for change in differences
            },
        )

    async def create(self, request: pulumi_provider.CreateRequest) -> pulumi_provider.CreateResponse:
        """Creates a resource; in a preview, predicts its outputs."""
        resource = Resource(_token(request.type), request.urn, "", _plain_all(request.properties))
        secrets = _secret(request.properties)
        if request.preview:
            return pulumi_provider.CreateResponse(None, property_values(preview_create(self._cloud, resource), secrets))
        identifier, outputs = await self._blocking(self._configured().create, resource)
        return pulumi_provider.CreateResponse(identifier, _state(outputs, request.properties, secrets))

    async def read(self, request: pulumi_provider.ReadRequest) -> pulumi_provider.ReadResponse:
        """Reads the current state, for refresh and import."""
        token = _token(request.type)
        inputs = _plain_all(request.inputs) or self._old_inputs(token, request.properties)
        resource = Resource(token, request.urn, request.resource_id, inputs, python_values(request.properties))
        current = await self._blocking(self._configured().read, resource)
        if current is None:
            return pulumi_provider.ReadResponse("", {}, {})
        outputs, inputs = current
        secrets = _secret(request.inputs) | _secret(request.properties)
        properties = property_values(inputs, secrets)
        return pulumi_provider.ReadResponse(request.resource_id, _state(outputs, properties, secrets), properties)

    async def update(self, request: pulumi_provider.UpdateRequest) -> pulumi_provider.UpdateResponse:
        """Updates a resource in place."""
        token = _token(request.type)
        old, new = self._old_inputs(token, request.olds), _plain_all(request.news)
        resource = Resource(token, request.urn, request.resource_id, old, python_values(request.olds))
        secrets = _secret(request.news)
        if request.preview:
            resources = self._resources
            outputs = await self._blocking(resources.preview_loaded, resource, new) if resources else None
            if outputs is None:
                outputs = preview_update(self._cloud, resource, new)
            return pulumi_provider.UpdateResponse(property_values(outputs, secrets))
        outputs = await self._blocking(self._configured().update, resource, new)
        return pulumi_provider.UpdateResponse(_state(outputs, request.news, secrets))

    async def delete(self, request: pulumi_provider.DeleteRequest) -> None:
        """Deletes a resource."""
        token = _token(request.type)
        inputs = self._old_inputs(token, request.properties)
        resource = Resource(token, request.urn, request.resource_id, inputs, python_values(request.properties))
        await self._blocking(self._configured().delete, resource)

    async def invoke(self, request: pulumi_provider.InvokeRequest) -> pulumi_provider.InvokeResponse:
        """Calls a function."""
        arguments = python_values(request.args)
        failures = await self._blocking(invokes.validate, self._cloud, request.tok, arguments)
        if failures:
            return pulumi_provider.InvokeResponse(failures=_failures(failures))
        account = self._configured().account
        return pulumi_provider.InvokeResponse(
            property_values(await self._blocking(invokes.invoke, self._cloud, account, request.tok, arguments))
        )

    def _old_inputs(self, token: str, state: Mapping[str, PropertyValue]) -> dict[str, Any]:
        """The inputs of a state, which are stored in it, since Pulumi's provider framework does not pass them to Diff.

        Raises ValueError for a state that no rehearsal created.
        """
        if state and INPUTS not in state:
            raise ValueError(
                f"this {token} is in a real account, which the simulated {self._cloud.display_name} must not change. "
                "Rehearse with a new, empty state"
            )
        inputs = python_value(state[INPUTS]) if state else {}
        return dict(inputs) if isinstance(inputs, Mapping) else {}


def _token(type_path: str) -> str:
    """Strips the types of the parents from `anykube:aws:Cluster$aws:eks/cluster:Cluster`."""
    return type_path.rpartition("$")[2]


def _root(change: Change) -> str:
    return change.path.partition(".")[0]


def _failures(failures: Sequence[Failure]) -> list[pulumi_provider.CheckFailure]:
    return [pulumi_provider.CheckFailure(each.path, f"{each.path}: {each.reason}") for each in failures]


def _plain_all(values: Mapping[str, PropertyValue]) -> dict[str, Any]:
    """The values, and `__defaults`, which lists those that the provider chose."""
    return {
        key: python_value(value) for key, value in values.items() if not key.startswith("__") or key == "__defaults"
    }


def _secret(values: Mapping[str, PropertyValue]) -> set[str]:
    """The properties that contain a secret."""
    return {key for key, value in values.items() if _has_secret(value)}


def _has_secret(value: PropertyValue) -> bool:
    inner = value.value
    if isinstance(inner, Mapping):
        return value.is_secret or any(map(_has_secret, inner.values()))
    if isinstance(inner, Sequence) and not isinstance(inner, str):
        return value.is_secret or any(map(_has_secret, inner))
    return value.is_secret


def _state(
    outputs: Mapping[str, object], inputs: Mapping[str, PropertyValue], secrets: set[str]
) -> dict[str, PropertyValue]:
    """The state for the engine: the outputs and, unchanged, the inputs. Secrets stay secret."""
    return {**property_values(outputs, secrets), INPUTS: PropertyValue(dict(inputs))}
