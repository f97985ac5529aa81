"""Serves any resource and function of a cloud's SDK to the engine."""

import asyncio
import json
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Generic, TypeVar

from anykube_cli.plugin.values import Unknown, plain, plain_map, property_map
from pulumi.provider.experimental import provider as pulumi_provider
from pulumi.provider.experimental.property_value import PropertyValue

from anykube_rehearsal.cloud.plugin import configuration, invokes, reports
from anykube_rehearsal.cloud.plugin.checks import Failure
from anykube_rehearsal.cloud.plugin.cloud import Cloud
from anykube_rehearsal.cloud.plugin.diff import Change, changes, deletes_first
from anykube_rehearsal.cloud.plugin.prepare import prepare
from anykube_rehearsal.cloud.plugin.resources import INPUTS, Resource, Resources, expected, planned

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
        # Node pools wait for minutes, many at once: more threads than asyncio has of its own.
        self._threads = ThreadPoolExecutor(64)

    async def _blocking(self, work: Callable[..., T], *arguments: Any) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._threads, work, *arguments)

    def _configured(self) -> Resources[A]:
        if self._resources is None:
            said, home = self._cloud.said, self._cloud.settings.home
            raise ValueError(f"the {said} provider has no {home} yet, so nothing can be made or read through it")
        return self._resources

    async def get_schema(self, request: pulumi_provider.GetSchemaRequest) -> pulumi_provider.GetSchemaResponse:
        """Nothing is generated from here: programs have the SDK."""
        del request
        return pulumi_provider.GetSchemaResponse(json.dumps({"name": self._cloud.name}))

    async def check_config(self, request: pulumi_provider.CheckRequest) -> pulumi_provider.CheckResponse:
        """Judges the provider's own configuration."""
        given = configuration.decode(self._cloud, plain_map(request.new_inputs))
        failures = configuration.judge(self._cloud, given)
        return pulumi_provider.CheckResponse(request.new_inputs, _failures(failures))

    async def diff_config(self, request: pulumi_provider.DiffRequest) -> pulumi_provider.DiffResponse:
        """Another home, such as a region, is another provider: everything in it is made anew."""
        old, new, home = plain_map(request.old_state), plain_map(request.new_inputs), self._cloud.settings.home
        moved = home in old and not isinstance(new.get(home), Unknown) and old[home] != new.get(home)
        return pulumi_provider.DiffResponse(replaces=[home] if moved else [])

    async def configure(self, request: pulumi_provider.ConfigureRequest) -> pulumi_provider.ConfigureResponse:
        """Takes the account. Raises ValueError where it is not on this machine, or without what it needs."""
        config, settings = configuration.decode(self._cloud, plain_map(request.args)), self._cloud.settings
        account = settings.account(config)
        if account is not None:
            self._resources = Resources(self._cloud, account)
        elif not isinstance(config.get(settings.home), Unknown):
            wrong = configuration.judge(self._cloud, config)
            raise ValueError("; ".join(f"{found.path} {found.reason}" for found in wrong))
        return pulumi_provider.ConfigureResponse(
            accept_secrets=True, supports_preview=True, accept_resources=False, accept_outputs=False
        )

    async def check(self, request: pulumi_provider.CheckRequest) -> pulumi_provider.CheckResponse:
        """Judges the inputs, and adds a name, all tags, and defaults."""
        token = _token(request.type)
        labels = self._cloud.labels
        default = labels.default(self._resources.account) if self._resources else {}
        if self._resources and request.old_inputs:
            self._resources.stated(request.urn)
        new, old = _plain_all(request.new_inputs), _plain_all(request.old_inputs)
        seed = request.random_seed or b""
        added, failures = await self._blocking(prepare, self._cloud, token, request.name, seed, old, new, default)
        inputs = {key: value for key, value in request.new_inputs.items() if not key.startswith("__")}
        secrets = _secret(inputs)
        secrets |= {labels.all} if labels.of(token) in secrets else set()
        return pulumi_provider.CheckResponse({**inputs, **property_map(added, secrets)}, _failures(failures))

    async def diff(self, request: pulumi_provider.DiffRequest) -> pulumi_provider.DiffResponse:
        """What changes, and what of it makes a new resource."""
        token = _token(request.type)
        old, new = self._old_inputs(token, request.old_state), _plain_all(request.new_inputs)
        if self._resources:
            self._resources.know(request.urn, request.resource_id)
        facts = self._cloud.tables.table(token)
        found = changes(facts, old, {k: v for k, v in new.items() if k not in request.ignore_changes})
        found = [change for change in found if change.where not in request.ignore_changes]
        await self._blocking(reports.unknown, request.urn, token, found)
        named = frozenset(filter(None, [self._cloud.naming.input(self._cloud.sdk.resource(token)), "name"]))
        return pulumi_provider.DiffResponse(
            changes=bool(found),
            replaces=sorted({_root(change) for change in found if change.replaces}),
            diffs=sorted({_root(change) for change in found}),
            delete_before_replace=deletes_first(found, new, named),
            detailed_diff={
                change.where: pulumi_provider.PropertyDiff(_KINDS[change.kind, change.replaces], True)
                for change in found
            },
        )

    async def create(self, request: pulumi_provider.CreateRequest) -> pulumi_provider.CreateResponse:
        """Makes a resource; in a preview, says which outputs it would have."""
        resource = Resource(_token(request.type), request.urn, "", _plain_all(request.properties))
        secrets = _secret(request.properties)
        if request.preview:
            return pulumi_provider.CreateResponse(None, property_map(planned(self._cloud, resource), secrets))
        identifier, outputs = await self._blocking(self._configured().create, resource)
        return pulumi_provider.CreateResponse(identifier, _state(outputs, request.properties, secrets))

    async def read(self, request: pulumi_provider.ReadRequest) -> pulumi_provider.ReadResponse:
        """What there is now: for refresh and import."""
        token = _token(request.type)
        inputs = _plain_all(request.inputs) or self._old_inputs(token, request.properties)
        resource = Resource(token, request.urn, request.resource_id, inputs, plain_map(request.properties))
        found = await self._blocking(self._configured().read, resource)
        if found is None:
            return pulumi_provider.ReadResponse("", {}, {})
        outputs, now = found
        secrets = _secret(request.inputs) | _secret(request.properties)
        shown = property_map(now, secrets)
        return pulumi_provider.ReadResponse(request.resource_id, _state(outputs, shown, secrets), shown)

    async def update(self, request: pulumi_provider.UpdateRequest) -> pulumi_provider.UpdateResponse:
        """Changes a resource in place."""
        token = _token(request.type)
        old, new = self._old_inputs(token, request.olds), _plain_all(request.news)
        resource = Resource(token, request.urn, request.resource_id, old, plain_map(request.olds))
        secrets = _secret(request.news)
        if request.preview:
            own = self._resources
            foreseen = await self._blocking(own.foreseen, resource, new) if own else None
            shown = expected(self._cloud, resource, new) if foreseen is None else foreseen
            return pulumi_provider.UpdateResponse(property_map(shown, secrets))
        outputs = await self._blocking(self._configured().update, resource, new)
        return pulumi_provider.UpdateResponse(_state(outputs, request.news, secrets))

    async def delete(self, request: pulumi_provider.DeleteRequest) -> None:
        """Removes a resource."""
        token = _token(request.type)
        inputs = self._old_inputs(token, request.properties)
        resource = Resource(token, request.urn, request.resource_id, inputs, plain_map(request.properties))
        await self._blocking(self._configured().delete, resource)

    async def invoke(self, request: pulumi_provider.InvokeRequest) -> pulumi_provider.InvokeResponse:
        """Answers a function."""
        arguments = plain_map(request.args)
        failures = await self._blocking(invokes.judge, self._cloud, request.tok, arguments)
        if failures:
            return pulumi_provider.InvokeResponse(failures=_failures(failures))
        account = self._configured().account
        return pulumi_provider.InvokeResponse(
            property_map(await self._blocking(invokes.answer, self._cloud, account, request.tok, arguments))
        )

    def _old_inputs(self, token: str, state: Mapping[str, PropertyValue]) -> dict[str, Any]:
        """The inputs that made a state: kept in it, since the frame does not hand them to Diff.

        Raises ValueError for a state that no rehearsal has made.
        """
        if state and INPUTS not in state:
            raise ValueError(
                f"this {token} was made in a real account: the simulated {self._cloud.said} does not touch what is "
                "said of it. A rehearsal begins with a state of its own"
            )
        kept = plain(state[INPUTS]) if state else {}
        return dict(kept) if isinstance(kept, Mapping) else {}


def _token(type_path: str) -> str:
    """The types of the parents come first: `anykube:aws:Cluster$aws:eks/cluster:Cluster`."""
    return type_path.rpartition("$")[2]


def _root(change: Change) -> str:
    return change.path.partition(".")[0]


def _failures(failures: Sequence[Failure]) -> list[pulumi_provider.CheckFailure]:
    return [pulumi_provider.CheckFailure(one.path, f"{one.path}: {one.reason}") for one in failures]


def _plain_all(values: Mapping[str, PropertyValue]) -> dict[str, Any]:
    """The values with our own mark of which of them were defaults."""
    return {key: plain(value) for key, value in values.items() if not key.startswith("__") or key == "__defaults"}


def _secret(values: Mapping[str, PropertyValue]) -> set[str]:
    """The properties in which something is secret."""
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
    """What the engine keeps: the outputs, and beside them the inputs as they came, secrets as secrets."""
    return {**property_map(outputs, secrets), INPUTS: PropertyValue(dict(inputs))}
