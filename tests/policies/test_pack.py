"""The rules as Pulumi policies."""

import inspect
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from pathlib import Path

import pytest
from anykube_policies import pack as packs
from anykube_policies.enforcement import enforcement_of
from anykube_policies.kubernetes import of_kind
from anykube_policies.pack import Pack
from anykube_policies.resource import Resource, Stack
from anykube_policies.rule import PRACTICE, ResourceRule, Result, Severity, StackRule, Violation, for_each
from pulumi_policy import (
    EnforcementLevel,
    Policy,
    PolicyResource,
    ResourceValidationArgs,
    ResourceValidationPolicy,
    StackValidationArgs,
    StackValidationPolicy,
)
from pulumi_policy import PolicyResourceOptions as Options
from pulumi_policy.policy import PolicyCustomTimeouts, PolicyProviderResource
from pulumi_policy.proxy import UNKNOWN_STRING_VALUE, UnknownValueError

_ROLE = "kubernetes:rbac.authorization.k8s.io/v1:Role"
_OPTIONS = Options(False, [], None, [], PolicyCustomTimeouts(0, 0, 0), [])


def _rule(evaluate: Callable[[Resource], Iterable[Result]], severity: Severity = Severity.HIGH) -> ResourceRule:
    return ResourceRule(
        name="test-rule",
        title="It is valid",
        severity=severity,
        controls=(PRACTICE,),
        remedy="fix it",
        evaluate=evaluate,
    )


def _invalid_resources(stack: Stack) -> Iterable[Result]:
    """A violation for every resource without the input `valid: true`."""
    invalid = [resource for resource in stack.resources if not resource.inputs["valid"].flag]
    return [Violation("is not valid", resource.urn) for resource in invalid]


_STACK_RULE = StackRule(
    name="test-stack",
    title="All are valid",
    severity=Severity.HIGH,
    controls=(PRACTICE,),
    remedy="fix it",
    evaluate=_invalid_resources,
)
_NAME_RULE = _rule(
    for_each(of_kind("Role"), lambda role: None if role.fields["metadata"]["name"].text else "has no name")
)


class Engine:
    """Runs a pack as the engine does: every policy in order for each resource, and the stack policies at the end."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, folder: Path, section: str = "{}") -> None:
        (folder / "mine.yaml").write_text(f"policies: {section}\n")
        monkeypatch.setattr(packs, "enforcement_of", partial(enforcement_of, folder=folder))
        self.reports: list[tuple[str, EnforcementLevel | None, str, str | None]] = []

    def resource(self, pack: Pack, name: str, inputs: Mapping[str, object]) -> None:
        provider = PolicyProviderResource("pulumi:providers:kubernetes", {}, "", "cluster")
        args = ResourceValidationArgs(_ROLE, dict(inputs), _urn(name), name, _OPTIONS, provider)
        for policy in pack.policies:
            if isinstance(policy, ResourceValidationPolicy):
                assert not inspect.isawaitable(policy.validate(args, self._reporting(policy)))

    def stack(self, pack: Pack, outputs: Mapping[str, Mapping[str, object]]) -> None:
        resources = [
            PolicyResource(_ROLE, dict(properties), _urn(name), name, _OPTIONS, None, None, [], {})
            for name, properties in outputs.items()
        ]
        for policy in pack.policies:
            if isinstance(policy, StackValidationPolicy):
                assert not inspect.isawaitable(policy.validate(StackValidationArgs(resources), self._reporting(policy)))

    def _reporting(self, policy: Policy) -> Callable[[str, str | None], None]:
        return lambda message, urn: self.reports.append((policy.name, policy.enforcement_level, message, urn))


def _urn(name: str) -> str:
    return f"urn:pulumi:mine::anykube::{_ROLE}::{name}"


def test_a_violation_has_problem_remedy_and_controls(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    engine, pack = Engine(monkeypatch, tmp_path), Pack([_NAME_RULE])
    engine.resource(pack, "named", {"metadata": {"name": "named"}})
    assert not engine.reports
    engine.resource(pack, "other", {"metadata": {}})
    message = "has no name. Fix it. [Anykube practice]"
    assert engine.reports == [("test-rule", EnforcementLevel.MANDATORY, message, _urn("other"))]


@pytest.mark.parametrize(
    ("section", "severity", "level"),
    [
        ("{}", Severity.CRITICAL, EnforcementLevel.MANDATORY),
        ("{}", Severity.MEDIUM, EnforcementLevel.ADVISORY),
        ("{profile: development}", Severity.CRITICAL, EnforcementLevel.ADVISORY),
    ],
)
def test_profile_and_severity_set_the_level(
    section: str, severity: Severity, level: EnforcementLevel, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    engine, pack = Engine(monkeypatch, tmp_path, section), Pack([_rule(_NAME_RULE.evaluate, severity)])
    engine.resource(pack, "it", {})
    assert [report[1] for report in engine.reports] == [level]


def test_a_waiver_exempts_only_its_resource(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    waivers = ", ".join(
        f"{{rule: {rule}, resource: old, reason: from before the migration, until: 2999-01-01}}"
        for rule in ("test-rule", "test-stack")
    )
    engine, pack = Engine(monkeypatch, tmp_path, f"{{waivers: [{waivers}]}}"), Pack([_NAME_RULE, _STACK_RULE])
    for name in ("old", "new"):
        engine.resource(pack, name, {})
    engine.stack(pack, {"old": {}, "new": {}})
    reported = [(report[0], report[3]) for report in engine.reports]
    assert reported == [("test-rule", _urn("new")), ("test-stack", _urn("new"))]


def test_an_invalid_waiver_blocks_the_run_in_every_profile_and_is_reported_once(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    waiver = "{rule: test-rule, resource: old, reason: from before the migration, until: 2001-01-01}"
    engine = Engine(monkeypatch, tmp_path, f"{{profile: development, waivers: [{waiver}]}}")
    pack = Pack([_NAME_RULE])
    for name in ("one", "two"):
        engine.resource(pack, name, {"metadata": {"name": name}})
    ((policy, level, message, _),) = engine.reports
    assert (policy, level) == (packs.SETTINGS, EnforcementLevel.MANDATORY)
    assert "expired on 2001-01-01" in message


def test_an_unknown_value_is_reported_and_the_others_are_evaluated(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    evaluate = for_each(
        lambda resource: resource.inputs["rules"].elements,
        lambda grant: "uses *" if "*" in grant["verbs"].strings else None,
    )
    engine, pack = Engine(monkeypatch, tmp_path), Pack([_rule(evaluate)])
    grants = [{"verbs": UNKNOWN_STRING_VALUE}, {"verbs": ["*"]}, {"verbs": ["get", UNKNOWN_STRING_VALUE]}]
    with pytest.raises(UnknownValueError) as unknown:
        engine.resource(pack, "it", {"rules": grants})
    assert unknown.value.props == ["rules", "0", "verbs"]
    assert [report[2] for report in engine.reports] == ["uses *. Fix it. [Anykube practice]"]


def test_stack_rules_read_the_inputs_of_this_run_or_else_the_outputs(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    engine, pack = Engine(monkeypatch, tmp_path), Pack([_STACK_RULE])
    engine.resource(pack, "declared", {"valid": True})
    engine.stack(pack, {"declared": {"valid": False}, "existing": {"valid": True}, "invalid": {}})
    assert [report[3] for report in engine.reports] == [_urn("invalid")]


def test_an_exception_in_a_rule_names_rule_and_resource(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def evaluate(resource: Resource) -> Iterable[Result]:
        raise ZeroDivisionError(resource.name)

    engine, pack = Engine(monkeypatch, tmp_path), Pack([_rule(evaluate)])
    with pytest.raises(RuntimeError, match=f"rule test-rule failed for {_urn('it')}: ZeroDivisionError: it"):
        engine.resource(pack, "it", {})


def test_policies_have_severity_framework_and_remedy() -> None:
    settings, policy = Pack([_NAME_RULE]).policies
    assert settings.enforcement_level is EnforcementLevel.MANDATORY
    assert policy.severity is not None
    assert (policy.severity.value, policy.description, policy.remediation_steps) == ("high", "It is valid", "fix it")
    assert policy.framework is not None
    assert (policy.framework.name, policy.framework.reference) == ("Anykube", "practice")


def test_stack_rules_skip_partial_updates(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    engine, pack = Engine(monkeypatch, tmp_path), Pack([_STACK_RULE])
    monkeypatch.setenv("PULUMI_BACKEND_URL", f"http://127.0.0.1:1/part/{packs.stack_of(_urn('invalid'))}/one,two")
    engine.stack(pack, {"invalid": {}})
    assert engine.reports == []
    monkeypatch.setenv("PULUMI_BACKEND_URL", "http://127.0.0.1:1")
    engine.stack(pack, {"invalid": {}})
    assert [report[3] for report in engine.reports] == [_urn("invalid")]
