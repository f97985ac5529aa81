"""Rules for all tests. In CI, a skipped test counts as failed, because CI has everything that the tests need."""

import os
from collections.abc import Generator
from pathlib import Path

import pytest
from anykube_cli.toolchain import paths
from hypothesis import settings
from hypothesis.configuration import set_hypothesis_home_dir

# By default, hypothesis writes its database and what it read from our sources to a folder of the checkout.
set_hypothesis_home_dir(paths.state_dir() / "hypothesis")
settings.register_profile("anykube", database=None, deadline=None)
settings.load_profile("anykube")


def pytest_configure(config: pytest.Config) -> None:
    # Collecting tests runs none of them, so that all snapshots are unused.
    if config.option.collectonly:
        config.option.warn_unused_snapshots = True


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    if report.skipped and os.environ.get("CI") and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        report.longrepr = f"{item.nodeid} was skipped, but CI must run every test: {call.excinfo}"
    return report


_SLOW = (
    "components/clusters/aks",
    "components/clusters/eks",
    "components/clusters/gke",
    "components/workloads/test_policies_of_pods",
    "docs/test_reference",
    "docs/test_site",
    "golden/test_load_known",
    "operations/backends",
    "operations/logins",
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
"""Suites in which nearly every test starts a simulated account or reads a large SDK."""


_SUITES = {"slow": _SLOW, "e2e": ("e2e",)}
"""The suites that have a marker as a whole. A test elsewhere has it in its file, as `pytest.mark.MARKER`."""


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Leaves out the files from which a marker expression selects nothing. Importing them would take half a minute."""
    root, expression = Path(__file__).parent, str(config.option.markexpr)
    if not collection_path.is_relative_to(root):
        return None
    path = str(collection_path.relative_to(root))
    if expression in _SUITES and collection_path.suffix == ".py":
        is_selected = path.startswith(_SUITES[expression])
        return None if is_selected or f"pytest.mark.{expression}" in collection_path.read_text() else True
    is_ignored = any(f"not {marker}" in expression and path.startswith(suites) for marker, suites in _SUITES.items())
    return True if is_ignored else None


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    root = Path(__file__).parent
    for item in items:
        if item.path.is_relative_to(root) and str(item.path.relative_to(root)).startswith(_SLOW):
            item.add_marker(pytest.mark.slow)
