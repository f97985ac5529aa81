from dataclasses import replace

import pytest
from anykube_cli.preflight.aws.versions import version

from tests.operations.preflight.aws.account import PLAN, Account, format_problems, versions


@pytest.mark.parametrize("minor", ["1.34", "1.35", "1.36", None])
def test_standard_support_is_fine(account: Account, minor: str | None) -> None:
    assert not account.run(version, replace(PLAN, version=minor))


@pytest.mark.parametrize(("minor", "reason"), [("1.99", "does not know"), ("1.20", "no longer supports")])
def test_unsupported_version(account: Account, minor: str, reason: str) -> None:
    [problem] = account.run(version, replace(PLAN, version=minor))
    assert (problem.severity, problem.subject) == ("error", f"version {minor}")
    assert reason in problem.message
    assert "1.34, 1.35, 1.36" in problem.remedy


def test_extended_support_is_a_warning(account: Account) -> None:
    [problem] = account.run(version, replace(PLAN, version="1.33"))
    assert problem.severity == "warning"
    assert "until 2027-07-29" in problem.message
    assert "costs extra" in problem.message
    assert "1.34, 1.35, 1.36" in problem.remedy


@pytest.mark.parametrize(("days", "severities"), [(29, ["warning"]), (31, [])])
def test_warns_before_standard_support_ends(account: Account, days: int, severities: list[str]) -> None:
    account.respond("DescribeClusterVersions", {"clusterVersions": versions(v134=days)})
    problems = account.run(version, replace(PLAN, version="1.34"))
    assert [problem.severity for problem in problems] == severities
    if problems:
        assert "choose 1.35 or 1.36" in format_problems(problems)


def test_end_of_support_of_the_newest_version(account: Account) -> None:
    account.respond("DescribeClusterVersions", {"clusterVersions": versions(v136=9)})
    assert "1.34, 1.35, 1.36" in format_problems(account.run(version, replace(PLAN, version="1.36")))


def test_no_version_offered(account: Account) -> None:
    account.respond("DescribeClusterVersions", {"clusterVersions": []})
    assert "lists no version" in format_problems(account.run(version, PLAN))
