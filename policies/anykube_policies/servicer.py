"""What the engine asks of the pack: the SDK's answers, with each resource made Python once.

The SDK's own servicer does so once for each policy, which was most of what the pack cost (benchmarks 6 and 7). It also
has the levels that the engine configures at the start outweigh the policies' own; ours change when the stack is known.
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
"""Bytes: the limit of Pulumi's own SDKs. A whole stack comes in one message."""


def serve(name: str, policies: list[Policy]) -> None:
    """Answers the engine, which reads the port from standard output, until the process is ended.

    pulumi-policy's PolicyPack would do so by a servicer of its own. The version is the one in PulumiPolicy.yaml; the
    engine takes this one where that has none.
    """
    server = grpc.server(ThreadPoolExecutor(4), options=[("grpc.max_receive_message_length", _LARGEST_MESSAGE)])
    servicer = Servicer(name, "0.0.1", policies, EnforcementLevel.ADVISORY)
    analyzer_pb2_grpc.add_AnalyzerServicer_to_server(servicer, server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    print(port, flush=True)
    server.wait_for_termination()


# Private, since the SDK has no public servicer; tests/policies/test_servicer.py notices a change:
# https://github.com/pulumi/pulumi-policy/blob/v1.21.0/sdk/python/lib/pulumi_policy/policy.py#L949
class Servicer(sdk._PolicyAnalyzerServicer):
    """Serves policies that take no configuration and remediate nothing."""

    def __init__(self, name: str, version: str, policies: list[Policy], *others: Any) -> None:
        super().__init__(name, version, policies, *others)
        self._pack = (name, version)
        self._judges = policies
        self._providers: dict[str, PolicyProviderResource] = {}

    def Analyze(self, request: Any, _context: object) -> Any:  # noqa: N802
        """Has every policy of resources judge one."""
        response = proto.AnalyzeResponse()
        args = ResourceValidationArgs(
            request.type,
            _properties(request),
            request.urn,
            request.name,
            self._get_resource_options(request),
            self._get_provider_resource(request),
        )
        for policy in self._judges:
            if isinstance(policy, ResourceValidationPolicy):
                with self._answering(policy, response) as report:
                    policy.validate(args, report)
        return response

    def AnalyzeStack(self, request: Any, _context: object) -> Any:  # noqa: N802
        """Has every policy of stacks judge all resources; they are not told who depends on whom."""
        response = proto.AnalyzeResponse()
        args = StackValidationArgs(
            [
                PolicyResource(
                    one.type,
                    _properties(one),
                    one.urn,
                    one.name,
                    self._get_resource_options(one),
                    self._get_provider_resource(one),
                    None,
                    [],
                    {},
                )
                for one in request.resources
            ]
        )
        for policy in self._judges:
            if isinstance(policy, StackValidationPolicy):
                with self._answering(policy, response) as report:
                    policy.validate(args, report)
        return response

    def Remediate(self, _request: object, _context: object) -> Any:  # noqa: N802
        """Leaves every resource as it is, without a look at it."""
        return proto.RemediateResponse()

    def _get_provider_resource(self, request: Any) -> PolicyProviderResource | None:
        """The provider of a resource, made Python once for all of its resources."""
        if not request.HasField("provider"):
            return None
        seen = request.provider
        if seen.urn not in self._providers:
            self._providers[seen.urn] = PolicyProviderResource(seen.type, _properties(seen), seen.urn, seen.name)
        return self._providers[seen.urn]

    @contextmanager
    def _answering(self, policy: Policy, response: Any) -> Iterator[ReportViolation]:
        """Where a policy reports to; that it met what is not known yet is advice."""
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


def _properties(seen: Any) -> Any:
    """What a resource or a provider has, with Pulumi's marks for what is secret, an asset or not known resolved."""
    return deserialize_properties(_mapping(seen.properties))


def _mapping(struct: Any) -> dict[str, Any]:
    return {name: _value(value) for name, value in struct.fields.items()}


def _value(value: Any) -> Any:
    """By hand: json_format.MessageToDict was most of what it took to read properties."""
    kind = value.WhichOneof("kind")
    if kind == "struct_value":
        return _mapping(value.struct_value)
    if kind == "list_value":
        return [_value(item) for item in value.list_value.values]
    return None if kind == "null_value" else getattr(value, kind)
