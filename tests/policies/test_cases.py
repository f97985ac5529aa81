"""Runs every rule on resources that break it and resources that pass it."""

import re

import pytest
from anykube_policies.clusters import aks, eks, gke
from anykube_policies.clusters.rules import RULES as CLUSTER_RULES
from anykube_policies.rule import Rule, Severity
from anykube_policies.table import RULES

from tests.policies.cases import BY_NAME, Case, cases

_CLOUDS = {"EKS": eks.CHECKS, "GKE": gke.CHECKS, "AKS": aks.CHECKS}


def _rule_name(case: Case) -> str:
    return case.rule


@pytest.mark.parametrize("case", [case for case in cases() if case.fails], ids=_rule_name)
def test_fails(case: Case) -> None:
    messages, unknown = case.evaluate()
    expected = case.content.get("message", [])
    assert messages == (expected if isinstance(expected, list) else [expected])
    expected = case.content.get("unknown", [])
    assert unknown == (expected if isinstance(expected, list) else [expected])
    assert messages or unknown


@pytest.mark.parametrize("case", [case for case in cases() if not case.fails], ids=_rule_name)
def test_passes(case: Case) -> None:
    assert case.evaluate() == ([], [])


def test_every_rule_has_failing_and_passing_cases() -> None:
    for fails in (True, False):
        assert {case.rule for case in cases() if case.fails is fails} == set(BY_NAME)
    with_message = {case.rule for case in cases() if case.fails and case.content.get("message")}
    assert with_message == set(BY_NAME)


def test_rules_are_unique_and_complete() -> None:
    assert len(BY_NAME) == len(RULES)
    for rule in RULES:
        assert re.fullmatch(r"[a-z]+(-[a-z]+)+", rule.name)
        assert rule.controls
        assert isinstance(rule.severity, Severity)
        for text in (rule.title, rule.remedy):
            assert text.strip(" .") == text
        assert rule.title[0].isupper()
        assert rule.remedy[0].islower() or not rule.remedy[0].isalpha()


@pytest.mark.parametrize("rule", CLUSTER_RULES, ids=lambda rule: rule.name)
def test_a_cluster_rule_names_the_clouds_that_have_checks_for_it(rule: Rule) -> None:
    clouds = {cloud for cloud, checks in _CLOUDS.items() if rule.name in {*checks.by_type, *checks.nested}}
    named = rule.clouds.partition(" (")[0]
    assert clouds == (set(_CLOUDS) if named == "all" else set(named.split(", ")))
