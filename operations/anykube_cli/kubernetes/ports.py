"""Chooses loopback ports that other programs are unlikely to use while a cluster is stopped."""

import socket
import zlib
from collections.abc import Collection, Iterator
from pathlib import Path

from anykube_cli.kubernetes.errors import SandboxError

_FIRST, _COUNT = 20_000, 9_000
"""Below Linux's ephemeral range (32768) and Kubernetes' node ports (30000), so that no client socket uses them."""


def is_free(port: int) -> bool:
    """Whether a program can listen on this port of 127.0.0.1 now."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def _candidates(owner: Path) -> Iterator[int]:
    start = zlib.crc32(str(owner).encode())
    for offset in range(_COUNT):
        yield _FIRST + (start + offset) % _COUNT


def choose(owner: Path, count: int, excluding: Collection[int] = ()) -> tuple[int, ...]:
    """Chooses `count` free ports. The search starts at a hash of the owner, so that clusters rarely compete for ports.

    `excluding`: ports that are reserved, even if no program listens on them yet.
    """
    chosen: list[int] = []
    for port in _candidates(owner):
        if len(chosen) == count:
            return tuple(chosen)
        if port not in excluding and is_free(port):
            chosen.append(port)
    raise SandboxError(f"fewer than {count} ports between {_FIRST} and {_FIRST + _COUNT} are free on 127.0.0.1")
