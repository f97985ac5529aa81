import socket
from pathlib import Path

from anykube_cli.kubernetes import ports


def test_owner_gets_same_ports_again() -> None:
    owner = Path("/first/clusters/local")
    chosen = ports.choose(owner, 6)
    assert len(set(chosen)) == 6
    assert ports.choose(owner, 6) == chosen
    assert ports.choose(Path("/second/clusters/local"), 6) != chosen


def test_skips_port_in_use() -> None:
    owner = Path("/first/clusters/in-use")
    first, *_ = ports.choose(owner, 3)
    with socket.socket() as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(("127.0.0.1", first))
        listener.listen()
        assert not ports.is_free(first)
        assert first not in ports.choose(owner, 3)


def test_skips_excluded_ports() -> None:
    owner = Path("/first/clusters/excluding")
    first, second, third = ports.choose(owner, 3)
    assert ports.choose(owner, 1, excluding=(first, second)) == (third,)
    assert ports.choose(owner, 0) == ()
