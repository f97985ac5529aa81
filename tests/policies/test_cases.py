"""Every rule, by resources that break it and resources that keep it."""

import re

import pytest
from anykube_policies.rule import Severity
from anykube_policies.table import RULES

from tests.policies.cases import BY_NAME, Case, cases


def _named(case: Case) -> str:
    return case.rule


@pytest.mark.parametrize("case", [case for case in cases() if case.fails], ids=_named)
def test_fails(case: Case) -> None:
    broken, unknown = case.judge()
    said = case.content.get("says", [])
    assert broken == (said if isinstance(said, list) else [said])
    asked = case.content.get("unknown", [])
    assert unknown == (asked if isinstance(asked, list) else [asked])
    assert broken or unknown


@pytest.mark.parametrize("case", [case for case in cases() if not case.fails], ids=_named)
def test_passes(case: Case) -> None:
    assert case.judge() == ([], [])


def test_every_rule_has_cases_of_both_kinds() -> None:
    for fails in (True, False):
        assert {case.rule for case in cases() if case.fails is fails} == set(BY_NAME)
    broken = {case.rule for case in cases() if case.fails and case.content.get("says")}
    assert broken == set(BY_NAME)


def test_the_table_is_whole() -> None:
    assert len(BY_NAME) == len(RULES)
    for rule in RULES:
        assert re.fullmatch(r"[a-z]+(-[a-z]+)+", rule.name)
        assert rule.controls
        assert isinstance(rule.severity, Severity)
        for text in (rule.title, rule.remedy):
            assert text.strip(" .") == text
        assert rule.title[0].isupper()
        assert rule.remedy[0].islower() or not rule.remedy[0].isalpha()
