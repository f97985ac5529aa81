"""The gRPC server that the Pulumi engine calls. It differs from the SDK's in two ways.

It converts each resource to Python once. The SDK's servicer does so for every policy, which took most of the pack's
time (benchmarks 6 and 7). It also uses the current enforcement level of each policy, which is set once the stack is
known. The SDK's servicer prefers the levels that the engine configures at the start.
"""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import grpc  # type: ignore[import-untyped]
from pulumi.runtime import proto
from pulumi.runtime.proto import analyzer_pb2_grpc
from pulumi_policy import (
    EnforcementLevel,
    Policy,
    PolicyResource,
    ReportViolation,
    ResourceValidationArgs,
    ResourceValidationPolicy,
    StackValidationArgs,
    StackValidationPolicy,
)
from pulumi_policy import policy as sdk
from pulumi_policy.deserialize import deserialize_properties
from pulumi_policy.policy import PolicyProviderResource
from pulumi_policy.proxy import UnknownValueError

_LARGEST_MESSAGE = 400 * 1024 * 1024
"""Bytes. The limit of Pulumi's SDKs: one message contains all resources of a stack."""


def serve(name: str, policies: list[Policy]) -> None:
    """Serves the engine until the process ends. The engine reads the port from standard output.

    Replaces pulumi-policy's PolicyPack, which would use the SDK's servicer. The engine uses the version here only if
    PulumiPolicy.yaml has none.
    """
    server = grpc.server(ThreadPoolExecutor(4), options=[("grpc.max_receive_message_length", _LARGEST_MESSAGE)])
    servicer = Servicer(name, "0.0.1", policies, EnforcementLevel.ADVISORY)
    analyzer_pb2_grpc.add_AnalyzerServicer_to_server(servicer, server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    print(port, flush=True)
    server.wait_for_termination()


# The SDK has no public servicer. tests/policies/test_servicer.py fails if the private one changes:
# https://github.com/pulumi/pulumi-policy/blob/v1.21.0/sdk/python/lib/pulumi_policy/policy.py#L949
class Servicer(sdk._PolicyAnalyzerServicer):
    """Serves policies without configuration and without remediation."""

    def __init__(self, name: str, version: str, policies: list[Policy], *others: Any) -> None:
        super().__init__(name, version, policies, *others)
        self._pack = (name, version)
        self._all_policies = policies
        self._providers: dict[str, PolicyProviderResource] = {}

    def Analyze(self, request: Any, _context: object) -> Any:  # noqa: N802
        """Runs every resource policy for one resource."""
        response = proto.AnalyzeResponse()
        args = ResourceValidationArgs(
            request.type,
            _properties(request),
            request.urn,
            request.name,
            self._get_resource_options(request),
            self._get_provider_resource(request),
        )
        for policy in self._all_policies:
            if isinstance(policy, ResourceValidationPolicy):
                with self._reporting(policy, response) as report:
                    policy.validate(args, report)
        return response

    def AnalyzeStack(self, request: Any, _context: object) -> Any:  # noqa: N802
        """Runs every stack policy for all resources. Dependencies between resources are left out."""
        response = proto.AnalyzeResponse()
        args = StackValidationArgs(
            [
                PolicyResource(
                    resource.type,
                    _properties(resource),
                    resource.urn,
                    resource.name,
                    self._get_resource_options(resource),
                    self._get_provider_resource(resource),
                    None,
                    [],
                    {},
                )
                for resource in request.resources
            ]
        )
        for policy in self._all_policies:
            if isinstance(policy, StackValidationPolicy):
                with self._reporting(policy, response) as report:
                    policy.validate(args, report)
        return response

    def Remediate(self, _request: object, _context: object) -> Any:  # noqa: N802
        """Returns no remediations, without converting the resource."""
        return proto.RemediateResponse()

    def _get_provider_resource(self, request: Any) -> PolicyProviderResource | None:
        """The provider of a resource, converted once for all its resources."""
        if not request.HasField("provider"):
            return None
        provider = request.provider
        if provider.urn not in self._providers:
            self._providers[provider.urn] = PolicyProviderResource(
                provider.type, _properties(provider), provider.urn, provider.name
            )
        return self._providers[provider.urn]

    @contextmanager
    def _reporting(self, policy: Policy, response: Any) -> Iterator[ReportViolation]:
        """Yields the function that a policy reports violations to. An unknown value becomes advice."""
        level = policy.enforcement_level or EnforcementLevel.MANDATORY
        try:
            yield self._create_report_violation(response, policy.name, policy.description, level, policy.severity)
        except UnknownValueError as unknown:
            name, version = self._pack
            response.diagnostics.append(
                proto.AnalyzeDiagnostic(
                    policyName=policy.name,
                    policyPackName=name,
                    policyPackVersion=version,
                    message=f"can't run policy '{policy.name}' from policy pack '{name}@v{version}' during preview: "
                    f"{unknown.message}",
                    description=policy.description,
                    enforcementLevel=self._map_enforcement_level(EnforcementLevel.ADVISORY),
                )
            )


def _properties(resource: Any) -> Any:
    """The properties of a resource or provider, with Pulumi's signatures of secrets, assets and unknowns resolved."""
    return deserialize_properties(_mapping(resource.properties))


def _mapping(struct: Any) -> dict[str, Any]:
    return {name: _value(value) for name, value in struct.fields.items()}


def _value(value: Any) -> Any:
    """Converts without json_format.MessageToDict, which took most of the time for reading properties."""
    kind = value.WhichOneof("kind")
    if kind == "struct_value":
        return _mapping(value.struct_value)
    if kind == "list_value":
        return [_value(item) for item in value.list_value.values]
    return None if kind == "null_value" else getattr(value, kind)
