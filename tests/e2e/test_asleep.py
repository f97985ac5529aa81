"""All processes of the local cluster killed, as by a reboot."""

import psutil
import pytest

from tests.e2e.checkout import Checkout, CommandResult


@pytest.fixture(scope="module")
def upped(checkout: Checkout) -> CommandResult:
    return checkout.make("up")


def _kill_cluster(checkout: Checkout) -> None:
    found = [process for process in checkout.processes() if "/clusters/local/bin/" in " ".join(process.cmdline())]
    assert len(found) == 5
    for process in found:
        process.kill()
    psutil.wait_procs(found, timeout=10)


def test_up_brings_it_back_with_its_data(checkout: Checkout, upped: CommandResult) -> None:
    pods = {pod["metadata"]["uid"] for pod in checkout.get("pods", "-n", "demo")}
    _kill_cluster(checkout)
    checkout.make("up")
    assert {pod["metadata"]["uid"] for pod in checkout.get("pods", "-n", "demo")} == pods
    checkout.pulumi("preview", "--stack", "local", "--expect-no-changes")


def test_preview_says_that_it_sleeps(checkout: Checkout, upped: CommandResult) -> None:
    _kill_cluster(checkout)
    assert "~running" in checkout.pulumi("preview", "--stack", "local").all
    checkout.make("up")


def test_taken_ports_are_left(checkout: Checkout, upped: CommandResult) -> None:
    import socket

    endpoint = checkout.pulumi("stack", "output", "cluster", "--stack", "local", "--json").out
    port = int(endpoint.partition("127.0.0.1:")[2].partition('"')[0])
    _kill_cluster(checkout)
    with socket.socket() as squatter:
        squatter.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        squatter.bind(("127.0.0.1", port))
        squatter.listen()
        checkout.make("up")
        assert len(checkout.get("pods", "-n", "demo")) == 9
        checkout.pulumi("preview", "--stack", "local", "--expect-no-changes")


def test_its_files_are_lost(checkout: Checkout, upped: CommandResult) -> None:
    """A cluster whose data is gone is another cluster: everything is made anew."""
    import shutil

    _kill_cluster(checkout)
    shutil.rmtree(checkout.folder / ".anykube" / "local" / "clusters")
    checkout.make("up")
    assert len(checkout.get("pods", "-n", "demo")) == 9
    checkout.pulumi("preview", "--stack", "local", "--expect-no-changes")


def test_destroy_wakes_it_first(checkout: Checkout, upped: CommandResult) -> None:
    checkout.make("up", "STACK=local-shop")
    _kill_cluster(checkout)
    checkout.make("destroy")
    assert checkout.processes() == []
