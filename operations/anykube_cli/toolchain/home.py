"""The checkout's own Pulumi: programs, plugins and the variables that make plain `pulumi` use them."""

import os
import secrets
import shlex
import shutil
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock

from anykube_cli.toolchain import paths
from anykube_cli.toolchain.finder import Finder, InstalledTool
from anykube_cli.toolchain.tools import TOOLS, Tool

_ENGINE = "pulumi"
_LANGUAGE_HOST = "pulumi-language-python"
_PLUGIN = "pulumi-resource-kubernetes"
_GATEWAY_API = "gateway-api.yaml"


def prepare() -> None:
    """Sees to it that all programs are there and lie where the engine looks. Quick when they do.

    Raises build.BuildError for one that cannot be had.
    """
    if not _is_laid_out():
        install_tools(Finder().find_all())
    with _alone():
        passphrase = paths.state_dir() / "passphrase"
        if not passphrase.exists():
            _write(passphrase, secrets.token_urlsafe(32), 0o600)
        _lay_out_interpreter()


def interpreter() -> Path:
    """A folder that Pulumi takes for a virtual environment, whose `python` is the one that runs this command.

    Settings files can name it: it is at the same place in every project, wherever the real environment is.
    """
    return paths.state_dir() / "python"


def install_tools(found: Sequence[InstalledTool]) -> None:
    """Puts the programs into `.anykube/bin`, and the plugin into Pulumi's home.

    The engine takes its language host without a warning only from the folder that it lies in itself, so these are links
    of the same file, or copies, and not symbolic ones. A plugin on PATH makes it warn at every run: it lies elsewhere.
    Any other program from PATH may be a wrapper that looks around itself (asdf, snap, gcloud): it stays where it is.
    """
    with _alone():
        for one in found:
            target = _target(one.part)
            target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            for file in (one.program,) if one.origin == "PATH" else one.folder.iterdir():
                stays = one.origin == "PATH" and one.part.name != _ENGINE
                _place(file, target.with_name(file.name), os.symlink if stays else _link)
        _write(paths.bin_dir() / _ENGINE, _shim(paths.state_dir() / "state"), 0o700)
        _no_debug_logs(paths.pulumi_home() / "logs")
        _write(_laid_out(), _keys(one.part for one in found), 0o600)


def create_home(folder: Path) -> dict[str, str]:
    """Another home below `folder`, with the same programs, and a state, a PULUMI_HOME and a passphrase of its own.

    Returns the variables that make plain `pulumi` use it.
    """
    with _alone():
        for name in ("bin", "pulumi", "state", "tmp"):
            (folder / name).mkdir(mode=0o700, parents=True, exist_ok=True)
        for program in paths.bin_dir().iterdir():
            if program.name != _ENGINE:
                _place(program, folder / "bin" / program.name, os.symlink)
        _write(folder / "bin" / _ENGINE, _shim(folder / "state"), 0o700)
        plugin = _target(next(part for part in TOOLS if part.name == _PLUGIN))
        placed = folder / "pulumi" / plugin.relative_to(paths.pulumi_home())
        placed.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        _place(plugin, placed, _link)
        _no_debug_logs(folder / "pulumi" / "logs")
        passphrase = folder / "passphrase"
        if not passphrase.exists():
            _write(passphrase, secrets.token_urlsafe(32), 0o600)
    return {
        **variables(),
        "PATH": _search_path(folder / "bin"),
        "PULUMI_HOME": str(folder / "pulumi"),
        "TMPDIR": str(folder / "tmp"),
        "PULUMI_CONFIG_PASSPHRASE_FILE": str(passphrase),
    }


def gateway_api_manifests() -> Path:
    """The definitions of the Gateway API, standard channel: a stream of YAML."""
    return paths.share_dir() / _GATEWAY_API


def install_plugin(name: str, version: str, script: str, pulumi_home: Path | None = None) -> None:
    """Installs a resource plugin of our own: a script that the engine starts. Nothing when it is there."""
    program = _plugin_folder(name, version, pulumi_home) / f"pulumi-resource-{name}"
    if program.exists() and program.read_text() == script:
        return
    with _alone():
        program.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        _write(program, script, 0o700)


def variables(*, cloud: bool = False) -> dict[str, str]:
    """What plain `pulumi` needs to be told. A backend or a passphrase that the user has set is left alone.

    `cloud`: the stack is one of a cloud, whose plugin Pulumi is to fetch.
    """
    state = paths.state_dir()
    found = {
        "PATH": _search_path(paths.bin_dir()),
        "PULUMI_HOME": str(paths.pulumi_home()),
        "PULUMI_SKIP_UPDATE_CHECK": "true",
        # Else the engine tries to fetch the plugin of every SDK that lies in the virtual environment, used or not.
        "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION": str(not cloud).lower(),
        # How long a step waits for others to be written into the state together with it, in milliseconds.
        "PULUMI_JOURNALING_BATCH_PERIOD": "20",
        # Engine and plugins live for seconds: they take memory rather than collect garbage over and over.
        "GOGC": os.environ.get("GOGC", "400"),
        # Waiting for a rollout takes a place and no processor: four for each processor, as is usual, are too few.
        "PULUMI_PARALLEL": os.environ.get("PULUMI_PARALLEL", "64"),
        # Plugins write kubeconfigs into the temporary folder, and a killed one leaves them there.
        "TMPDIR": str(state / "tmp"),
        # Python compiles the SDK once, not at every run, and into no folder of the checkout's own.
        "PYTHONPYCACHEPREFIX": str(state / "pycache"),
        "PYTHONDONTWRITEBYTECODE": "",
        # Every preview and update is judged, in whatever shell; packs that the user has set come after ours.
        "PULUMI_OPTION_POLICY_PACK": ",".join(_packs()),
        # By this the processes of a killed engine are known for this checkout's.
        "ANYKUBE_CHECKOUT": str(paths.checkout()),
    }
    if not {"PULUMI_CONFIG_PASSPHRASE", "PULUMI_CONFIG_PASSPHRASE_FILE"} & set(os.environ):
        found["PULUMI_CONFIG_PASSPHRASE_FILE"] = str(state / "passphrase")
    return found


def environment(*, cloud: bool = False) -> dict[str, str]:
    """This process's environment with these variables."""
    return {**os.environ, **variables(cloud=cloud)}


def render_exports(found: Mapping[str, str]) -> str:
    """The variables as a shell reads them."""
    return "".join(f"export {name}={shlex.quote(value)}\n" for name, value in found.items())


def _plugin_folder(name: str, version: str, pulumi_home: Path | None = None) -> Path:
    return (pulumi_home or paths.pulumi_home()) / "plugins" / f"resource-{name}-v{version}"


def _target(part: Tool) -> Path:
    if part.name == _PLUGIN:
        return _plugin_folder("kubernetes", part.version) / part.name
    if part.is_data:
        return paths.share_dir() / part.name
    # `pulumi` on PATH is not the engine itself: see operations/anykube_cli/state_service/shim.py.
    return (_engine_folder() if part.name in (_ENGINE, _LANGUAGE_HOST) else paths.bin_dir()) / part.name


def _no_debug_logs(place: Path) -> None:
    """A file where the engine would make its folder of logs.

    Else it writes all that it and its plugins say at the level of debugging into a log of every run: megabytes, a fifth
    of its processor time, and every property of every resource. It does without where it cannot make the folder.
    """
    if place.is_dir():
        shutil.rmtree(place)
    _write(place, "Pulumi would keep its debug logs here. Anykube does not: remove this file, and it will.\n", 0o600)


def _engine_folder() -> Path:
    return paths.state_dir() / "engine"


def _shim(state: Path) -> str:
    script = Path(__file__).parents[1] / "state_service" / "shim.py"
    words = (sys.executable, "-IS", script, state, _engine_folder() / _ENGINE, sys.executable)
    return f'#!/bin/sh\nexec {shlex.join(map(str, words))} "$@"\n'


def _lay_out_interpreter() -> None:
    # A script, not a link: an environment looks for its packages beside the path that it was started by.
    script = f'#!/bin/sh\nexec {shlex.quote(sys.executable)} "$@"\n'
    for name in ("python", "python3"):
        program = interpreter() / "bin" / name
        if not program.exists() or program.read_text() != script:
            program.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            _write(program, script, 0o700)


def _laid_out() -> Path:
    return paths.state_dir() / "toolchain"


def _keys(parts: Iterable[Tool]) -> str:
    return "".join(f"{part.key}\n" for part in parts)


def _is_laid_out() -> bool:
    # The versions too: a checkout that moved on has the programs of yesterday under the same names.
    return (
        _laid_out().exists()
        and _laid_out().read_text() == _keys(TOOLS)
        and all(target.exists() for target in (paths.bin_dir() / _ENGINE, *map(_target, TOOLS)))
    )


def _place(source: Path, target: Path, link: Callable[[Path, Path], None]) -> None:
    draft = target.with_name(f".{target.name}.part")
    draft.unlink(missing_ok=True)
    link(source, draft)
    draft.replace(target)
    # To rename one link of a file onto another one of the same file does nothing.
    draft.unlink(missing_ok=True)


def _link(source: Path, target: Path) -> None:
    try:
        os.link(source.resolve(), target)
    except OSError:  # another file system, or another user's file
        shutil.copy2(source, target)


def _write(target: Path, text: str, mode: int) -> None:
    """Writes the file whole or not at all, and never readable by others in between."""
    draft = target.with_name(f".{target.name}.part")
    draft.unlink(missing_ok=True)
    with open(draft, "x", opener=lambda path, flags: os.open(path, flags, mode), encoding="utf-8") as out:
        out.write(text)
    draft.replace(target)


@contextmanager
def _alone() -> Iterator[None]:
    """One run at a time changes the checkout's folder, which is there and its owner's."""
    for folder in (".", "bin", "pulumi", "state", "tmp"):
        (paths.state_dir() / folder).mkdir(mode=0o700, exist_ok=True)
    with FileLock(paths.state_dir() / ".toolchain.lock", mode=0o600):
        yield


def _packs() -> list[str]:
    own = str(paths.checkout() / "policies")
    others = os.environ.get("PULUMI_OPTION_POLICY_PACK", "").split(",")
    return [own, *(pack for pack in others if pack not in ("", own))]


def _search_path(bin_dir: Path) -> str:
    """PATH with these programs first.

    Pulumi.yaml of a user's project names no virtual environment, and Pulumi takes `python3` from PATH: the interpreter
    that has Anykube comes before any other. This repository names its own in Pulumi.yaml.
    """
    first = [str(bin_dir)] if paths.is_repository() else [str(bin_dir), str(interpreter() / "bin")]
    inherited = os.environ.get("PATH", os.defpath).split(os.pathsep)
    return os.pathsep.join((*first, *(entry for entry in inherited if entry not in (*first, str(paths.bin_dir())))))
