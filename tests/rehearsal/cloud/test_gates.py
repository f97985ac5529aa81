"""Gates before API servers: what a caller cannot reach never answers, and what it can reach is passed on."""

import socket
import threading
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from anykube_rehearsal.cloud import caller
from anykube_rehearsal.cloud.caller import NODE, Caller
from anykube_rehearsal.cloud.gates import Gates

INTERNET, OFFICE, VPN = map(caller.parse, ("internet", "203.0.113.7", "10.200.0.0/16"))


@pytest.fixture
def server() -> Iterator[str]:
    """A server that returns the first bytes of each connection in capitals."""
    listener = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            with connection:
                connection.sendall(connection.recv(100).upper())

    threading.Thread(target=serve, daemon=True).start()
    yield f"https://127.0.0.1:{listener.getsockname()[1]}"
    listener.close()


def _call(url: str, timeout: float) -> bytes:
    location = urlsplit(url)
    with socket.create_connection((location.hostname, location.port), timeout) as connection:
        connection.sendall(b"hello")
        return connection.recv(100)


def test_passes_on_whom_the_judge_admits(tmp_path: Path, server: str) -> None:
    judged: list[tuple[str, str, Caller]] = []

    def admit(cluster: str, address: str, caller: Caller) -> bool:
        judged.append((cluster, address, caller))
        return True

    gates = Gates(tmp_path, OFFICE, admit)
    url = gates.url("prod", "public", server)
    assert url != server
    assert _call(url, 30) == b"HELLO"
    assert judged == [("prod", "public", OFFICE)]


def test_never_answers_others(tmp_path: Path, server: str) -> None:
    url = Gates(tmp_path, INTERNET, lambda *_: False).url("prod", "public", server)
    with pytest.raises(TimeoutError):
        _call(url, 0.3)


def test_judges_each_connection(tmp_path: Path, server: str) -> None:
    """A run that admits the caller opens the gate that its start found closed."""
    admitted = [False]
    url = Gates(tmp_path, OFFICE, lambda *_: admitted[0]).url("prod", "public", server)
    with pytest.raises(TimeoutError):
        _call(url, 0.3)
    admitted[0] = True
    assert _call(url, 30) == b"HELLO"


def test_a_node_needs_no_gate(tmp_path: Path, server: str) -> None:
    assert Gates(tmp_path, NODE, lambda *_: False).url("prod", "public", server) == server


def test_a_restarted_account_opens_its_gates_at_the_same_ports(tmp_path: Path, server: str) -> None:
    gates = Gates(tmp_path, OFFICE, lambda *_: True)
    url, private = gates.url("prod", "public", server), gates.url("prod", "private", server)
    gates.close("prod")
    with pytest.raises(ConnectionError):
        _call(private, 30)
    url = gates.url("prod", "public", server)
    gates.stop()
    restarted = Gates(tmp_path, OFFICE, lambda *_: True)
    assert restarted.url("prod", "public", server) == url
    assert _call(url, 30) == b"HELLO"


def test_callers(tmp_path: Path) -> None:
    assert caller.load(tmp_path) == NODE
    caller.save(tmp_path, "203.0.113.7")
    assert caller.load(tmp_path) == OFFICE
    with pytest.raises(ValueError, match="abroad"):
        caller.save(tmp_path, "abroad")
    assert OFFICE.is_within(["198.51.100.0/24", "203.0.113.0/24"])
    assert not OFFICE.is_within(["203.0.113.0/30", "::/0"])
    assert not INTERNET.is_within(["203.0.113.0/24"])
    assert INTERNET.is_within(["0.0.0.0/0"])
    assert [VPN.is_connected, OFFICE.is_connected, INTERNET.is_connected] == [True, False, False]
