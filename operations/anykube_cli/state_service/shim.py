"""The project's `pulumi` command: starts the state service if necessary, then replaces itself with the engine.

    python shim.py STATE ENGINE PYTHON ARGUMENT...

It runs before every command, as a single file with only the standard library. It does nothing if the user has set a
backend. It uses exec, so signals sent to `pulumi` reach the engine.
"""

import http.client
import json
import os
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

_START_TIMEOUT = 20.0
"""Seconds to wait for the service to respond. On a busy machine it needs one or two."""


def main() -> None:
    """Replaces this process with the engine and passes it the address of the running service."""
    state, engine, python, *arguments = sys.argv[1:]
    environment = dict(os.environ)
    if "PULUMI_BACKEND_URL" not in environment:
        port, token = _service(Path(state), python)
        url = f"http://127.0.0.1:{port}"
        # The same variable as in partial_update.py.
        if partial_update := environment.pop("ANYKUBE_PART", None):
            url += f"/part/{partial_update}"
        environment |= {"PULUMI_BACKEND_URL": url, "PULUMI_ACCESS_TOKEN": token}
        _store_credentials(Path(environment["PULUMI_HOME"]) / "credentials.json", url, token)
    os.execve(engine, [engine, *arguments], environment)


def _service(state: Path, python: str) -> tuple[int, str]:
    deadline = time.monotonic() + _START_TIMEOUT
    started = False
    while not (running := _running_service(state)):
        if time.monotonic() > deadline:
            sys.exit(f"pulumi: the state service did not start. See {state / 'service.log'}")
        if not started:
            _start(state, python)
            started = True
        time.sleep(0.02)
    return running


def _store_credentials(file: Path, url: str, token: str) -> None:
    """Adds the token to Pulumi's credentials. Otherwise the engine prints a line about a new login at every command."""
    try:
        credentials = json.loads(file.read_text())
    except (OSError, ValueError):
        credentials = {}
    validated = datetime.now(UTC).isoformat()
    account = {"accessToken": token, "username": "organization", "lastValidatedAt": validated}
    for table in credentials.values():
        if isinstance(table, dict):
            # The URL of a partial update is used by one run only.
            for address in [address for address in table if "/part/" in address]:
                del table[address]
    credentials["accessTokens"] = {**credentials.get("accessTokens", {}), url: token}
    credentials["accounts"] = {**credentials.get("accounts", {}), url: account}
    draft = file.with_name(f".credentials.{os.getpid()}.part")
    with open(draft, "x", opener=lambda path, flags: os.open(path, flags, 0o600)) as out:
        json.dump(credentials, out)
    draft.replace(file)


def _running_service(state: Path) -> tuple[int, str] | None:
    """Returns the port and a token of the service, if it responds."""
    try:
        address = json.loads((state / "service.json").read_text())
        token = f"{address['secret']}.{os.getpid()}"
        connection = http.client.HTTPConnection("127.0.0.1", address["port"], timeout=5)
        connection.request("GET", "/api/user", headers={"Authorization": f"token {token}"})
        return (address["port"], token) if connection.getresponse().status == http.client.OK else None
    except (OSError, ValueError, http.client.HTTPException):
        return None


def _start(state: Path, python: str) -> None:
    state.mkdir(mode=0o700, parents=True, exist_ok=True)
    log = os.open(state / "service.log", os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    subprocess.Popen(
        [python, "-P", "-m", "anykube_cli.state_service", str(state)],
        stdin=subprocess.DEVNULL,
        stdout=log,
        stderr=log,
        start_new_session=True,
    )


if __name__ == "__main__":
    main()
