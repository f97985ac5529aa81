"""The process of a simulated account: serves, and is started, found and ended from any program of this user."""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import httpx2
import psutil
from anykube_cli.certificates import write_private
from anykube_cli.kubernetes.errors import SandboxError
from anykube_cli.toolchain import paths
from filelock import FileLock

HEALTH = "/_anykube/health"
"""Where an account answers with its process."""

_PATIENCE = 90.0
"""Seconds: an account may be large, and a machine busy."""


class AccountError(SandboxError):
    """The account does not start or end."""


class Serving(Protocol):
    """An account that has its port."""

    @property
    def port(self) -> int:
        """Where it answers, on loopback."""

    def serve(self) -> None:
        """Answers until `stop`."""

    def stop(self) -> None:
        """Ends it; not from the thread that serves."""


def serve(folder: Path, account: Serving) -> None:
    """Serves until SIGTERM, after it said in `account.json` where."""

    def end(*_: object) -> None:
        threading.Thread(target=account.stop).start()

    signal.signal(signal.SIGTERM, end)
    signal.signal(signal.SIGINT, end)
    where = folder / "account.json"
    write_private(where, json.dumps({"port": account.port, "pid": os.getpid()}))
    try:
        account.serve()
    finally:
        where.unlink(missing_ok=True)


@dataclass(frozen=True)
class Process:
    """The process of a kind of account."""

    module: str
    """What runs, with the folder as its argument: `python -m MODULE FOLDER`."""
    said: str
    """As sentences call it, such as AWS."""

    def start(self, folder: Path) -> str:
        """The account's URL; its process is started unless one answers. Raises AccountError."""
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with FileLock(folder / "account.lock", mode=0o600):
            return self.url(folder) or self._started(folder)

    def url(self, folder: Path) -> str | None:
        """The account's URL, if it answers."""
        found = _found(folder)
        return found[0] if found else None

    def stop(self, folder: Path) -> None:
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

    def _started(self, folder: Path) -> str:
        log = folder / "account.log"
        with open(log, "ab", opener=lambda path, flags: os.open(path, flags, 0o600)) as out:
            process = subprocess.Popen(
                [sys.executable, "-m", self.module, str(folder.resolve())],
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=out,
                cwd=paths.checkout(),
                start_new_session=True,
            )
        until = time.monotonic() + _PATIENCE
        while time.monotonic() < until and process.poll() is None:
            found = _found(folder)
            if found and found[1] == process.pid:
                return found[0]
            time.sleep(0.1)
        process.kill()
        raise AccountError(f"the simulated {self.said} account did not start: {log} says why")


def _found(folder: Path) -> tuple[str, int] | None:
    """URL and process of the account that answers."""
    try:
        about = json.loads((folder / "account.json").read_text("utf-8"))
        where = f"http://127.0.0.1:{about['port']}"
        answer = httpx2.get(f"{where}{HEALTH}", timeout=10.0, trust_env=False)
        alive = answer.json() == {"pid": about["pid"]}
    except (OSError, ValueError, KeyError, httpx2.HTTPError):
        return None
    return (where, about["pid"]) if alive else None
