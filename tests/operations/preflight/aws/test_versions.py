from dataclasses import replace

import pytest
from anykube_cli.preflight.aws.versions import version

from tests.operations.preflight.aws.account import PLAN, Account, said, versions


@pytest.mark.parametrize("wanted", ["1.34", "1.35", "1.36", None])
def test_standard_support_is_fine(account: Account, wanted: str | None) -> None:
    assert not account.found(version, replace(PLAN, version=wanted))


@pytest.mark.parametrize(("wanted", "why"), [("1.99", "does not know"), ("1.20", "ended its support")])
def test_a_version_that_is_refused(account: Account, wanted: str, why: str) -> None:
    [problem] = account.found(version, replace(PLAN, version=wanted))
    assert (problem.severity, problem.subject) == ("error", f"version {wanted}")
    assert why in problem.message
    assert "1.34, 1.35, 1.36" in problem.remedy


def test_extended_support_costs(account: Account) -> None:
    [problem] = account.found(version, replace(PLAN, version="1.33"))
    assert problem.severity == "warning"
    assert "until 2027-07-29" in problem.message
    assert "charges extra" in problem.message
    assert "1.34, 1.35, 1.36" in problem.remedy


@pytest.mark.parametrize(("days", "severities"), [(29, ["warning"]), (31, [])])
def test_the_end_of_standard_support(account: Account, days: int, severities: list[str]) -> None:
    account.answer("DescribeClusterVersions", {"clusterVersions": versions(v134=days)})
    found = account.found(version, replace(PLAN, version="1.34"))
    assert [problem.severity for problem in found] == severities
    if found:
        assert "choose 1.35 or 1.36" in said(found)


def test_the_end_of_the_last_version(account: Account) -> None:
    account.answer("DescribeClusterVersions", {"clusterVersions": versions(v136=9)})
    assert "1.34, 1.35, 1.36" in said(account.found(version, replace(PLAN, version="1.36")))


def test_without_any_version(account: Account) -> None:
    account.answer("DescribeClusterVersions", {"clusterVersions": []})
    assert "names no version" in said(account.found(version, PLAN))
