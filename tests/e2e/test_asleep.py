"""Recovery after all processes of the local cluster were killed, as by a reboot."""

import psutil
import pytest

from tests.e2e.checkout import Checkout, CommandResult


@pytest.fixture(scope="module")
def deployed(checkout: Checkout) -> CommandResult:
    return checkout.make("up")


def _kill_cluster(checkout: Checkout) -> None:
    processes = [process for process in checkout.processes() if "/clusters/local/bin/" in " ".join(process.cmdline())]
    assert len(processes) == 5
    for process in processes:
        process.kill()
    psutil.wait_procs(processes, timeout=10)


def test_up_restarts_cluster_with_its_data(checkout: Checkout, deployed: CommandResult) -> None:
    pods = {pod["metadata"]["uid"] for pod in checkout.get("pods", "-n", "demo")}
    _kill_cluster(checkout)
    checkout.make("up")
    assert {pod["metadata"]["uid"] for pod in checkout.get("pods", "-n", "demo")} == pods
    checkout.pulumi("preview", "--stack", "local", "--expect-no-changes")


def test_preview_shows_stopped_cluster(checkout: Checkout, deployed: CommandResult) -> None:
    _kill_cluster(checkout)
    assert "~running" in checkout.pulumi("preview", "--stack", "local").all
    checkout.make("up")


def test_restart_avoids_ports_in_use(checkout: Checkout, deployed: CommandResult) -> None:
    import socket

    endpoint = checkout.pulumi("stack", "output", "cluster", "--stack", "local", "--json").out
    port = int(endpoint.partition("127.0.0.1:")[2].partition('"')[0])
    _kill_cluster(checkout)
    with socket.socket() as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(("127.0.0.1", port))
        listener.listen()
        checkout.make("up")
        assert len(checkout.get("pods", "-n", "demo")) == 9
        checkout.pulumi("preview", "--stack", "local", "--expect-no-changes")


def test_up_recreates_cluster_with_lost_files(checkout: Checkout, deployed: CommandResult) -> None:
    """A cluster without its data is a new cluster, so everything is created again."""
    import shutil

    _kill_cluster(checkout)
    shutil.rmtree(checkout.folder / ".anykube" / "local" / "clusters")
    checkout.make("up")
    assert len(checkout.get("pods", "-n", "demo")) == 9
    checkout.pulumi("preview", "--stack", "local", "--expect-no-changes")


def test_destroy_starts_stopped_cluster(checkout: Checkout, deployed: CommandResult) -> None:
    checkout.make("up", "STACK=local-shop")
    _kill_cluster(checkout)
    checkout.make("destroy")
    assert checkout.processes() == []
