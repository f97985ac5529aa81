"""What the rest of Anykube needs of the state service: its folder, and a way to stop it."""

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
    """The name of the Pulumi project, which is part of every URN."""
    with (paths.checkout() / "Pulumi.yaml").open(encoding="utf-8") as file:
        return str(yaml.safe_load(file)["name"])


def folder() -> Path:
    """The folder with the state of this project's stacks."""
    return paths.state_dir() / "state"


def uses_local_state(environment: Mapping[str, str]) -> bool:
    """Whether stacks are stored by this service rather than in a backend that the user has set."""
    return "PULUMI_BACKEND_URL" not in environment


def stop(state: Path | None = None, timeout_seconds: float = 5.0) -> None:
    """Stops the service of a state folder and waits for it, unless an engine still uses it."""
    address_file = (state or folder()) / "service.json"
    try:
        address = json.loads(address_file.read_text())
        token = f"{address['secret']}.{os.getpid()}"
        connection = http.client.HTTPConnection("127.0.0.1", address["port"], timeout=timeout_seconds)
        connection.request("POST", "/api/anykube/end", headers={"Authorization": f"token {token}"})
        is_stopping = json.load(connection.getresponse())["ending"]
    except (OSError, ValueError, KeyError, http.client.HTTPException):
        return
    deadline = time.monotonic() + timeout_seconds
    while is_stopping and address_file.exists() and time.monotonic() < deadline:
        time.sleep(0.02)
