"""Makes the virtual environment: `python3 -m anykube_cli.toolchain.bootstrap [--extra aws]`.

Standard library only. uv is taken from the cache, or from PATH, or installed into the cache with pip. When nothing
changed since the last time this does nothing, in some milliseconds.
"""

from __future__ import annotations  # an older Python has to come as far as the sentence that sends it away

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

_MEMBERS = ("components", "policies", "operations", "rehearsal")
_UV = "uv>=0.9,<1"
_UV_SINCE = (0, 9)
_SDKS = {"aws": ("pulumi-aws", "boto3"), "gcp": ("pulumi-gcp",), "azure": ("pulumi-azure-native",)}
_DISTRIBUTIONS = {
    **_SDKS,
    "rehearsal": ("anykube-rehearsal",),
    **{f"{cloud}-rehearsal": (*sdks, "anykube-rehearsal") for cloud, sdks in _SDKS.items()},
}
"""By extra of anykube-cli, what it brings."""
_PYTHON = str(getattr(sys, "_base_executable", None) or sys.executable)
"""The interpreter itself: an environment that is active now may be gone tomorrow."""


class BootstrapError(Exception):
    """The environment cannot be made; the text says why and what to do."""


def main() -> None:
    """Makes the environment, or says in a sentence why it cannot."""
    if sys.version_info < (3, 11):  # noqa: UP036  (whoever runs this may have an older one)
        sys.exit("Anykube needs Python 3.11 or newer; make finds another one by `make PYTHON=python3.11 …`.")
    parser = argparse.ArgumentParser(prog="python3 -m anykube_cli.toolchain.bootstrap", description=__doc__)
    parser.add_argument("--extra", action="append", default=[], help="a cloud whose SDK a stack needs: aws, gcp, azure")
    try:
        ensure(set(parser.parse_args().extra))
    except BootstrapError as error:
        sys.exit(f"The Python environment cannot be made: {error}")


def ensure(extras: set[str]) -> None:
    """Brings `.anykube/venv` to what uv.lock says, with these extras and those of earlier calls.

    A project of a user's own has an environment of the user's own: there it only says what is missing.

    Raises BootstrapError.
    """
    if not paths.is_repository():
        _require(extras)
        return
    # Python may have made the folder already, for what it compiles, and open to everybody.
    paths.state_dir().mkdir(exist_ok=True)
    paths.state_dir().chmod(0o700)
    if _stamp() == _wanted(extras):
        return
    with _alone():
        wanted = _wanted(extras)
        if _stamp() == wanted:
            return
        print("making the Python environment in .anykube/venv", file=sys.stderr)
        if (paths.venv() / "pyvenv.cfg").exists():
            # A run that is killed from here on has changed something, and the next one still knows the extras.
            _stamp_file().write_text(json.dumps({**wanted, "lock": "unfinished"}))
        else:
            # uv takes a folder that a killed run left without this file for somebody else's.
            shutil.rmtree(paths.venv(), ignore_errors=True)
        _sync(wanted["extras"])
        _find_installed()
        # Without a uv.lock there was none to compare with before uv wrote one.
        _stamp_file().write_text(json.dumps({**wanted, "lock": _fingerprint()}))


def _require(extras: set[str]) -> None:
    missing = sorted(extra for extra in extras if not all(map(_is_installed, _DISTRIBUTIONS.get(extra, ()))))
    if missing:
        raise BootstrapError(
            f"this environment has no {' and no '.join(missing)} support; "
            f"install it: pip install 'anykube-cli[{','.join(missing)}]'"
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


def _wanted(extras: set[str]) -> _Stamp:
    before = _stamp()
    return {"lock": _fingerprint(), "extras": sorted(extras.union(before["extras"] if before else ()))}


def _stamp() -> _Stamp | None:
    try:
        stamp: _Stamp = json.loads(_stamp_file().read_text())
    except (OSError, ValueError):
        return None
    return stamp


def _stamp_file() -> Path:
    return paths.venv() / "anykube-stamp.json"


def _fingerprint() -> str:
    # Not the executable: an installation has several names for it, and an active environment one more.
    digest = hashlib.sha256(f"{sys.base_prefix} {sys.version}".encode())
    for name in ("pyproject.toml", *(f"{member}/pyproject.toml" for member in _MEMBERS), "uv.lock"):
        file = paths.checkout() / name
        digest.update(file.read_bytes() if file.exists() else b"-")
    return digest.hexdigest()


def _sync(extras: list[str]) -> None:
    frozen = ["--frozen"] if (paths.checkout() / "uv.lock").exists() else []
    # On a terminal uv shows its own progress.
    quiet = [] if sys.stderr.isatty() else ["--quiet"]
    command = [str(uv()), "sync", *quiet, *frozen, "--python", _PYTHON]
    for extra in extras:
        command += ["--extra", extra]
    environment = {
        **os.environ,
        "UV_PROJECT_ENVIRONMENT": str(paths.venv()),
        "UV_CACHE_DIR": str(paths.cache_dir() / "uv-cache"),
        # Another environment that is active has nothing to do with this one.
        "VIRTUAL_ENV": "",
        # A company's own authority is in the system's store, not in the one that uv brings along.
        "UV_SYSTEM_CERTS": "true",
    }
    _run(command, environment, "uv could not install the packages that uv.lock names")


def _find_installed() -> None:
    """Lets this process import what uv has just installed: Python reads .pth files, such as those of this repository's
    distributions, only when it starts."""
    if Path(sys.prefix).resolve() != paths.venv().resolve():
        return
    for folder in site.getsitepackages():
        site.addsitedir(folder)
    importlib.invalidate_caches()


def uv() -> Path:
    """The program uv: from the cache, or from PATH, or installed into the cache. Raises BootstrapError."""
    cached = paths.cache_dir() / "uv" / "bin" / "uv"
    if _version(str(cached)) >= _UV_SINCE:
        return cached
    if (found := shutil.which("uv")) and _version(found) >= _UV_SINCE:
        return Path(found)
    print("installing uv into the cache", file=sys.stderr)
    cached.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    # Made elsewhere and moved to its place: a killed run leaves no half of it, and of two runs the last one wins.
    with tempfile.TemporaryDirectory(dir=paths.cache_dir(), prefix=".uv-") as folder:
        made = Path(folder) / "uv"
        command = [*_pip(Path(folder)), "install", "--quiet", "--target", str(made), _UV]
        settings = {"PIP_USER": "0", "PIP_ROOT_USER_ACTION": "ignore", "PIP_DISABLE_PIP_VERSION_CHECK": "1"}
        _run(command, {**os.environ, **settings}, "pip could not install uv")
        (made / "bin" / "uv").replace(cached)
    return cached


def _pip(scratch: Path) -> list[str]:
    """The command that is pip; where this Python came without it, that of an environment in `scratch`."""
    own = [_PYTHON, "-m", "pip"]
    if subprocess.run([*own, "--version"], capture_output=True, check=False).returncode == 0:
        return own
    try:
        venv.create(scratch / "pip", with_pip=True)
    except subprocess.CalledProcessError:
        raise BootstrapError(
            f"{_PYTHON} has neither pip nor ensurepip; install one of them (Debian: python3-venv), or uv"
        ) from None
    return [str(scratch / "pip" / "bin" / "python"), "-m", "pip"]


def _version(uv: str) -> tuple[int, ...]:
    try:
        answer = subprocess.run([uv, "--version"], capture_output=True, text=True, check=False)
    except OSError:
        return ()
    said = re.match(r"uv (\d+)\.(\d+)", answer.stdout)
    return tuple(map(int, said.groups())) if said else ()


@contextmanager
def _alone() -> Iterator[None]:
    """One run at a time makes the environment; the next one takes over the first one's extras."""
    with (paths.state_dir() / ".bootstrap.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            print("another run is making the Python environment; waiting for that", file=sys.stderr)
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _run(command: list[str], environment: dict[str, str], failure: str) -> None:
    try:
        answer = subprocess.run(command, cwd=paths.checkout(), env=environment, check=False)
    except OSError as error:
        raise BootstrapError(f"{failure}: {error}") from None
    if answer.returncode:
        raise BootstrapError(f"{failure}. Is the package index reachable? The command was: {' '.join(command)}")


if __name__ == "__main__":
    main()
