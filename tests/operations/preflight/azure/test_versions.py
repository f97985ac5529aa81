from dataclasses import replace

import pytest
from anykube_cli.preflight.azure.versions import version

from tests.operations.preflight.azure.subscription import PLAN, Subscription
from tests.operations.preflight.problem_text import said


@pytest.mark.parametrize("wanted", ["1.34", "1.35", None])
def test_what_is_supported_is_fine(subscription_: Subscription, wanted: str | None) -> None:
    assert not subscription_.found(version, replace(PLAN, version=wanted))


def test_a_version_that_there_is_not(subscription_: Subscription) -> None:
    [problem] = subscription_.found(version, replace(PLAN, version="1.20"))
    assert (problem.severity, problem.subject) == ("error", "version 1.20")
    assert problem.remedy == "choose from 1.34, 1.35"


def test_a_preview_is_a_hint(subscription_: Subscription) -> None:
    [problem] = subscription_.found(version, replace(PLAN, version="1.36"))
    assert problem.severity == "warning"
    assert "a preview" in problem.message


def test_long_term_support_takes_a_tier(subscription_: Subscription) -> None:
    [problem] = subscription_.found(version, replace(PLAN, version="1.33"))
    assert problem.severity == "error"
    assert "tier: Premium" in problem.remedy
    assert not subscription_.found(version, replace(PLAN, version="1.33", premium=True))


def test_without_any_version(subscription_: Subscription) -> None:
    subscription_.answer("versions", {"values": []})
    assert "choose from none" in said(subscription_.found(version, PLAN))
