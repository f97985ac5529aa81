"""The rules as Pulumi's policies: what the engine is told."""

import inspect
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from pathlib import Path

import pytest
from anykube_policies import pack as packs
from anykube_policies.enforcement import enforcement_of
from anykube_policies.kubernetes import of_kind
from anykube_policies.pack import Pack
from anykube_policies.rule import PRACTICE, Broken, ResourceRule, Severity, StackRule, Verdict, each
from anykube_policies.subject import Resource, Stack
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


def _about(judge: Callable[[Resource], Iterable[Verdict]], severity: Severity = Severity.HIGH) -> ResourceRule:
    return ResourceRule(
        name="test-rule", title="It is well", severity=severity, controls=(PRACTICE,), remedy="mend it", judge=judge
    )


def _named(stack: Stack) -> Iterable[Verdict]:
    """Breaks for every resource that did not say `well` when it was asked for."""
    return [Broken("is not well", one.urn) for one in stack.resources if not one.inputs["well"].flag]


_ALL = StackRule(
    name="test-stack",
    title="All are well",
    severity=Severity.HIGH,
    controls=(PRACTICE,),
    remedy="mend it",
    judge=_named,
)
_NAMELESS = _about(each(of_kind("Role"), lambda role: None if role.fields["metadata"]["name"].text else "has no name"))


class Engine:
    """Asks a pack as the engine does: each resource by every policy in order, and at the end the stack."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, folder: Path, section: str = "{}") -> None:
        (folder / "mine.yaml").write_text(f"policies: {section}\n")
        monkeypatch.setattr(packs, "enforcement_of", partial(enforcement_of, folder=folder))
        self.said: list[tuple[str, EnforcementLevel | None, str, str | None]] = []

    def resource(self, pack: Pack, name: str, inputs: Mapping[str, object]) -> None:
        provider = PolicyProviderResource("pulumi:providers:kubernetes", {}, "", "cluster")
        args = ResourceValidationArgs(_ROLE, dict(inputs), _urn(name), name, _OPTIONS, provider)
        for policy in pack.policies:
            if isinstance(policy, ResourceValidationPolicy):
                assert not inspect.isawaitable(policy.validate(args, self._reporting(policy)))

    def stack(self, pack: Pack, outputs: Mapping[str, Mapping[str, object]]) -> None:
        resources = [
            PolicyResource(_ROLE, dict(one), _urn(name), name, _OPTIONS, None, None, [], {})
            for name, one in outputs.items()
        ]
        for policy in pack.policies:
            if isinstance(policy, StackValidationPolicy):
                assert not inspect.isawaitable(policy.validate(StackValidationArgs(resources), self._reporting(policy)))

    def _reporting(self, policy: Policy) -> Callable[[str, str | None], None]:
        return lambda what, urn: self.said.append((policy.name, policy.enforcement_level, what, urn))


def _urn(name: str) -> str:
    return f"urn:pulumi:mine::anykube::{_ROLE}::{name}"


def test_a_broken_rule_says_what_who_and_what_helps(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    engine, pack = Engine(monkeypatch, tmp_path), Pack([_NAMELESS])
    engine.resource(pack, "named", {"metadata": {"name": "named"}})
    assert not engine.said
    engine.resource(pack, "other", {"metadata": {}})
    said = "has no name. Mend it. [Anykube practice]"
    assert engine.said == [("test-rule", EnforcementLevel.MANDATORY, said, _urn("other"))]


@pytest.mark.parametrize(
    ("section", "severity", "level"),
    [
        ("{}", Severity.CRITICAL, EnforcementLevel.MANDATORY),
        ("{}", Severity.MEDIUM, EnforcementLevel.ADVISORY),
        ("{profile: development}", Severity.CRITICAL, EnforcementLevel.ADVISORY),
    ],
)
def test_the_page_and_the_severity_decide_the_level(
    section: str, severity: Severity, level: EnforcementLevel, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    engine, pack = Engine(monkeypatch, tmp_path, section), Pack([_about(_NAMELESS.judge, severity)])
    engine.resource(pack, "it", {})
    assert [one[1] for one in engine.said] == [level]


def test_a_waived_resource_is_excused_and_no_other(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    waivers = ", ".join(
        f"{{rule: {rule}, resource: old, reason: it came so with us, until: 2999-01-01}}"
        for rule in ("test-rule", "test-stack")
    )
    engine, pack = Engine(monkeypatch, tmp_path, f"{{waivers: [{waivers}]}}"), Pack([_NAMELESS, _ALL])
    for name in ("old", "new"):
        engine.resource(pack, name, {})
    engine.stack(pack, {"old": {}, "new": {}})
    assert [(one[0], one[3]) for one in engine.said] == [("test-rule", _urn("new")), ("test-stack", _urn("new"))]


def test_a_wrong_waiver_stops_the_run_in_every_profile_and_is_told_once(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    waiver = "{rule: test-rule, resource: old, reason: it came so with us, until: 2001-01-01}"
    engine = Engine(monkeypatch, tmp_path, f"{{profile: development, waivers: [{waiver}]}}")
    pack = Pack([_NAMELESS])
    for name in ("one", "two"):
        engine.resource(pack, name, {"metadata": {"name": name}})
    ((policy, level, what, _),) = engine.said
    assert (policy, level) == (packs.SETTINGS, EnforcementLevel.MANDATORY)
    assert "is 2001-01-01, which is past" in what


def test_what_is_unknown_is_told_and_keeps_nothing_else_from_being_judged(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    judge = each(
        lambda resource: resource.inputs["rules"].elements,
        lambda grant: "gives all" if "*" in grant["verbs"].texts else None,
    )
    engine, pack = Engine(monkeypatch, tmp_path), Pack([_about(judge)])
    grants = [{"verbs": UNKNOWN_STRING_VALUE}, {"verbs": ["*"]}, {"verbs": ["get", UNKNOWN_STRING_VALUE]}]
    with pytest.raises(UnknownValueError) as unknown:
        engine.resource(pack, "it", {"rules": grants})
    assert unknown.value.props == ["rules", "0", "verbs"]
    assert [one[2] for one in engine.said] == ["gives all. Mend it. [Anykube practice]"]


def test_a_stack_is_judged_by_what_was_asked_for_and_else_by_what_is_there(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    engine, pack = Engine(monkeypatch, tmp_path), Pack([_ALL])
    engine.resource(pack, "asked", {"well": True})
    engine.stack(pack, {"asked": {"well": False}, "there": {"well": True}, "ill": {}})
    assert [one[3] for one in engine.said] == [_urn("ill")]


def test_a_rule_that_throws_is_not_swallowed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def throw(resource: Resource) -> Iterable[Verdict]:
        raise ZeroDivisionError(resource.name)

    engine, pack = Engine(monkeypatch, tmp_path), Pack([_about(throw)])
    with pytest.raises(RuntimeError, match=f"the rule test-rule failed on {_urn('it')}: ZeroDivisionError: it"):
        engine.resource(pack, "it", {})


def test_the_engine_is_told_severity_framework_and_remedy() -> None:
    settings, policy = Pack([_NAMELESS]).policies
    assert settings.enforcement_level is EnforcementLevel.MANDATORY
    assert policy.severity is not None
    assert (policy.severity.value, policy.description, policy.remediation_steps) == ("high", "It is well", "mend it")
    assert policy.framework is not None
    assert (policy.framework.name, policy.framework.reference) == ("Anykube", "practice")


def test_a_part_of_a_stack_is_not_judged_as_one(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    engine, pack = Engine(monkeypatch, tmp_path), Pack([_ALL])
    monkeypatch.setenv("PULUMI_BACKEND_URL", f"http://127.0.0.1:1/part/{packs.stack_of(_urn('ill'))}/one,two")
    engine.stack(pack, {"ill": {}})
    assert engine.said == []
    monkeypatch.setenv("PULUMI_BACKEND_URL", "http://127.0.0.1:1")
    engine.stack(pack, {"ill": {}})
    assert [one[3] for one in engine.said] == [_urn("ill")]
