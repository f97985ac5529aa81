"""Starts, finds and ends the account's process, from any program of this user."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import httpx
import psutil
from filelock import FileLock

from sandbox.kubernetes.errors import SandboxError

_PATIENCE = 90.0
"""Seconds: moto is large, and a machine may be busy."""


class AccountError(SandboxError):
    """The account does not start or end."""


def start(folder: Path) -> str:
    """The account's URL; its process is started unless one answers. Raises AccountError."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with FileLock(folder / "account.lock", mode=0o600):
        return url(folder) or _started(folder)


def url(folder: Path) -> str | None:
    """The account's URL, if it answers."""
    found = _found(folder)
    return found[0] if found else None


def stop(folder: Path) -> None:
    """Ends the process, if there is one, and waits for that. Raises AccountError."""
    found = _found(folder)
    if found is None:
        return
    try:
        process = psutil.Process(found[1])
        process.send_signal(signal.SIGTERM)
        process.wait(_PATIENCE)
    except psutil.NoSuchProcess:
        return
    except psutil.TimeoutExpired:
        raise AccountError(f"the account's process {found[1]} does not end") from None


def _started(folder: Path) -> str:
    log = folder / "account.log"
    with open(log, "ab", opener=lambda path, flags: os.open(path, flags, 0o600)) as out:
        process = subprocess.Popen(
            [sys.executable, "-m", "sandbox.aws.account", str(folder.resolve())],
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=out,
            cwd=Path(__file__).parents[3],
            start_new_session=True,
        )
    return _waited(folder, process, time.monotonic() + _PATIENCE, log)


def _waited(folder: Path, process: "subprocess.Popen[bytes]", until: float, log: Path) -> str:
    while time.monotonic() < until and process.poll() is None:
        found = _found(folder)
        if found and found[1] == process.pid:
            return found[0]
        time.sleep(0.1)
    process.kill()
    raise AccountError(f"the simulated AWS account did not start: {log} says why")


def _found(folder: Path) -> tuple[str, int] | None:
    """URL and process of the account that answers."""
    try:
        about = json.loads((folder / "account.json").read_text("utf-8"))
        where = f"http://127.0.0.1:{about['port']}"
        answer = httpx.get(f"{where}/_anykube/health", timeout=10.0, trust_env=False)
        alive = answer.json() == {"pid": about["pid"]}
    except (OSError, ValueError, KeyError, httpx.HTTPError):
        return None
    return (where, about["pid"]) if alive else None
