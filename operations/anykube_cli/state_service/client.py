"""What the rest of Anykube needs of the state service: its folder, and a way to stop it."""

import http.client
import json
import os
import time
import urllib.request
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from anykube_cli.toolchain import paths

_EXPORT_SECONDS = 60.0


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


def engine_deployment(project_name: str, stack: str) -> Mapping[str, Any] | None:
    """The deployment in a stack's state, for a program that an engine with this service runs. None: another backend.

    `pulumi stack export` takes ten times as long.
    """
    address, token = os.environ.get("PULUMI_BACKEND_URL", ""), os.environ.get("PULUMI_ACCESS_TOKEN", "")
    if not address.startswith("http://127.0.0.1:"):
        return None
    request = urllib.request.Request(
        f"{address}/api/stacks/organization/{project_name}/{stack}/export", headers={"Authorization": f"token {token}"}
    )
    try:
        with urllib.request.urlopen(request, timeout=_EXPORT_SECONDS) as response:
            return dict(json.load(response).get("deployment") or {})
    except (OSError, ValueError):
        return None


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
