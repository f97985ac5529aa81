"""The process of a simulated account. Any program of the same user can start, find and stop it."""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Mapping
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
"""Path of the health check, which returns the process id."""

_TIMEOUT_SECONDS = 90.0
"""For start and stop: an account may be large and the machine busy."""


class AccountError(SandboxError):
    """The account's process did not start or stop."""


class AccountServer(Protocol):
    """A server of an account that is bound to its port."""

    @property
    def port(self) -> int:
        """The TCP port on loopback."""

    def serve(self) -> None:
        """Serves until `stop`."""

    def stop(self) -> None:
        """Stops the server. Call it from another thread than the one that serves."""


def serve(folder: Path, account: AccountServer) -> None:
    """Writes port and process id to `account.json` and serves until SIGTERM or SIGINT."""

    def stop(*_: object) -> None:
        threading.Thread(target=account.stop).start()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    file = folder / "account.json"
    write_private(file, json.dumps({"port": account.port, "pid": os.getpid()}))
    try:
        account.serve()
    finally:
        file.unlink(missing_ok=True)


@dataclass(frozen=True)
class Process:
    """How to run the account of one cloud as a process."""

    module: str
    """Runs as `python -m MODULE FOLDER`."""
    cloud_name: str
    """For messages, such as AWS."""

    def start(self, folder: Path, variables: Mapping[str, str] | None = None) -> str:
        """Starts the account unless it runs, and returns its URL. Raises AccountError.

        :param variables: environment variables of the process, in addition to those of the caller.
        """
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with FileLock(folder / "account.lock", mode=0o600):
            return self.url(folder) or self._start(folder, variables or {})

    def url(self, folder: Path) -> str | None:
        """The URL of the running account; None if it does not run."""
        running = _running(folder)
        return running[0] if running else None

    def stop(self, folder: Path) -> None:
        """Stops the process, if it runs, and waits until it has ended. Raises AccountError."""
        running = _running(folder)
        if running is None:
            return
        pid = running[1]
        try:
            process = psutil.Process(pid)
            process.send_signal(signal.SIGTERM)
            process.wait(_TIMEOUT_SECONDS)
        except psutil.NoSuchProcess:
            return
        except psutil.TimeoutExpired:
            raise AccountError(
                f"the simulated {self.cloud_name} account did not stop. Kill its process {pid}"
            ) from None

    def _start(self, folder: Path, variables: Mapping[str, str]) -> str:
        log = folder / "account.log"
        with open(log, "ab", opener=lambda path, flags: os.open(path, flags, 0o600)) as out:
            process = subprocess.Popen(
                [sys.executable, "-m", self.module, str(folder.resolve())],
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=out,
                cwd=paths.checkout(),
                env={**os.environ, **variables},
                start_new_session=True,
            )
        try:
            if url := self._wait(folder, process):
                return url
        except BaseException:  # such as Ctrl-C, which does not reach the process in its own session
            process.kill()
            raise
        process.kill()
        raise AccountError(f"the simulated {self.cloud_name} account did not start: see {log}")

    @staticmethod
    def _wait(folder: Path, process: "subprocess.Popen[bytes]") -> str | None:
        """The URL of the process once it serves; None if it ended or did not start in time."""
        deadline = time.monotonic() + _TIMEOUT_SECONDS
        while time.monotonic() < deadline and process.poll() is None:
            running = _running(folder)
            if running and running[1] == process.pid:
                return running[0]
            time.sleep(0.1)
        return None


def _running(folder: Path) -> tuple[str, int] | None:
    """URL and process id of the running account."""
    try:
        info = json.loads((folder / "account.json").read_text("utf-8"))
        url = f"http://127.0.0.1:{info['port']}"
        response = httpx2.get(f"{url}{HEALTH}", timeout=10.0, trust_env=False)
        alive = response.json() == {"pid": info["pid"]}
    except (OSError, ValueError, KeyError, httpx2.HTTPError):
        return None
    return (url, info["pid"]) if alive else None
