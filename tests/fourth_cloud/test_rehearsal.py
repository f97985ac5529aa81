"""A rehearsal of the fourth cloud with the real engine."""

import os
from collections.abc import Iterator, Mapping
from pathlib import Path

import psutil
import pytest

from tests.e2e.checkout import Checkout

pytestmark = pytest.mark.e2e

_INSTALLED = Path(__file__).with_name("installed")
_SETTINGS = _INSTALLED / "anykube_toy" / "templates" / "settings.yaml"
"""The settings template of `anykube init`."""


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
    """An environment in which Python finds the cloud's distribution."""
    installed = _INSTALLED.relative_to(Path(__file__).parents[2])
    return {**checkout.base_environment, "PYTHONPATH": os.fspath(checkout.folder / installed)}


def test_rehearses_a_cloud_of_another_distribution(checkout: Checkout) -> None:
    output = checkout.run("make", "rehearse", "STACK=toy-dev", environment=_environment(checkout))
    for step in ("nothing to do", "scale the pool servers", "add a pool", "upgrade 1.35 → 1.36", "destroy"):
        assert step in output.all
    assert "Simulated: Toy, all of it." in output.all


def test_its_cloud_is_unknown_without_its_distribution(checkout: Checkout) -> None:
    output = checkout.run("make", "rehearse", "STACK=toy-dev", ok=False)
    assert output.code == 2
    assert 'cluster.cloud: the text "toy" is not a known cloud' in output.all
