"""What a page makes of the rules."""

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


def _of(folder: Path, section: str) -> Enforcement:
    (folder / "mine.yaml").write_text(f"policies:\n{section}\n")
    return enforcement_of("mine", RULES, _TODAY, folder)


def _said(enforcement: Enforcement) -> str:
    (mistake,) = enforcement.mistakes
    return str(mistake).partition("mine.yaml:")[2]


def test_production_is_what_a_page_means_that_says_nothing(tmp_path: Path) -> None:
    (tmp_path / "mine.yaml").write_text("namespace: shop\n")
    for found in (enforcement_of("mine", RULES, _TODAY, tmp_path), enforcement_of("none", RULES, _TODAY, tmp_path)):
        assert found == Enforcement()
        assert found.settings.profile == "production"


@pytest.mark.parametrize("severity", list(Severity))
def test_production_is_stopped_by_what_is_critical_or_high(severity: Severity, tmp_path: Path) -> None:
    rule = replace(_RULE, severity=severity)
    assert Enforcement().stops(rule) is (severity in (Severity.CRITICAL, Severity.HIGH))
    assert not _of(tmp_path, "  profile: development").stops(rule)


def test_a_waiver_holds_for_its_rule_and_resource_up_to_its_day(tmp_path: Path) -> None:
    found = _of(tmp_path, f"  waivers: [{_WAIVER}]")
    assert not found.mistakes
    assert found.waiver(_RULE, "agent")
    assert not found.waiver(_RULE, "web")
    assert not found.waiver(RULES[1], "agent")
    last = _of(tmp_path, f"  waivers: [{_WAIVER.replace('2027-03-31', str(_TODAY))}]")
    assert not last.mistakes


def test_a_waiver_past_its_day_is_refused(tmp_path: Path) -> None:
    found = _of(tmp_path, f"  waivers:\n    - {_WAIVER.replace('2027-03-31', '2026-11-25')}")
    assert _said(found) == (
        f"3: policies.waivers[0].until is 2026-11-25, which is past: {_RULE.name} holds for agent again. "
        "Mend what it excuses, or decide anew until when."
    )


def test_a_waiver_of_an_unknown_rule_is_refused(tmp_path: Path) -> None:
    found = _of(tmp_path, f"  waivers:\n    - {_WAIVER.replace(_RULE.name, _RULE.name + 's')}")
    said = f"3: policies.waivers[0].rule is {_RULE.name}s, which is no rule. Did you mean {_RULE.name}?"
    assert _said(found) == said


@pytest.mark.parametrize("reason", ["", "reason: '',", "reason: '          ',", "reason: because,"])
def test_a_waiver_without_a_reason_is_refused(reason: str, tmp_path: Path) -> None:
    said = _said(_of(tmp_path, f"  waivers:\n    - {_WAIVER.replace('reason: it has to see the host,', reason)}"))
    assert said.startswith("3: policies.waivers[0]")
    assert "reason" in said


def test_a_page_that_cannot_be_read_is_a_mistake_not_an_excuse(tmp_path: Path) -> None:
    found = _of(tmp_path, "  profile: development\nextends: nothing")
    assert "names the page nothing" in _said(found)
    assert found.settings.profile == "production"


def test_a_section_with_a_mistake_excuses_nothing(tmp_path: Path) -> None:
    found = _of(tmp_path, "  profile: relaxed")
    assert "profile" in _said(found)
    assert found.settings.profile == "production"


def test_a_page_inherits_the_section(tmp_path: Path) -> None:
    (tmp_path / "base").mkdir()
    (tmp_path / "base" / "all.yaml").write_text("policies: {profile: development}\n")
    (tmp_path / "mine.yaml").write_text(f"extends: all\npolicies: {{waivers: [{_WAIVER}]}}\n")
    found = enforcement_of("mine", RULES, _TODAY, tmp_path)
    assert found.settings.profile == "development"
    assert found.waiver(_RULE, "agent")


def test_the_cluster_s_admins_are_those_of_the_page(tmp_path: Path) -> None:
    (tmp_path / "mine.yaml").write_text("cluster: {access: {admins: [one, two]}}\npolicies: {admins: [three]}\n")
    assert enforcement_of("mine", RULES, _TODAY, tmp_path).settings.admins == ("three", "one", "two")
    (tmp_path / "mine.yaml").write_text("cluster: {access: {admins: [one, 2]}}\n")
    assert enforcement_of("mine", RULES, _TODAY, tmp_path).settings.admins == ("one",)
    (tmp_path / "mine.yaml").write_text("cluster: [access]\n")
    assert enforcement_of("mine", RULES, _TODAY, tmp_path).settings.admins == ()
