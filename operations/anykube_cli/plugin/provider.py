"""Serves resources to the engine."""

import asyncio
import sys
from collections.abc import Sequence
from typing import Any

from pulumi.provider.experimental import provider as pulumi_provider
from pulumi.provider.experimental import server
from pydantic import ValidationError

from anykube_cli.plugin import schema
from anykube_cli.plugin.resource import Resource
from anykube_cli.plugin.values import UNKNOWN, Unknown, property_values, python_values

_KINDS = pulumi_provider.PropertyDiffKind


class Provider(pulumi_provider.Provider):
    """A Pulumi provider for a set of resources."""

    def __init__(self, resources: Sequence[Resource[Any]], package_schema: str = "") -> None:
        self._resources = {resource.token: resource for resource in resources}
        self._schema = package_schema

    def _resource(self, type_path: str) -> Resource[Any]:
        # The parents' types come first: `anykube:index:LocalCluster$localkube:index:Cluster`.
        token = type_path.rpartition("$")[2]
        try:
            return self._resources[token]
        except KeyError:
            supported = ", ".join(sorted(self._resources))
            raise ValueError(f"unknown resource type {token}. This plugin supports: {supported}") from None

    async def get_schema(self, request: pulumi_provider.GetSchemaRequest) -> pulumi_provider.GetSchemaResponse:
        """Returns the schema, from which `pulumi import` generates code."""
        del request
        return pulumi_provider.GetSchemaResponse(self._schema)

    async def check(self, request: pulumi_provider.CheckRequest) -> pulumi_provider.CheckResponse:
        """Validates the inputs, except those that are not known yet."""
        resource = self._resource(request.type)
        inputs = python_values(request.new_inputs)
        try:
            model = resource.inputs.model_validate(inputs)
        except ValidationError as error:
            failures = [
                pulumi_provider.CheckFailure(".".join(map(str, problem["loc"])), problem["msg"])
                for problem in error.errors()
                if not isinstance(problem["input"], Unknown)
            ]
            if failures:
                return pulumi_provider.CheckResponse(inputs=request.new_inputs, failures=failures)
            return pulumi_provider.CheckResponse(inputs=request.new_inputs)
        return pulumi_provider.CheckResponse(inputs=property_values(model.model_dump(by_alias=True), resource.secrets))

    async def diff(self, request: pulumi_provider.DiffRequest) -> pulumi_provider.DiffResponse:
        """Compares old and new properties."""
        resource = self._resource(request.type)
        new = {
            key: value for key, value in python_values(request.new_inputs).items() if key not in request.ignore_changes
        }
        diff = await asyncio.to_thread(resource.diff, request.resource_id, python_values(request.old_state), new)
        kinds = dict.fromkeys(diff.update, _KINDS.UPDATE) | dict.fromkeys(diff.replace, _KINDS.UPDATE_REPLACE)
        return pulumi_provider.DiffResponse(
            changes=bool(kinds),
            replaces=sorted(diff.replace),
            diffs=sorted(kinds),
            delete_before_replace=diff.delete_before_replace,
            detailed_diff={key: pulumi_provider.PropertyDiff(kind, True) for key, kind in kinds.items()},
        )

    async def create(self, request: pulumi_provider.CreateRequest) -> pulumi_provider.CreateResponse:
        """Creates a resource. In a preview, only returns its inputs."""
        resource = self._resource(request.type)
        inputs = python_values(request.properties)
        if request.preview:
            return pulumi_provider.CreateResponse(None, property_values(inputs, resource.secrets))
        resource_id, outputs = await asyncio.to_thread(resource.create, resource.inputs.model_validate(inputs))
        return pulumi_provider.CreateResponse(resource_id, property_values(outputs, resource.secrets))

    async def read(self, request: pulumi_provider.ReadRequest) -> pulumi_provider.ReadResponse:
        """Reads the current state of a resource, for refresh and import."""
        resource = self._resource(request.type)
        outputs = await asyncio.to_thread(resource.read, request.resource_id)
        if outputs is None:
            return pulumi_provider.ReadResponse("", {}, {})
        fields = {field.alias or name for name, field in resource.inputs.model_fields.items()}
        inputs = {key: value for key, value in outputs.items() if key in fields}
        return pulumi_provider.ReadResponse(
            request.resource_id,
            property_values(outputs, resource.secrets),
            property_values(inputs, resource.secrets),
        )

    async def update(self, request: pulumi_provider.UpdateRequest) -> pulumi_provider.UpdateResponse:
        """Changes a resource in place."""
        resource = self._resource(request.type)
        old, inputs = python_values(request.olds), python_values(request.news)
        if request.preview:
            drift = await asyncio.to_thread(resource.drift, request.resource_id, old)
            unknown = dict.fromkeys(resource.volatile | drift.update & old.keys(), UNKNOWN)
            return pulumi_provider.UpdateResponse(property_values({**old, **inputs, **unknown}, resource.secrets))
        outputs = await asyncio.to_thread(
            resource.update, request.resource_id, old, resource.inputs.model_validate(inputs)
        )
        return pulumi_provider.UpdateResponse(property_values(outputs, resource.secrets))

    async def delete(self, request: pulumi_provider.DeleteRequest) -> None:
        """Removes a resource."""
        resource = self._resource(request.type)
        await asyncio.to_thread(resource.delete, request.resource_id, python_values(request.properties))


def serve(name: str, version: str, resources: Sequence[Resource[Any]]) -> None:
    """Runs the plugin until the engine stops it. The engine reads its port from standard output."""
    server.main(sys.argv[1:], version, Provider(resources, schema.render(name, version, resources)))
