"""How the rest of the project asks for the state: as files where they suffice, and the service to end."""

import http.client
import json
import os
import time
from collections.abc import Mapping
from functools import cache
from pathlib import Path

import yaml

from anykube_cli.toolchain import paths


@cache
def project() -> str:
    """The name of the Pulumi project, which all of its stacks have in their URNs."""
    with (paths.checkout() / "Pulumi.yaml").open(encoding="utf-8") as file:
        return str(yaml.safe_load(file)["name"])


def folder() -> Path:
    """Where the state of this checkout's stacks lies."""
    return paths.state_dir() / "state"


def uses_local_state(environment: Mapping[str, str]) -> bool:
    """Whether stacks are kept here, and not in a backend that the user has chosen."""
    return "PULUMI_BACKEND_URL" not in environment


def stop(state: Path | None = None, timeout_seconds: float = 5.0) -> None:
    """Ends the service of a state, or leaves that to it where an engine needs it. `timeout_seconds` in seconds."""
    address = (state or folder()) / "service.json"
    try:
        found = json.loads(address.read_text())
        token = f"{found['secret']}.{os.getpid()}"
        connection = http.client.HTTPConnection("127.0.0.1", found["port"], timeout=timeout_seconds)
        connection.request("POST", "/api/anykube/end", headers={"Authorization": f"token {token}"})
        ending = json.load(connection.getresponse())["ending"]
    except (OSError, ValueError, KeyError, http.client.HTTPException):
        return
    end = time.monotonic() + timeout_seconds
    while ending and address.exists() and time.monotonic() < end:
        time.sleep(0.02)
