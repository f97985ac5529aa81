"""`python -m anykube_cli.state_service FOLDER`: serves the state in a folder while engines run."""

import json
import os
import sys
from pathlib import Path

from filelock import FileLock, Timeout

from anykube_cli.state_service.service import Service
from anykube_cli.state_service.store import Store

_LINGER_SECONDS = 5.0
"""Seconds without an engine after which the service exits. The commands of one `make` follow each other sooner."""


def main() -> None:
    """Runs the service. Exits at once if another one already serves the folder."""
    os.umask(0o077)
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    lock = FileLock(folder / ".service.lock")
    try:
        # A service that is exiting may hold the lock for another moment.
        lock.acquire(timeout=1)
    except Timeout:
        return
    with lock, _service(folder) as service:
        address = folder / "service.json"
        draft = folder / ".service.json.part"
        draft.write_text(json.dumps({"port": service.server_port, "secret": service.secret, "pid": os.getpid()}))
        draft.replace(address)
        try:
            service.serve(_LINGER_SECONDS)
        finally:
            address.unlink(missing_ok=True)


def _service(folder: Path) -> Service:
    """Creates the service on its previous port, if that is free, because the engine records every address it uses."""
    port_file = folder / "port"
    try:
        return Service(Store(folder), int(port_file.read_text()))
    except (OSError, ValueError):
        service = Service(Store(folder))
        port_file.write_text(str(service.server_port))
        return service


if __name__ == "__main__":
    main()
