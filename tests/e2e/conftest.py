"""End-to-end tests: the real engine, the real provider and a real Kubernetes API, in separate checkouts."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e.checkout import Checkout

_LONGEST = (
    "test_docs",
    "test_rehearsal",
    "test_ownership",
    "test_guarded_up",
    "test_asleep",
    "test_killed",
    "test_main_job",
    "test_after_a_run",
    "test_violations",
    "test_partial_update",
    "test_pipeline",
    "test_access",
    "test_sweep",
    "test_rehearsal_reach",
    "test_guards",
    "test_workloads",
    "test_imports",
    "test_wheels",
    "test_examples",
    "test_rehearsal_azure",
    "test_pipeline_clouds",
    "test_rotated_keys",
    "test_state",
    "test_routes",
    "test_check_and_api_server",
    "test_existing_cluster",
    "test_rollouts",
    "test_golden",
    "test_policies",
    "test_cluster_examples",
)
"""Modules that take more than two minutes, the longest first, so that no worker waits for another at the end."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.e2e)
    order = {module: position for position, module in enumerate(_LONGEST)}
    items.sort(key=lambda item: order.get(item.path.stem, len(order)) if item.get_closest_marker("e2e") else len(order))


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Checkout]:
    """A fresh clone for each module, removed afterwards."""
    checkout = Checkout(tmp_path_factory.mktemp("clone") / "anykube")
    yield checkout
    checkout.remove()
