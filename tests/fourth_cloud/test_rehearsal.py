"""The fourth cloud rehearsed by the real engine: up, nothing to do, a change of each kind, destroy, nothing left."""

import os
from collections.abc import Iterator, Mapping
from pathlib import Path

import psutil
import pytest

from tests.e2e.checkout import Checkout

pytestmark = pytest.mark.e2e

_INSTALLED = Path(__file__).with_name("installed")
_SETTINGS = _INSTALLED / "anykube_toy" / "templates" / "settings.yaml"
"""What `anykube init` writes for it."""


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Checkout]:
    checkout = Checkout(tmp_path_factory.mktemp("fourth") / "anykube")
    settings = _SETTINGS.read_text().replace("%%name", "shop")
    try:
        (checkout.folder / "stacks" / "environments" / "toy-dev.yaml").write_text(settings)
        yield checkout
        psutil.wait_procs(checkout.processes(), timeout=30)
        assert checkout.processes() == []
    finally:
        checkout.remove()


def _environment(checkout: Checkout) -> Mapping[str, str]:
    """A shell where its distribution is installed, as far as Python is concerned."""
    installed = _INSTALLED.relative_to(Path(__file__).parents[2])
    return {**checkout.plain_environment, "PYTHONPATH": os.fspath(checkout.folder / installed)}


def test_a_cloud_of_another_distribution_is_rehearsed(checkout: Checkout) -> None:
    said = checkout.run("make", "rehearse", "STACK=toy-dev", environment=_environment(checkout))
    for step in ("nothing to do", "scale the pool servers", "add a pool", "upgrade 1.35 → 1.36", "destroy"):
        assert step in said.all
    assert "Simulated: Toy, all of it." in said.all


def test_without_its_distribution_its_settings_are_no_known_cloud(checkout: Checkout) -> None:
    said = checkout.run("make", "rehearse", "STACK=toy-dev", ok=False)
    assert said.code == 2
    assert 'cluster.cloud is the text "toy", which is no known cloud' in said.all
