"""`python -m anykube_cli.state_service FOLDER`: serves the state in a folder while engines live, and a bit longer."""

import json
import os
import sys
from pathlib import Path

from filelock import FileLock, Timeout

from anykube_cli.state_service.service import Service
from anykube_cli.state_service.store import Store

_LINGER = 5.0
"""Seconds without an engine after which it ends; commands of one `make` follow each other sooner."""


def main() -> None:
    """Serves; ends at once when another one does already."""
    os.umask(0o077)
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    lock = FileLock(folder / ".service.lock")
    try:
        # The one that ends just now holds it for a moment more.
        lock.acquire(timeout=1)
    except Timeout:
        return
    with lock, _service(folder) as service:
        address = folder / "service.json"
        draft = folder / ".service.json.part"
        draft.write_text(json.dumps({"port": service.server_port, "secret": service.secret, "pid": os.getpid()}))
        draft.replace(address)
        try:
            service.serve(_LINGER)
        finally:
            address.unlink(missing_ok=True)


def _service(folder: Path) -> Service:
    """On the port that it had before, if that is free: the engine keeps a record of every address."""
    port = folder / "port"
    try:
        return Service(Store(folder), int(port.read_text()))
    except (OSError, ValueError):
        service = Service(Store(folder))
        port.write_text(str(service.server_port))
        return service


if __name__ == "__main__":
    main()
