"""Kills the engine (`kill -9`) at ten moments of `up` and `destroy`. The next make recovers by itself.

The tests count the cluster's live objects, not the state.
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
_EXPECTED = {"Namespace": 1, "Deployment": 3, "Service": 3, "Ingress": 1, "ServiceAccount": 3, "Secret": 2}
_MOMENTS = [round(random.Random(number).uniform(0.5, 9.0), 1) for number in range(10)]
"""Seconds after the start. Fixed, so that a failure can be reproduced."""


def _run_and_kill(checkout: Checkout, *command: str, after: float) -> None:
    """Starts a make target and kills only its engine, after this many seconds."""
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
        with contextlib.suppress(psutil.NoSuchProcess):  # it may have finished already
            engine.kill()
    process.wait()


def _engine_below(process: psutil.Process, seconds: float = 60.0) -> psutil.Process | None:
    """Returns the engine process of `pulumi up` or `pulumi destroy`, not that of a query."""
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
    items = checkout.get(_KINDS, "-A", "-l", "app.kubernetes.io/managed-by=anykube")
    return Counter(item["kind"] for item in items)


@pytest.mark.parametrize("moment", _MOMENTS)
def test_up_and_destroy_recover_from_kill(checkout: Checkout, moment: float) -> None:
    _run_and_kill(checkout, "up", after=moment)
    checkout.make("up")
    assert _live(checkout) == _EXPECTED
    assert len(checkout.get("nodes")) == 4
    assert len(checkout.get("pods", "-n", "demo")) == 9
    checkout.pulumi("preview", "--stack", "local", "--expect-no-changes")
    _run_and_kill(checkout, "destroy", after=moment)
    checkout.make("destroy")
    assert checkout.processes() == []
    assert not list((checkout.folder / ".anykube" / "local" / "clusters").glob("*"))


@pytest.mark.parametrize("moment", _MOMENTS[:3])
def test_destroy_after_killed_up_leaves_nothing_on_cluster(checkout: Checkout, moment: float) -> None:
    checkout.make("up")
    _run_and_kill(checkout, "up", "STACK=local-shop", after=moment / 4)
    checkout.make("destroy", "STACK=local-shop")
    assert _live(checkout) == _EXPECTED
    checkout.make("destroy")
