"""What holds for all tests: under CI a skipped one is a failure, since there everything is there that a test needs."""

import os
from collections.abc import Generator
from pathlib import Path

import pytest
from anykube_cli.toolchain import paths
from hypothesis import settings
from hypothesis.configuration import set_hypothesis_home_dir

# hypothesis would otherwise keep what it found, and what it read of our sources, in a folder of the checkout.
set_hypothesis_home_dir(paths.state_dir() / "hypothesis")
settings.register_profile("anykube", database=None, deadline=None)
settings.load_profile("anykube")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    if report.skipped and os.environ.get("CI") and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        report.longrepr = f"{item.nodeid} was skipped, which hides a gap: {call.excinfo}"
    return report


_SLOW = (
    "components/clusters/aks",
    "components/clusters/eks",
    "components/clusters/gke",
    "components/workloads/test_policies_of_pods",
    "golden/test_recalled",
    "operations/backends",
    "operations/preflight",
    "operations/roles",
    "operations/sweep",
    "policies/components",
    "rehearsal/aws",
    "rehearsal/azure",
    "rehearsal/cloud/plugin",
    "rehearsal/gcp",
    "stacks/settings/test_secret_managers",
)
"""Suites that start a simulated account, or read a large SDK, for nearly every test: too slow for the fast part."""


_APART = {"not slow": _SLOW, "not e2e": ("e2e",)}
"""What an expression of marks leaves out whole: it is not even read, since that takes longer than all other tests."""


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    here, wanted = Path(__file__).parent, str(config.option.markexpr)
    if not collection_path.is_relative_to(here):
        return None
    place = str(collection_path.relative_to(here))
    left_out = any(word in wanted and place.startswith(suites) for word, suites in _APART.items())
    return True if left_out else None


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = Path(__file__).parent
    for item in items:
        if item.path.is_relative_to(here) and str(item.path.relative_to(here)).startswith(_SLOW):
            item.add_marker(pytest.mark.slow)
