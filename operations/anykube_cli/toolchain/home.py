"""The project's own Pulumi: its programs, its plugins and the environment variables that make `pulumi` use them."""

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
_COMMAND = "anykube"
_LANGUAGE_HOST = "pulumi-language-python"
_PLUGIN = "pulumi-resource-kubernetes"
_GATEWAY_API = "gateway-api.yaml"


def prepare() -> None:
    """Installs all tools where the engine looks for them. Returns quickly if they are already there.

    Raises build.BuildError.
    """
    if not _is_installed():
        install_tools(Finder().find_all())
    with _exclusive_lock():
        passphrase = paths.state_dir() / "passphrase"
        if not passphrase.exists():
            _write(passphrase, secrets.token_urlsafe(32), 0o600)
        _install_interpreter()
        _install_command()


def interpreter() -> Path:
    """A folder that Pulumi accepts as a virtual environment. Its `python` is the one that runs this command.

    Settings files can refer to it, because its path is the same in every project, wherever the real environment is.
    """
    return paths.state_dir() / "python"


def install_tools(tools: Sequence[InstalledTool]) -> None:
    """Links or copies the programs into `.anykube/bin`, and the plugin into PULUMI_HOME.

    The engine uses its language host without a warning only if both are in the same folder, so these are hard links or
    copies, not symbolic links. A plugin on PATH would cause a warning at every run, so it goes elsewhere. Any other
    program from PATH may be a wrapper that depends on its location (asdf, snap, gcloud), so it gets a symbolic link.
    """
    with _exclusive_lock():
        for installed in tools:
            target = _target(installed.tool)
            target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            for file in (installed.program,) if installed.origin == "PATH" else installed.folder.iterdir():
                keep_location = installed.origin == "PATH" and installed.tool.name != _ENGINE
                _place(file, target.with_name(file.name), os.symlink if keep_location else _link)
        _write(paths.bin_dir() / _ENGINE, _shim(paths.state_dir() / "state"), 0o700)
        _disable_debug_logs(paths.pulumi_home() / "logs")
        _write(_stamp_file(), _stamp(installed.tool for installed in tools), 0o600)


def create_home(folder: Path) -> dict[str, str]:
    """Creates another home in `folder`: the same programs, but its own state, PULUMI_HOME and passphrase.

    Returns the environment variables that make `pulumi` use it.
    """
    with _exclusive_lock():
        for name in ("bin", "pulumi", "state", "tmp"):
            (folder / name).mkdir(mode=0o700, parents=True, exist_ok=True)
        for program in paths.bin_dir().iterdir():
            if program.name != _ENGINE:
                _place(program, folder / "bin" / program.name, os.symlink)
        _write(folder / "bin" / _ENGINE, _shim(folder / "state"), 0o700)
        plugin = _target(next(tool for tool in TOOLS if tool.name == _PLUGIN))
        target = folder / "pulumi" / plugin.relative_to(paths.pulumi_home())
        target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        _place(plugin, target, _link)
        _disable_debug_logs(folder / "pulumi" / "logs")
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
    """The YAML file with the Gateway API's CustomResourceDefinitions, standard channel."""
    return paths.share_dir() / _GATEWAY_API


def install_plugin(name: str, version: str, script: str, pulumi_home: Path | None = None) -> None:
    """Installs one of Anykube's own resource plugins: a script that the engine starts. No-op if it is unchanged."""
    program = _plugin_folder(name, version, pulumi_home) / f"pulumi-resource-{name}"
    if program.exists() and program.read_text() == script:
        return
    with _exclusive_lock():
        program.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        _write(program, script, 0o700)


def variables(*, cloud: bool = False) -> dict[str, str]:
    """The environment variables that `pulumi` needs. Keeps a backend and a passphrase that the user has set.

    `cloud`: whether the stack is in a cloud, so that Pulumi may download the cloud's plugin.
    """
    state = paths.state_dir()
    result = {
        "PATH": _search_path(paths.bin_dir()),
        "PULUMI_HOME": str(paths.pulumi_home()),
        "PULUMI_SKIP_UPDATE_CHECK": "true",
        # Otherwise the engine tries to download the plugin of every SDK in the virtual environment, used or not.
        "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION": str(not cloud).lower(),
        # How long a step waits to be written to the state in one batch with others, in milliseconds.
        "PULUMI_JOURNALING_BATCH_PERIOD": "20",
        # Engine and plugins live for seconds, so using more memory is cheaper than frequent garbage collection.
        "GOGC": os.environ.get("GOGC", "400"),
        # Waiting for a rollout uses a slot but no CPU, so Pulumi's default of four per CPU is too low.
        "PULUMI_PARALLEL": os.environ.get("PULUMI_PARALLEL", "64"),
        # Plugins write kubeconfigs to the temporary folder, and killed plugins leave them there.
        "TMPDIR": str(state / "tmp"),
        # Compile the SDK once rather than at every run, and outside the source folders.
        "PYTHONPYCACHEPREFIX": str(state / "pycache"),
        "PYTHONDONTWRITEBYTECODE": "",
        # Check every preview and update, in any shell. The user's own policy packs run after Anykube's.
        "PULUMI_OPTION_POLICY_PACK": ",".join(_policy_packs()),
        # Identifies the processes that a killed engine of this project leaves behind.
        "ANYKUBE_CHECKOUT": str(paths.checkout()),
    }
    if not {"PULUMI_CONFIG_PASSPHRASE", "PULUMI_CONFIG_PASSPHRASE_FILE"} & set(os.environ):
        result["PULUMI_CONFIG_PASSPHRASE_FILE"] = str(state / "passphrase")
    return result


def environment(*, cloud: bool = False) -> dict[str, str]:
    """This process's environment with the variables that `pulumi` needs."""
    return {**os.environ, **variables(cloud=cloud)}


def render_exports(variables: Mapping[str, str]) -> str:
    """Renders the variables as `export` commands for a shell."""
    return "".join(f"export {name}={shlex.quote(value)}\n" for name, value in variables.items())


def _plugin_folder(name: str, version: str, pulumi_home: Path | None = None) -> Path:
    return (pulumi_home or paths.pulumi_home()) / "plugins" / f"resource-{name}-v{version}"


def _target(tool: Tool) -> Path:
    if tool.name == _PLUGIN:
        return _plugin_folder("kubernetes", tool.version) / tool.name
    if tool.is_data_file:
        return paths.share_dir() / tool.name
    # `pulumi` on PATH is a shim, not the engine: see operations/anykube_cli/state_service/shim.py.
    return (_engine_folder() if tool.name in (_ENGINE, _LANGUAGE_HOST) else paths.bin_dir()) / tool.name


def _disable_debug_logs(logs: Path) -> None:
    """Creates a file where the engine would create its log folder, which makes it write no logs.

    Otherwise it logs everything at debug level in every run: megabytes, a fifth of its CPU time, and every property of
    every resource.
    """
    if logs.is_dir():
        shutil.rmtree(logs)
    _write(logs, "This file keeps Pulumi from writing debug logs here. To enable them, delete it.\n", 0o600)


def _engine_folder() -> Path:
    return paths.state_dir() / "engine"


def _shim(state: Path) -> str:
    script = Path(__file__).parents[1] / "state_service" / "shim.py"
    command = (sys.executable, "-IS", script, state, _engine_folder() / _ENGINE, sys.executable)
    return f'#!/bin/sh\nexec {shlex.join(map(str, command))} "$@"\n'


def _install_interpreter() -> None:
    # A script, not a link, because Python looks for its environment's packages next to the path it was started from.
    script = f'#!/bin/sh\nexec {shlex.quote(sys.executable)} "$@"\n'
    for name in ("python", "python3"):
        program = interpreter() / "bin" / name
        if not program.exists() or program.read_text() != script:
            program.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            _write(program, script, 0o700)


def _install_command() -> None:
    """Installs `anykube`, which kubeconfigs of managed clusters call, so that Pulumi's plugins and kubectl find it."""
    script = f'#!/bin/sh\nexec {shlex.quote(sys.executable)} -P -m anykube_cli "$@"\n'
    program = paths.bin_dir() / _COMMAND
    if not program.exists() or program.read_text() != script:
        _write(program, script, 0o700)


def _stamp_file() -> Path:
    return paths.state_dir() / "toolchain"


def _stamp(tools: Iterable[Tool]) -> str:
    return "".join(f"{tool.key}\n" for tool in tools)


def _is_installed() -> bool:
    # Compare versions too, because older versions have the same file names.
    return (
        _stamp_file().exists()
        and _stamp_file().read_text() == _stamp(TOOLS)
        and all(target.exists() for target in (paths.bin_dir() / _ENGINE, *map(_target, TOOLS)))
    )


def _place(source: Path, target: Path, link: Callable[[Path, Path], None]) -> None:
    draft = target.with_name(f".{target.name}.part")
    draft.unlink(missing_ok=True)
    link(source, draft)
    draft.replace(target)
    # Renaming a hard link onto another link of the same file does nothing.
    draft.unlink(missing_ok=True)


def _link(source: Path, target: Path) -> None:
    try:
        os.link(source.resolve(), target)
    except OSError:  # on another file system, or owned by another user
        shutil.copy2(source, target)


def _write(target: Path, text: str, mode: int) -> None:
    """Writes the file atomically. Other users can never read it, not even while it is written."""
    draft = target.with_name(f".{target.name}.part")
    draft.unlink(missing_ok=True)
    with open(draft, "x", opener=lambda path, flags: os.open(path, flags, mode), encoding="utf-8") as out:
        out.write(text)
    draft.replace(target)


@contextmanager
def _exclusive_lock() -> Iterator[None]:
    """Lets one run at a time change `.anykube`. Creates its folders, accessible only to their owner."""
    for folder in (".", "bin", "pulumi", "state", "tmp"):
        (paths.state_dir() / folder).mkdir(mode=0o700, exist_ok=True)
    with FileLock(paths.state_dir() / ".toolchain.lock", mode=0o600):
        yield


def _policy_packs() -> list[str]:
    anykube_pack = str(paths.checkout() / "policies")
    user_packs = os.environ.get("PULUMI_OPTION_POLICY_PACK", "").split(",")
    return [anykube_pack, *(pack for pack in user_packs if pack not in ("", anykube_pack))]


def _search_path(bin_dir: Path) -> str:
    """PATH with `bin_dir` first.

    A user's Pulumi.yaml sets no virtual environment, so Pulumi uses `python3` from PATH. The interpreter with Anykube
    must come first. This repository sets its own in Pulumi.yaml.
    """
    first = [str(bin_dir)] if paths.is_repository() else [str(bin_dir), str(interpreter() / "bin")]
    inherited = os.environ.get("PATH", os.defpath).split(os.pathsep)
    return os.pathsep.join((*first, *(entry for entry in inherited if entry not in (*first, str(paths.bin_dir())))))
