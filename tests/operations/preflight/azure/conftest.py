"""A subscription for each test, and an environment without credentials."""

import os
from pathlib import Path

import pytest

from tests.operations.preflight.azure.subscription import Subscription


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Hides this machine's variables and `az login`."""
    for name in [name for name in os.environ if name.startswith(("ARM_", "AZURE_", "ACTIONS_"))]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("AZURE_CONFIG_DIR", str(tmp_path))
    monkeypatch.setenv("PATH", str(tmp_path))


@pytest.fixture
def fake_subscription() -> Subscription:
    return Subscription()
