"""Creates the virtual environment: `python3 -m anykube_cli.toolchain.bootstrap [--extra aws]`.

Uses only the standard library. uv comes from the cache or from PATH, or is installed into the cache with pip. When
nothing changed since the last run, this returns within milliseconds.
"""

from __future__ import annotations  # an older Python must be able to reach the version check in main()

import argparse
import fcntl
import hashlib
import importlib
import json
import os
import re
import shutil
import site
import subprocess
import sys
import tempfile
import venv
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import metadata
from pathlib import Path
from typing import TypedDict

from anykube_cli.toolchain import paths

_WORKSPACE_MEMBERS = ("components", "policies", "operations", "rehearsal")
_UV_REQUIREMENT = "uv>=0.9,<1"
_MIN_UV_VERSION = (0, 9)
_SDKS = {"aws": ("pulumi-aws", "boto3"), "gcp": ("pulumi-gcp",), "azure": ("pulumi-azure-native",)}
_DISTRIBUTIONS = {
    **_SDKS,
    "rehearsal": ("anykube-rehearsal",),
    **{f"{cloud}-rehearsal": (*sdks, "anykube-rehearsal") for cloud, sdks in _SDKS.items()},
}
"""The distributions that each extra of anykube-cli installs."""
_PYTHON = str(getattr(sys, "_base_executable", None) or sys.executable)
"""The base interpreter. An active virtual environment may be deleted later."""


class BootstrapError(Exception):
    """The environment cannot be created. The message says why and what to do."""


def main() -> None:
    """Creates the environment, or exits with an error message."""
    if sys.version_info < (3, 11):  # noqa: UP036  (users may run this with an older Python)
        sys.exit("Anykube needs Python 3.11 or newer. To use another interpreter, run: make PYTHON=python3.11 …")
    parser = argparse.ArgumentParser(prog="python3 -m anykube_cli.toolchain.bootstrap", description=__doc__)
    parser.add_argument("--extra", action="append", default=[], help="a cloud whose SDK to install: aws, gcp, azure")
    try:
        ensure(set(parser.parse_args().extra))
    except BootstrapError as error:
        sys.exit(f"Cannot create the Python environment: {error}")


def ensure(extras: set[str]) -> None:
    """Syncs `.anykube/venv` with uv.lock, with these extras and those of earlier calls.

    Users manage the environment of their own projects, so there this only checks that the extras are installed.

    Raises BootstrapError.
    """
    if not paths.is_repository():
        _require_installed(extras)
        return
    # Python may have created the folder already, for compiled files, and readable by everyone.
    paths.state_dir().mkdir(exist_ok=True)
    paths.state_dir().chmod(0o700)
    if _read_stamp() == _expected_stamp(extras):
        return
    with _exclusive_lock():
        expected = _expected_stamp(extras)
        if _read_stamp() == expected:
            return
        print("creating the Python environment in .anykube/venv", file=sys.stderr)
        if (paths.venv() / "pyvenv.cfg").exists():
            # If this run is killed, the next one syncs again and still knows the extras.
            _stamp_file().write_text(json.dumps({**expected, "lock": "unfinished"}))
        else:
            # uv refuses to use an existing folder without pyvenv.cfg, which a killed run can leave behind.
            shutil.rmtree(paths.venv(), ignore_errors=True)
        _sync(expected["extras"])
        _refresh_import_path()
        # uv may just have written a uv.lock that did not exist before.
        _stamp_file().write_text(json.dumps({**expected, "lock": _fingerprint()}))


def _require_installed(extras: set[str]) -> None:
    missing = sorted(extra for extra in extras if not all(map(_is_installed, _DISTRIBUTIONS.get(extra, ()))))
    if missing:
        raise BootstrapError(
            f"support for {' and '.join(missing)} is not installed. "
            f"Install it: pip install 'anykube-cli[{','.join(missing)}]'"
        )


def _is_installed(distribution: str) -> bool:
    try:
        metadata.version(distribution)
    except metadata.PackageNotFoundError:
        return False
    return True


class _Stamp(TypedDict):
    lock: str
    extras: list[str]


def _expected_stamp(extras: set[str]) -> _Stamp:
    previous = _read_stamp()
    return {"lock": _fingerprint(), "extras": sorted(extras.union(previous["extras"] if previous else ()))}


def _read_stamp() -> _Stamp | None:
    try:
        stamp: _Stamp = json.loads(_stamp_file().read_text())
    except (OSError, ValueError):
        return None
    return stamp


def _stamp_file() -> Path:
    return paths.venv() / "anykube-stamp.json"


def _fingerprint() -> str:
    # The prefix, not the executable: one installation has several names for its executable.
    digest = hashlib.sha256(f"{sys.base_prefix} {sys.version}".encode())
    for name in ("pyproject.toml", *(f"{member}/pyproject.toml" for member in _WORKSPACE_MEMBERS), "uv.lock"):
        file = paths.checkout() / name
        digest.update(file.read_bytes() if file.exists() else b"-")
    return digest.hexdigest()


def _sync(extras: list[str]) -> None:
    frozen = ["--frozen"] if (paths.checkout() / "uv.lock").exists() else []
    # On a terminal, uv shows its own progress.
    quiet = [] if sys.stderr.isatty() else ["--quiet"]
    command = [str(uv()), "sync", *quiet, *frozen, "--python", _PYTHON]
    for extra in extras:
        command += ["--extra", extra]
    environment = {
        **os.environ,
        "UV_PROJECT_ENVIRONMENT": str(paths.venv()),
        "UV_CACHE_DIR": str(paths.cache_dir() / "uv-cache"),
        # Ignore another active environment.
        "VIRTUAL_ENV": "",
        # A company's own certificate authority is in the system's store, not in the one bundled with uv.
        "UV_SYSTEM_CERTS": "true",
    }
    _run(command, environment, "uv could not install the packages in uv.lock")


def _refresh_import_path() -> None:
    """Makes the newly installed packages importable in this process.

    Python reads .pth files, such as those of this repository's editable packages, only at startup.
    """
    if Path(sys.prefix).resolve() != paths.venv().resolve():
        return
    for folder in site.getsitepackages():
        site.addsitedir(folder)
    importlib.invalidate_caches()


def uv() -> Path:
    """Returns the path of uv: from the cache, from PATH, or newly installed into the cache. Raises BootstrapError."""
    cached = paths.cache_dir() / "uv" / "bin" / "uv"
    if _version(str(cached)) >= _MIN_UV_VERSION:
        return cached
    if (on_path := shutil.which("uv")) and _version(on_path) >= _MIN_UV_VERSION:
        return Path(on_path)
    print("installing uv into the cache", file=sys.stderr)
    cached.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    # Install elsewhere, then move: a killed run leaves no partial file, and of two runs the last one wins.
    with tempfile.TemporaryDirectory(dir=paths.cache_dir(), prefix=".uv-") as folder:
        target = Path(folder) / "uv"
        command = [*_pip(Path(folder)), "install", "--quiet", "--target", str(target), _UV_REQUIREMENT]
        settings = {"PIP_USER": "0", "PIP_ROOT_USER_ACTION": "ignore", "PIP_DISABLE_PIP_VERSION_CHECK": "1"}
        _run(command, {**os.environ, **settings}, "pip could not install uv")
        (target / "bin" / "uv").replace(cached)
    return cached


def _pip(scratch: Path) -> list[str]:
    """Returns the command that runs pip. If this Python has no pip, creates an environment with pip in `scratch`."""
    command = [_PYTHON, "-m", "pip"]
    if subprocess.run([*command, "--version"], capture_output=True, check=False).returncode == 0:
        return command
    try:
        venv.create(scratch / "pip", with_pip=True)
    except subprocess.CalledProcessError:
        raise BootstrapError(
            f"{_PYTHON} has neither pip nor ensurepip. Install one of them (on Debian: python3-venv) or uv"
        ) from None
    return [str(scratch / "pip" / "bin" / "python"), "-m", "pip"]


def _version(uv: str) -> tuple[int, ...]:
    try:
        result = subprocess.run([uv, "--version"], capture_output=True, text=True, check=False)
    except OSError:
        return ()
    version = re.match(r"uv (\d+)\.(\d+)", result.stdout)
    return tuple(map(int, version.groups())) if version else ()


@contextmanager
def _exclusive_lock() -> Iterator[None]:
    """Lets one run at a time create the environment. The next one includes the extras of the first."""
    with (paths.state_dir() / ".bootstrap.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            print("another run is creating the Python environment; waiting for it", file=sys.stderr)
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _run(command: list[str], environment: dict[str, str], failure: str) -> None:
    try:
        result = subprocess.run(command, cwd=paths.checkout(), env=environment, check=False)
    except OSError as error:
        raise BootstrapError(f"{failure}: {error}") from None
    if result.returncode:
        raise BootstrapError(f"{failure}. Is the package index reachable? The command was: {' '.join(command)}")


if __name__ == "__main__":
    main()
