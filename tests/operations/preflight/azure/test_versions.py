from dataclasses import replace

import pytest
from anykube_cli.preflight.azure.versions import version

from tests.operations.preflight.azure.subscription import PLAN, Subscription
from tests.operations.preflight.problem_text import format_problems


@pytest.mark.parametrize("minor", ["1.34", "1.35", None])
def test_supported_version(fake_subscription: Subscription, minor: str | None) -> None:
    assert not fake_subscription.run(version, replace(PLAN, version=minor))


def test_unknown_version(fake_subscription: Subscription) -> None:
    [problem] = fake_subscription.run(version, replace(PLAN, version="1.20"))
    assert (problem.severity, problem.subject) == ("error", "version 1.20")
    assert problem.remedy == "choose from 1.34, 1.35"


def test_preview_version_is_a_warning(fake_subscription: Subscription) -> None:
    [problem] = fake_subscription.run(version, replace(PLAN, version="1.36"))
    assert problem.severity == "warning"
    assert "a preview" in problem.message


def test_long_term_support_requires_the_premium_tier(fake_subscription: Subscription) -> None:
    [problem] = fake_subscription.run(version, replace(PLAN, version="1.33"))
    assert problem.severity == "error"
    assert "tier: Premium" in problem.remedy
    assert not fake_subscription.run(version, replace(PLAN, version="1.33", premium=True))


def test_no_version_offered(fake_subscription: Subscription) -> None:
    fake_subscription.respond("versions", {"values": []})
    assert "choose from none" in format_problems(fake_subscription.run(version, PLAN))
