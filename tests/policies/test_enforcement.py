"""How a stack's settings apply the rules."""

import datetime
from dataclasses import replace
from pathlib import Path

import pytest
from anykube_policies.enforcement import Enforcement, enforcement_of
from anykube_policies.rule import Severity
from anykube_policies.table import RULES

_TODAY = datetime.date(2026, 11, 26)
_RULE = RULES[0]
_WAIVER = f"{{rule: {_RULE.name}, resource: agent, reason: it has to see the host, until: 2027-03-31}}"


def _enforcement(folder: Path, section: str) -> Enforcement:
    (folder / "mine.yaml").write_text(f"policies:\n{section}\n")
    return enforcement_of("mine", RULES, _TODAY, folder)


def _problem(enforcement: Enforcement) -> str:
    (problem,) = enforcement.problems
    return str(problem).partition("mine.yaml:")[2]


def test_the_default_profile_is_production(tmp_path: Path) -> None:
    (tmp_path / "mine.yaml").write_text("namespace: shop\n")
    for stack in ("mine", "none"):
        enforcement = enforcement_of(stack, RULES, _TODAY, tmp_path)
        assert enforcement == Enforcement()
        assert enforcement.settings.profile == "production"


@pytest.mark.parametrize("severity", list(Severity))
def test_critical_and_high_rules_block_production_only(severity: Severity, tmp_path: Path) -> None:
    rule = replace(_RULE, severity=severity)
    assert Enforcement().blocks(rule) is (severity in (Severity.CRITICAL, Severity.HIGH))
    assert not _enforcement(tmp_path, "  profile: development").blocks(rule)


def test_a_waiver_applies_to_its_rule_and_resource_until_its_date(tmp_path: Path) -> None:
    enforcement = _enforcement(tmp_path, f"  waivers: [{_WAIVER}]")
    assert not enforcement.problems
    assert enforcement.waiver(_RULE, "agent")
    assert not enforcement.waiver(_RULE, "web")
    assert not enforcement.waiver(RULES[1], "agent")
    last_day = _enforcement(tmp_path, f"  waivers: [{_WAIVER.replace('2027-03-31', str(_TODAY))}]")
    assert not last_day.problems


def test_rejects_an_expired_waiver(tmp_path: Path) -> None:
    enforcement = _enforcement(tmp_path, f"  waivers:\n    - {_WAIVER.replace('2027-03-31', '2026-11-25')}")
    assert _problem(enforcement) == (
        f"3: policies.waivers[0].until: the waiver of {_RULE.name} for agent expired on 2026-11-25. "
        "Fix the violation, or set a later date."
    )


def test_rejects_a_waiver_of_an_unknown_rule(tmp_path: Path) -> None:
    enforcement = _enforcement(tmp_path, f"  waivers:\n    - {_WAIVER.replace(_RULE.name, _RULE.name + 's')}")
    message = f"3: policies.waivers[0].rule: there is no rule {_RULE.name}s. Did you mean {_RULE.name}?"
    assert _problem(enforcement) == message


@pytest.mark.parametrize("reason", ["", "reason: '',", "reason: '          ',", "reason: because,"])
def test_rejects_a_waiver_without_a_reason(reason: str, tmp_path: Path) -> None:
    waiver = _WAIVER.replace("reason: it has to see the host,", reason)
    problem = _problem(_enforcement(tmp_path, f"  waivers:\n    - {waiver}"))
    assert problem.startswith("3: policies.waivers[0]")
    assert "reason" in problem


def test_unreadable_settings_are_a_problem_in_the_production_profile(tmp_path: Path) -> None:
    enforcement = _enforcement(tmp_path, "  profile: development\nextends: nothing")
    assert "there is no settings file nothing" in _problem(enforcement)
    assert enforcement.settings.profile == "production"


def test_an_invalid_section_is_a_problem_in_the_production_profile(tmp_path: Path) -> None:
    enforcement = _enforcement(tmp_path, "  profile: relaxed")
    assert "profile" in _problem(enforcement)
    assert enforcement.settings.profile == "production"


def test_settings_inherit_the_section(tmp_path: Path) -> None:
    (tmp_path / "base").mkdir()
    (tmp_path / "base" / "all.yaml").write_text("policies: {profile: development}\n")
    (tmp_path / "mine.yaml").write_text(f"extends: all\npolicies: {{waivers: [{_WAIVER}]}}\n")
    enforcement = enforcement_of("mine", RULES, _TODAY, tmp_path)
    assert enforcement.settings.profile == "development"
    assert enforcement.waiver(_RULE, "agent")


def test_admins_of_the_cluster_are_added_to_those_of_the_section(tmp_path: Path) -> None:
    (tmp_path / "mine.yaml").write_text("cluster: {access: {admins: [one, two]}}\npolicies: {admins: [three]}\n")
    assert enforcement_of("mine", RULES, _TODAY, tmp_path).settings.admins == ("three", "one", "two")
    (tmp_path / "mine.yaml").write_text("cluster: {access: {deployers: [zero], admins: [one]}}\n")
    assert enforcement_of("mine", RULES, _TODAY, tmp_path).settings.admins == ("zero", "one")
    (tmp_path / "mine.yaml").write_text("cluster: {access: {admins: [one, 2]}}\n")
    assert enforcement_of("mine", RULES, _TODAY, tmp_path).settings.admins == ("one",)
    (tmp_path / "mine.yaml").write_text("cluster: [access]\n")
    assert enforcement_of("mine", RULES, _TODAY, tmp_path).settings.admins == ()
