"""The rules as Pulumi policies."""

import inspect
import json
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from anykube_policies import pack as packs
from anykube_policies.enforcement import enforcement_of
from anykube_policies.fields import UnknownError
from anykube_policies.kubernetes import of_kind
from anykube_policies.pack import Pack
from anykube_policies.resource import Resource, Stack
from anykube_policies.rule import PRACTICE, ResourceRule, Result, Severity, StackRule, Undetermined, Violation, for_each
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


def _invalid_resources(stack: Stack) -> Iterator[Result]:
    """A violation for every resource without the input `valid: true`."""
    for resource in stack.resources:
        try:
            if not resource.inputs["valid"].flag:
                yield Violation("is not valid", resource.urn)
        except UnknownError as unknown:
            yield Undetermined(unknown.path, resource.urn)


class StateService:
    """Answers requests for the state of a stack, on loopback."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.resources: list[dict[str, object]] = []
        self.requests: list[tuple[str, str | None]] = []

    def partial_update(self, monkeypatch: pytest.MonkeyPatch, apps: str) -> None:
        """Sets the environment that the engine gives the pack in a partial update."""
        monkeypatch.setenv("PULUMI_BACKEND_URL", f"{self.url}/part/mine/{apps}")
        monkeypatch.setenv("PULUMI_ACCESS_TOKEN", "token-1")


@pytest.fixture
def state_service() -> Iterator[StateService]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            service.requests.append((self.path, self.headers["Authorization"]))
            is_export = self.path == "/api/stacks/organization/anykube/mine/export"
            self.send_response(200 if is_export and self.headers["Authorization"] == "token token-1" else 404)
            self.end_headers()
            self.wfile.write(json.dumps({"deployment": {"resources": service.resources}}).encode())

        def log_message(self, *_: object) -> None:
            """Prints nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        service = StateService(f"http://127.0.0.1:{server.server_port}")
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield service
        server.shutdown()


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


def _state_entry(name: str, **fields: object) -> dict[str, object]:
    return {"urn": _urn(name), "type": _ROLE, **fields}


def test_stack_rules_see_what_a_partial_update_hides(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, state_service: StateService
) -> None:
    engine, pack = Engine(monkeypatch, tmp_path), Pack([_STACK_RULE])
    app = "urn:pulumi:mine::anykube::anykube:index:WebService::"
    secret = {"4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", "ciphertext": "v1:…"}
    state_service.resources += [
        {"urn": f"{app}unchanged", "type": "anykube:index:WebService"},
        _state_entry("valid", parent=f"{app}unchanged", inputs={"valid": True}),
        _state_entry("invalid", parent=f"{app}unchanged", inputs={"valid": False}),
        _state_entry("replaced", parent=f"{app}unchanged", inputs={}, delete=True),
        {"urn": f"{app}changed", "type": "anykube:index:WebService"},
        _state_entry("removed", parent=f"{app}changed", inputs={"valid": False}),
        _state_entry("seen", inputs={"valid": False}),
    ]
    state_service.partial_update(monkeypatch, "changed,new")
    engine.stack(pack, {"seen": {"valid": True}})
    reported = {report[3] for report in engine.reports}
    assert reported == {f"{app}unchanged", _urn("invalid")}  # the component has no inputs at all
    # A secret of a hidden resource is unknown, and no reason for advice: the run that changed it knew the value.
    state_service.resources = [_state_entry("secret", inputs={"valid": secret})]
    engine.reports.clear()
    engine.stack(pack, {"seen": {"valid": True}})
    assert engine.reports == []


def test_stack_rules_see_only_the_run_without_a_partial_update(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, state_service: StateService
) -> None:
    engine, pack = Engine(monkeypatch, tmp_path), Pack([_STACK_RULE])
    state_service.resources.append(_state_entry("hidden", inputs={}))
    monkeypatch.setenv("PULUMI_BACKEND_URL", state_service.url)
    engine.stack(pack, {"invalid": {}})
    assert [report[3] for report in engine.reports] == [_urn("invalid")]
    assert state_service.requests == []
