"""Every rule across fields has its counterpart in the API server, or is marked as Anykube's alone."""

import pytest
from anykube._rules.context import RuleContext
from anykube._rules.node import ConfigNode
from anykube._rules.registry import Rule, all_rules
from anykube._rules.source import source_of

from tests.api_rules.tables import ONLY_OURS, RULE_CASES, RuleCase, rule_name

_RULES: dict[str, Rule] = {rule_name(rule): rule for rule in all_rules()}


def test_every_rule_is_in_the_inventory() -> None:
    with_cases = {case.rule for case in RULE_CASES}
    assert with_cases.isdisjoint(ONLY_OURS)
    missing = _RULES.keys() - with_cases - ONLY_OURS.keys()
    assert not missing, "add them to tests/api_rules/across_fields: apps that the API server refuses, or what they are"
    assert with_cases | ONLY_OURS.keys() == _RULES.keys()


@pytest.mark.parametrize("case", RULE_CASES, ids=lambda case: case.rule)
def test_the_rule_rejects_the_apps(case: RuleCase) -> None:
    settings = {"cluster": {"cloud": "local", "gateway_api": True}, "namespace": "demo", "apps": case.apps}
    assert list(_RULES[case.rule](RuleContext(ConfigNode(source_of(settings)), "local")))
