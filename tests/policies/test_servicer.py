"""The gRPC server of the policy pack."""

import inspect
import subprocess
import sys
from collections.abc import Callable
from typing import Any

import grpc  # type: ignore[import-untyped]
import pytest
from anykube_cli.toolchain import paths
from anykube_policies.pack import SETTINGS
from anykube_policies.servicer import Servicer
from anykube_policies.table import RULES
from google.protobuf import json_format  # type: ignore[import-untyped]
from pulumi.runtime import proto
from pulumi.runtime.proto import analyzer_pb2_grpc
from pulumi_policy import (
    EnforcementLevel,
    Policy,
    ReportViolation,
    ResourceValidationArgs,
    ResourceValidationPolicy,
    StackValidationArgs,
    StackValidationPolicy,
)
from pulumi_policy import policy as sdk
from pulumi_policy.deserialize import SPECIAL_SECRET_SIG, SPECIAL_SIG_KEY
from pulumi_policy.proxy import UNKNOWN_STRING_VALUE, UnknownValueError

_SECRET = {SPECIAL_SIG_KEY: SPECIAL_SECRET_SIG, "value": "s3cret"}


def _resource_policy(
    name: str, validate: Callable[[ResourceValidationArgs, ReportViolation], None], level: EnforcementLevel
) -> Policy:
    return ResourceValidationPolicy(name, f"{name} holds", validate, enforcement_level=level)


def _servicer(*policies: Policy) -> Servicer:
    return Servicer("pack", "1.2.3", list(policies), EnforcementLevel.ADVISORY)


def _request(message: Any, properties: dict[str, Any]) -> Any:
    request = message(type="kubernetes:core/v1:Secret", urn="urn:pulumi:mine::p::t::it", name="it")
    json_format.ParseDict(properties, request.properties)
    return request


def test_resource_policies_share_converted_properties_and_use_their_current_level() -> None:
    received: list[ResourceValidationArgs] = []

    def validate(args: ResourceValidationArgs, report: ReportViolation) -> None:
        received.append(args)
        report(f"is {args.props['count']}", args.urn)

    first = _resource_policy("first", validate, EnforcementLevel.MANDATORY)
    second = _resource_policy("second", validate, EnforcementLevel.MANDATORY)
    servicer = _servicer(first, second)
    second.enforcement_level = EnforcementLevel.ADVISORY
    properties = {"count": 2, "on": True, "no": None, "list": [{"a": "b"}, _SECRET]}
    response = servicer.Analyze(_request(proto.AnalyzeRequest, properties), None)
    assert received[0] is received[1]
    assert received[0].props == {"count": 2, "on": True, "no": None, "list": [{"a": "b"}, "s3cret"]}
    assert [(item.policyName, item.enforcementLevel, item.message, item.urn) for item in response.diagnostics] == [
        ("first", proto.MANDATORY, "first holds\nis 2.0", "urn:pulumi:mine::p::t::it"),
        ("second", proto.ADVISORY, "second holds\nis 2.0", "urn:pulumi:mine::p::t::it"),
    ]


def test_an_unknown_value_is_advice_and_the_other_policies_run() -> None:
    def unknown(args: ResourceValidationArgs, report: ReportViolation) -> None:
        report("is bad", args.urn)
        raise UnknownValueError(UNKNOWN_STRING_VALUE, ["spec"])

    policies = [_resource_policy(name, unknown, EnforcementLevel.MANDATORY) for name in ("first", "second")]
    response = _servicer(*policies).Analyze(_request(proto.AnalyzeRequest, {}), None)
    assert [(item.policyName, item.enforcementLevel) for item in response.diagnostics] == [
        ("first", proto.MANDATORY),
        ("first", proto.ADVISORY),
        ("second", proto.MANDATORY),
        ("second", proto.ADVISORY),
    ]
    assert response.diagnostics[1].message.startswith("can't run policy 'first' from policy pack 'pack@v1.2.3' during")


def test_only_stack_policies_run_for_the_stack() -> None:
    def never(args: ResourceValidationArgs, report: ReportViolation) -> None:
        raise AssertionError(args.urn)

    def validate(args: StackValidationArgs, report: ReportViolation) -> None:
        for resource in args.resources:
            report(str(resource.props["size"]), resource.urn)

    stack_policy = StackValidationPolicy("stack", "All", validate, enforcement_level=EnforcementLevel.MANDATORY)
    servicer = _servicer(_resource_policy("resource", never, EnforcementLevel.MANDATORY), stack_policy)
    resources = [_request(proto.AnalyzerResource, {"size": size}) for size in ("big", "small")]
    response = servicer.AnalyzeStack(proto.AnalyzeStackRequest(resources=resources), None)
    assert [item.message for item in response.diagnostics] == ["All\nbig", "All\nsmall"]


def test_nothing_is_remediated() -> None:
    policy = _resource_policy("policy", lambda _args, _report: None, EnforcementLevel.MANDATORY)
    response = _servicer(policy).Remediate(_request(proto.AnalyzeRequest, {"size": "big"}), None)
    assert not response.remediations


@pytest.mark.parametrize(
    ("name", "parameters"),
    [
        ("__init__", ["self", "name", "version", "policies", "enforcement_level"]),
        ("_create_report_violation", ["self", "response", "policy_name", "policy_description", "enforcement_level"]),
        ("_get_resource_options", ["self", "request"]),
        ("_get_provider_resource", ["self", "request"]),
        ("_map_enforcement_level", ["self", "enforcement_level"]),
    ],
)
def test_the_sdk_has_the_private_methods_that_the_servicer_uses(name: str, parameters: list[str]) -> None:
    method = getattr(sdk._PolicyAnalyzerServicer, name)
    assert list(inspect.signature(method).parameters)[: len(parameters)] == parameters


def test_serves_on_the_printed_port() -> None:
    command = [sys.executable, str(paths.checkout() / "policies")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, cwd=paths.checkout(), text=True) as process:
        try:
            assert process.stdout is not None
            port = int(process.stdout.readline())
            with grpc.insecure_channel(f"127.0.0.1:{port}") as channel:
                info = analyzer_pb2_grpc.AnalyzerStub(channel).GetAnalyzerInfo(proto.AnalyzerInfo(), timeout=30)
        finally:
            process.terminate()
    assert info.name == "anykube"
    assert [policy.name for policy in info.policies] == [SETTINGS, *(rule.name for rule in RULES)]
