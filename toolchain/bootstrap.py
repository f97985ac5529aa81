"""Makes the virtual environment: `python3 -m toolchain.bootstrap [--extra aws]`.

Standard library only. uv is taken from the cache, or from PATH, or installed into the cache with pip. When nothing
changed since the last time this does nothing, in some milliseconds.
"""

import argparse
import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
import venv
from pathlib import Path

from toolchain import paths

_UV = "uv>=0.9,<1"


class BootstrapError(Exception):
    """The environment cannot be made; the text says why and what to do."""


def main() -> None:
    """Makes the environment, or says in a sentence why it cannot."""
    parser = argparse.ArgumentParser(prog="python3 -m toolchain.bootstrap", description=__doc__)
    parser.add_argument("--extra", action="append", default=[], help="a cloud whose SDK a stack needs: aws, gcp, azure")
    if sys.version_info < (3, 11):  # noqa: UP036  (whoever runs this may have an older one)
        sys.exit("Anykube needs Python 3.11 or newer; make finds another one by `make PYTHON=python3.11 …`.")
    try:
        ensure(set(parser.parse_args().extra))
    except BootstrapError as error:
        sys.exit(f"The Python environment cannot be made: {error}")


def ensure(extras: set[str]) -> None:
    """Brings `.anykube/venv` to what uv.lock says, with these extras and those of earlier calls."""
    known = _stamp().get("extras")
    extras |= set(known if isinstance(known, list) else ())
    wanted = {"lock": _fingerprint(), "extras": sorted(extras)}
    # Python may have made the folder already, for what it compiles, and open to everybody.
    paths.state_dir().mkdir(exist_ok=True)
    paths.state_dir().chmod(0o700)
    if _stamp() == wanted:
        return
    print("making the Python environment in .anykube/venv", file=sys.stderr)
    command = [str(_uv()), "sync", "--quiet", "--frozen", "--python", sys.executable]
    for extra in sorted(extras):
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
    _stamp_file().write_text(json.dumps(wanted))


def _uv() -> Path:
    cached = paths.cache_dir() / "uv" / "bin" / "uv"
    if cached.exists():
        return cached
    if found := shutil.which("uv"):
        version = subprocess.run([found, "--version"], capture_output=True, text=True, check=False).stdout
        if version.startswith("uv ") and tuple(map(int, version.split()[1].split(".")[:2])) >= (0, 9):
            return Path(found)
    print("installing uv into the cache", file=sys.stderr)
    target = cached.parents[1]
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    # Made beside its place and moved there whole: a killed run leaves no half of it, two runs do not mix.
    with tempfile.TemporaryDirectory(dir=target.parent, prefix=".uv-") as folder:
        made = Path(folder) / "uv"
        venv.create(made, with_pip=True)
        _run([str(made / "bin" / "pip"), "install", "--quiet", _UV], dict(os.environ), "pip could not install uv")
        try:
            made.rename(target)
        except OSError:
            if not cached.exists():
                raise
    return cached


def _run(command: list[str], environment: dict[str, str], failure: str) -> None:
    answer = subprocess.run(command, cwd=paths.checkout(), env=environment, check=False)
    if answer.returncode:
        raise BootstrapError(f"{failure}. Is the package index reachable? The command was: {' '.join(command)}")


def _stamp_file() -> Path:
    return paths.venv() / "anykube-stamp.json"


def _stamp() -> dict[str, object]:
    try:
        stamp: dict[str, object] = json.loads(_stamp_file().read_text())
    except (OSError, ValueError):
        return {}
    return stamp


def _fingerprint() -> str:
    digest = hashlib.sha256(f"{sys.executable} {sys.version}".encode())
    for name in ("pyproject.toml", "uv.lock"):
        digest.update((paths.checkout() / name).read_bytes())
    return digest.hexdigest()


if __name__ == "__main__":
    main()
