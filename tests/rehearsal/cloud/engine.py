"""Calls a simulated plugin as the Pulumi engine does."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from anykube_cli.plugin.values import property_values, python_value, python_values
from anykube_rehearsal.cloud.plugin.cloud import Cloud
from anykube_rehearsal.cloud.plugin.provider import Provider
from pulumi.provider.experimental import provider as pulumi_provider
from pulumi.provider.experimental.property_value import PropertyValue

Properties = dict[str, PropertyValue]


@dataclass
class Resource:
    """A resource in the engine's state."""

    urn: str
    identifier: str
    inputs: Properties
    outputs: Properties

    def __getitem__(self, name: str) -> Any:
        return python_value(self.outputs[name])


@dataclass
class Engine:
    """Drives a plugin in the engine's order: check, then create, update or replace."""

    cloud: Cloud[Any]
    default_config: Mapping[str, Any]
    """The provider's configuration; `configure` overrides it."""

    def __post_init__(self) -> None:
        self.plugin = Provider(self.cloud)

    def restart(self) -> "Engine":
        """An engine with a new plugin."""
        return Engine(self.cloud, self.default_config)

    def configure(self, **config: Any) -> None:
        arguments = property_values({**self.default_config, **config})
        asyncio.run(self.plugin.configure(pulumi_provider.ConfigureRequest({}, arguments, True, True)))

    def check(
        self, token: str, name: str, inputs: Mapping[str, Any], old: Properties | None = None
    ) -> pulumi_provider.CheckResponse:
        request = pulumi_provider.CheckRequest(_urn(token, name), old or {}, property_values(inputs), b"seed")
        return asyncio.run(self.plugin.check(request))

    def failures(self, token: str, /, **inputs: Any) -> dict[str, str]:
        """The failures of Check, by property."""
        response = self.check(token, "one", inputs)
        return {failure.property: failure.reason for failure in response.failures or []}

    def create(self, token: str, urn_name: str, /, **inputs: Any) -> Resource:
        return self._create(token, urn_name, False, inputs)

    def plan(self, token: str, urn_name: str, /, **inputs: Any) -> Resource:
        """Creates a resource in a preview."""
        return self._create(token, urn_name, True, inputs)

    def _create(self, token: str, name: str, preview: bool, inputs: Mapping[str, Any]) -> Resource:
        checked = self.check(token, name, inputs)
        assert not checked.failures, [failure.reason for failure in checked.failures]
        urn = _urn(token, name)
        properties = checked.inputs or {}
        response = asyncio.run(self.plugin.create(pulumi_provider.CreateRequest(urn, properties, 0, preview)))
        return Resource(urn, response.resource_id or "", properties, response.properties)

    def diff(self, resource: Resource, /, **inputs: Any) -> pulumi_provider.DiffResponse:
        token, name = resource.urn.split("::")[-2].rpartition("$")[2], resource.urn.rpartition("::")[2]
        checked = self.check(token, name, inputs, resource.inputs)
        assert not checked.failures, [failure.reason for failure in checked.failures]
        request = pulumi_provider.DiffRequest(
            resource.urn, resource.identifier, resource.outputs, checked.inputs or {}, []
        )
        return asyncio.run(self.plugin.diff(request))

    def update(self, resource: Resource, /, **inputs: Any) -> Resource:
        diff = self.diff(resource, **inputs)
        assert diff.changes, "nothing to update"
        assert not diff.replaces, f"would be replaced: {diff.replaces}"
        token, name = resource.urn.split("::")[-2].rpartition("$")[2], resource.urn.rpartition("::")[2]
        properties = self.check(token, name, inputs, resource.inputs).inputs or {}
        request = pulumi_provider.UpdateRequest(
            resource.urn, resource.identifier, resource.outputs, properties, 0, [], False
        )
        response = asyncio.run(self.plugin.update(request))
        return Resource(resource.urn, resource.identifier, properties, response.properties)

    def read(self, resource: Resource) -> pulumi_provider.ReadResponse:
        request = pulumi_provider.ReadRequest(resource.urn, resource.identifier, resource.outputs, resource.inputs)
        return asyncio.run(self.plugin.read(request))

    def delete(self, resource: Resource) -> None:
        request = pulumi_provider.DeleteRequest(resource.urn, resource.identifier, resource.outputs, 0)
        asyncio.run(self.plugin.delete(request))

    def invoke(self, token: str, /, **arguments: Any) -> dict[str, Any]:
        response = asyncio.run(self.plugin.invoke(pulumi_provider.InvokeRequest(token, property_values(arguments))))
        assert not response.failures, [failure.reason for failure in response.failures]
        return python_values(response.return_value or {})


def _urn(token: str, name: str) -> str:
    return f"urn:pulumi:dev::anykube::anykube:aws:Cluster${token}::{name}"
