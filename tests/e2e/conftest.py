"""End-to-end tests: the real engine, the real provider and a real Kubernetes API, in separate checkouts."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e.checkout import Checkout


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.e2e)


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Checkout]:
    """A fresh clone for each module, removed afterwards."""
    checkout = Checkout(tmp_path_factory.mktemp("clone") / "anykube")
    yield checkout
    checkout.remove()
