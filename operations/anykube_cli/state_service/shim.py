"""What `pulumi` is in this checkout: it sees to it that the state is served, and then becomes the engine.

    python shim.py STATE ENGINE PYTHON ARGUMENT...

It runs before every command, by itself and with the standard library only. A backend that the user has chosen is left
alone. The process stays the same one, so that whoever signals or kills `pulumi` does that to the engine.
"""

import http.client
import json
import os
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

_PATIENCE = 20.0
"""Seconds until the service, once started, has to answer; a busy machine takes one or two."""


def main() -> None:
    """Becomes the engine, with the address of a service that answers."""
    state, engine, python, *arguments = sys.argv[1:]
    environment = dict(os.environ)
    if "PULUMI_BACKEND_URL" not in environment:
        port, token = _service(Path(state), python)
        url = f"http://127.0.0.1:{port}"
        if part := environment.pop(
            "ANYKUBE_PART", None
        ):  # as in operations/anykube_cli/state_service/partial_update.py
            url += f"/part/{part}"
        environment |= {"PULUMI_BACKEND_URL": url, "PULUMI_ACCESS_TOKEN": token}
        _know(Path(environment["PULUMI_HOME"]) / "credentials.json", url, token)
    os.execve(engine, [engine, *arguments], environment)


def _service(state: Path, python: str) -> tuple[int, str]:
    end = time.monotonic() + _PATIENCE
    started = False
    while not (found := _answering(state)):
        if time.monotonic() > end:
            sys.exit(f"pulumi: the service of this checkout's state does not start; {state / 'service.log'} says why")
        if not started:
            _start(state, python)
            started = True
        time.sleep(0.02)
    return found


def _know(credentials: Path, url: str, token: str) -> None:
    """Enters the token as one that the engine has seen before: else every command begins with a line about it."""
    try:
        known = json.loads(credentials.read_text())
    except (OSError, ValueError):
        known = {}
    validated = datetime.now(UTC).isoformat()
    account = {"accessToken": token, "username": "organization", "lastValidatedAt": validated}
    for table in known.values():  # an address of a part is one run's
        if isinstance(table, dict):
            for address in [address for address in table if "/part/" in address]:
                del table[address]
    known["accessTokens"] = {**known.get("accessTokens", {}), url: token}
    known["accounts"] = {**known.get("accounts", {}), url: account}
    draft = credentials.with_name(f".credentials.{os.getpid()}.part")
    with open(draft, "x", opener=lambda path, flags: os.open(path, flags, 0o600)) as file:
        json.dump(known, file)
    draft.replace(credentials)


def _answering(state: Path) -> tuple[int, str] | None:
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
