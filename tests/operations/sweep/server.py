"""Runs the server of a simulated account during a test."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from anykube_rehearsal.cloud.account.account import Account
from anykube_rehearsal.cloud.account.server import Server


@contextmanager
def serve(account: Account) -> Iterator[str]:
    """The server's URL."""
    server = Server(account)
    thread = threading.Thread(target=server.serve)
    thread.start()
    try:
        yield server.url
    finally:
        server.stop()
        thread.join()
