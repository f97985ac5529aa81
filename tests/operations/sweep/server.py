"""A simulated account that answers while a test runs."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from anykube_rehearsal.cloud.account.account import Account
from anykube_rehearsal.cloud.account.server import Server


@contextmanager
def served(account: Account) -> Iterator[str]:
    """Where it answers."""
    server = Server(account)
    thread = threading.Thread(target=server.serve)
    thread.start()
    try:
        yield server.url
    finally:
        server.stop()
        thread.join()
