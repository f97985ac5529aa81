"""`kill -9` of the engine at ten moments of an `up` and of a `destroy`: the next make converges by itself.

Live objects of the cluster are counted, not the state.
"""

import contextlib
import random
import subprocess
import time
from collections import Counter

import psutil
import pytest

from tests.e2e.checkout import Checkout

_KINDS = "namespaces,deployments,services,ingresses,serviceaccounts,secrets"
_WANTED = {"Namespace": 1, "Deployment": 3, "Service": 3, "Ingress": 1, "ServiceAccount": 3, "Secret": 2}
_MOMENTS = [round(random.Random(number).uniform(0.5, 9.0), 1) for number in range(10)]
"""Seconds after the start. Fixed, so that a failure can be run again; the machine's own jitter makes them random."""


def _killed(checkout: Checkout, *command: str, after: float) -> None:
    """Starts a make target and kills the engine under it, and nothing else, at that moment."""
    process = subprocess.Popen(
        ["make", *command],
        cwd=checkout.folder,
        env=checkout.base_environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    engine = _engine_below(psutil.Process(process.pid))
    if engine:
        time.sleep(after)
        with contextlib.suppress(psutil.NoSuchProcess):  # it may have been quicker than the moment
            engine.kill()
    process.wait()


def _engine_below(process: psutil.Process, seconds: float = 60.0) -> psutil.Process | None:
    """The engine that does the work: `pulumi up` or `pulumi destroy`, not one that only asks."""
    end = time.monotonic() + seconds
    while time.monotonic() < end and process.is_running() and process.status() != psutil.STATUS_ZOMBIE:
        for child in process.children(recursive=True):
            try:
                if child.name() == "pulumi" and {"up", "destroy"} & set(child.cmdline()[1:2]):
                    return child
            except psutil.Error:
                continue
        time.sleep(0.02)
    return None


def _live(checkout: Checkout) -> Counter[str]:
    found = checkout.get(_KINDS, "-A", "-l", "app.kubernetes.io/managed-by=anykube")
    return Counter(item["kind"] for item in found)


@pytest.mark.parametrize("moment", _MOMENTS)
def test_up_and_then_destroy_converge(checkout: Checkout, moment: float) -> None:
    _killed(checkout, "up", after=moment)
    checkout.make("up")
    assert _live(checkout) == _WANTED
    assert len(checkout.get("nodes")) == 4
    assert len(checkout.get("pods", "-n", "demo")) == 9
    checkout.pulumi("preview", "--stack", "local", "--expect-no-changes")
    _killed(checkout, "destroy", after=moment)
    checkout.make("destroy")
    assert checkout.processes() == []
    assert not list((checkout.folder / ".anykube" / "local" / "clusters").glob("*"))


@pytest.mark.parametrize("moment", _MOMENTS[:3])
def test_destroy_after_a_killed_up_leaves_nothing_on_a_cluster_that_stays(checkout: Checkout, moment: float) -> None:
    checkout.make("up")
    _killed(checkout, "up", "STACK=local-shop", after=moment / 4)
    checkout.make("destroy", "STACK=local-shop")
    assert _live(checkout) == _WANTED
    checkout.make("destroy")
