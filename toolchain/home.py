"""The checkout's own Pulumi: programs, plugins and the variables that make plain `pulumi` use them."""

import os
import secrets
import shlex
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path

from toolchain import paths
from toolchain.finder import Finder, Found
from toolchain.parts import KUBERNETES_PROVIDER, PARTS

_PLUGIN = "pulumi-resource-kubernetes"


def prepare() -> None:
    """Sees to it that all programs are there and lie where the engine looks. Quick when they do."""
    if (
        not all((paths.bin_dir() / part.name).exists() for part in PARTS if part.name != _PLUGIN)
        or not (_plugin_folder("kubernetes", KUBERNETES_PROVIDER) / _PLUGIN).exists()
    ):
        lay_out(Finder().find_all())
    for folder in ("pulumi", "state", "tmp"):
        (paths.state_dir() / folder).mkdir(mode=0o700, parents=True, exist_ok=True)
    passphrase = paths.state_dir() / "passphrase"
    if not passphrase.exists():
        with open(passphrase, "x", opener=lambda path, flags: os.open(path, flags, 0o600), encoding="ascii") as out:
            out.write(secrets.token_urlsafe(32))


def lay_out(found: Sequence[Found]) -> None:
    """Puts the programs into `.anykube/bin`, and the plugin into Pulumi's home.

    The engine takes its language host without a warning only from the folder that it lies in itself, so these are links
    of the same file, or copies, and not symbolic ones. A plugin on PATH makes it warn at every run: it lies elsewhere.
    """
    paths.state_dir().mkdir(mode=0o700, exist_ok=True)
    paths.bin_dir().mkdir(mode=0o700, exist_ok=True)
    for one in found:
        if one.part.name == _PLUGIN:
            folder = _plugin_folder("kubernetes", KUBERNETES_PROVIDER)
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            _place(one.program, folder / _PLUGIN)
        elif one.origin == "PATH":
            _place(one.program, paths.bin_dir() / one.part.name)
        else:
            for file in one.folder.iterdir():
                _place(file, paths.bin_dir() / file.name)


def add_plugin(name: str, version: str, script: str) -> None:
    """Installs a resource plugin of our own: a script that the engine starts."""
    folder = _plugin_folder(name, version)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    program = folder / f"pulumi-resource-{name}"
    if program.exists() and program.read_text() == script:
        return
    draft = program.with_name(f".{program.name}.part")
    draft.write_text(script)
    draft.chmod(0o700)
    draft.replace(program)


def variables() -> dict[str, str]:
    """What plain `pulumi` needs to be told. A backend or a passphrase that the user has set is left alone."""
    state = paths.state_dir()
    found = {
        "PATH": os.pathsep.join((str(paths.bin_dir()), *_without(os.environ.get("PATH", os.defpath), paths.bin_dir()))),
        "PULUMI_HOME": str(paths.pulumi_home()),
        "PULUMI_SKIP_UPDATE_CHECK": "true",
        # Else the engine tries to fetch the plugin of every SDK that lies in the virtual environment, used or not.
        "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION": "true",
        # Plugins write kubeconfigs into the temporary folder, and a killed one leaves them there.
        "TMPDIR": str(state / "tmp"),
        # Python compiles the SDK once, not at every run, and into no folder of the checkout's own.
        "PYTHONPYCACHEPREFIX": str(state / "pycache"),
        "PYTHONDONTWRITEBYTECODE": "",
        # By this the processes of a killed engine are known for this checkout's.
        "ANYKUBE_CHECKOUT": str(paths.checkout()),
    }
    if "PULUMI_BACKEND_URL" not in os.environ:
        # The sidecar file of metadata is cut short by a kill, and every later command then fails.
        found["PULUMI_BACKEND_URL"] = f"file://{state}/state?metadata=skip"
    if not {"PULUMI_CONFIG_PASSPHRASE", "PULUMI_CONFIG_PASSPHRASE_FILE"} & set(os.environ):
        found["PULUMI_CONFIG_PASSPHRASE_FILE"] = str(state / "passphrase")
    return found


def environment() -> dict[str, str]:
    """This process's environment with these variables."""
    return {**os.environ, **variables()}


def exports(found: Mapping[str, str]) -> str:
    """The variables as a shell reads them."""
    return "".join(f"export {name}={shlex.quote(value)}\n" for name, value in found.items())


def _plugin_folder(name: str, version: str) -> Path:
    return paths.pulumi_home() / "plugins" / f"resource-{name}-v{version}"


def _place(source: Path, target: Path) -> None:
    draft = target.with_name(f".{target.name}.part")
    draft.unlink(missing_ok=True)
    try:
        os.link(source.resolve(), draft)
    except OSError:  # another file system
        shutil.copy2(source, draft)
    draft.replace(target)


def _without(path: str, folder: Path) -> list[str]:
    return [place for place in path.split(os.pathsep) if place != str(folder)]
