import socket
from pathlib import Path

from anykube_cli.kubernetes import ports


def test_free_ports_of_an_owner_stay_the_same() -> None:
    owner = Path("/somewhere/clusters/local")
    chosen = ports.choose(owner, 6)
    assert len(set(chosen)) == 6
    assert ports.choose(owner, 6) == chosen
    assert ports.choose(Path("/elsewhere/clusters/local"), 6) != chosen


def test_one_that_is_taken_is_left_out() -> None:
    owner = Path("/somewhere/clusters/taken")
    first, *_ = ports.choose(owner, 3)
    with socket.socket() as squatter:
        squatter.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        squatter.bind(("127.0.0.1", first))
        squatter.listen()
        assert not ports.is_free(first)
        assert first not in ports.choose(owner, 3)


def test_what_is_spoken_for_is_left_out() -> None:
    owner = Path("/somewhere/clusters/besides")
    first, second, third = ports.choose(owner, 3)
    assert ports.choose(owner, 1, excluding=(first, second)) == (third,)
    assert ports.choose(owner, 0) == ()
