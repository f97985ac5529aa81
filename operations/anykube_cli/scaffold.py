"""The files of a user's own project, rendered from templates/."""

import re
from collections.abc import Mapping, Sequence
from importlib.metadata import version
from pathlib import Path
from string import Template

import typer

_TEMPLATES = Path(__file__).with_name("templates")
_CLOUDS = _TEMPLATES / "clouds"
LOCAL = "local"
"""The stack that every project has."""


class ScaffoldError(Exception):
    """The project cannot be made; the text is a sentence."""


class _Template(Template):
    delimiter = "%%"  # `$` belongs to GitHub's expressions


def init(folder: Path, cloud_names: Sequence[str], name: str | None) -> None:
    """Makes a project in the folder. Ends with 2, and writes nothing, where it cannot."""
    try:
        files = render(project_name(name or folder.resolve().name), _known(cloud_names))
    except ScaffoldError as error:
        typer.echo(f"{error}.", err=True)
        raise typer.Exit(2) from None
    if taken := in_the_way(folder, files):
        typer.echo(f"In the way in {folder}: {', '.join(map(str, taken))}. Nothing was written.", err=True)
        raise typer.Exit(2)
    write(folder, files)
    for path in files:
        typer.echo(f"created {folder / path}")
    typer.echo(f"\nNext: cd {folder} && anykube up")


def clouds() -> list[str]:
    """The clouds that a project may have a stack in."""
    return sorted(folder.name for folder in _CLOUDS.iterdir())


def project_name(text: str) -> str:
    """A text as a project's name: lowercase letters, digits and dashes, beginning with a letter.

    Raises ScaffoldError where nothing of it remains.

    Example:
        project_name("My Shop")  # my-shop
    """
    name = re.sub(r"[^a-z0-9]+", "-", text.lower()).lstrip("-0123456789").rstrip("-")
    if not name:
        raise ScaffoldError(f"{text!r} has no letter for the project's name: give one with --name")
    return name


def render(name: str, cloud_names: Sequence[str]) -> dict[Path, str]:
    """The text of each file of a project, by its path in the project's folder."""
    values = {
        "name": name,
        "version": version("anykube-cli"),
        "library_extras": _extras(cloud_names),
        "command_extras": _extras([f"{cloud}-rehearsal" for cloud in cloud_names]),
        "setup": _text(_TEMPLATES / "setup.yaml"),
        "jobs": "".join(_jobs(cloud) for cloud in cloud_names),
        "clouds": "".join(_of_cloud(_TEMPLATES / "cloud.md", cloud) for cloud in cloud_names),
    }
    root = _TEMPLATES / "project"
    project = {_target(file.relative_to(root)): _filled(file, values) for file in root.rglob("*") if file.is_file()}
    settings = {_settings_file(cloud): _filled(_of(cloud, "settings.yaml"), values) for cloud in cloud_names}
    return {path: text for path, text in sorted({**project, **settings}.items()) if path.suffix != ".pyc"}


def in_the_way(folder: Path, files: Mapping[Path, str]) -> list[Path]:
    """What is in the folder already and would be overwritten, by its path there."""
    taken = {path for path in files if _exists(folder / path)}
    parents = {parent for path in files for parent in path.parents if (folder / parent).is_file()}
    return sorted(taken | parents)


def write(folder: Path, files: Mapping[Path, str]) -> None:
    """Writes the files. Raises FileExistsError rather than overwrite one."""
    for path, text in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        with (folder / path).open("x", encoding="utf-8") as file:
            file.write(text)


def _known(cloud_names: Sequence[str]) -> list[str]:
    """The clouds, each once, without the local one. Raises ScaffoldError for one that there is not."""
    chosen = [name for name in dict.fromkeys(cloud_names) if name != LOCAL]
    if unknown := [name for name in chosen if name not in clouds()]:
        raise ScaffoldError(f"There is no cloud {', '.join(unknown)}: --cloud takes {', '.join((LOCAL, *clouds()))}")
    return chosen


def _exists(path: Path) -> bool:
    return path.exists() or path.is_symlink()


def _target(template: Path) -> Path:
    """Where a template goes: `dot-` stands for the dot of a hidden file."""
    return Path(*(re.sub(r"^dot-", ".", part) for part in template.parts))


def _of(cloud: str, name: str) -> Path:
    """A template that is one cloud's: the settings of its stack, or the steps that log a job in."""
    return _CLOUDS / cloud / name


def _settings_file(cloud: str) -> Path:
    return Path("stacks", "environments", f"{_stack(cloud)}.yaml")


def _stack(cloud: str) -> str:
    return f"{cloud}-dev"


def _jobs(cloud: str) -> str:
    login = _of(cloud, "login.yaml")
    logins = {"preview_login": _filled(login, {"preview": "PREVIEW_"}), "up_login": _filled(login, {"preview": ""})}
    return _of_cloud(_TEMPLATES / "jobs.yaml", cloud, setup=_text(_TEMPLATES / "setup.yaml"), **logins)


def _of_cloud(template: Path, cloud: str, **values: str) -> str:
    return _filled(template, {"cloud": cloud, "stack": _stack(cloud), **values})


def _filled(template: Path, values: Mapping[str, str]) -> str:
    return _Template(_text(template)).substitute(values).rstrip("\n") + "\n"


def _text(file: Path) -> str:
    return file.read_text(encoding="utf-8")


def _extras(names: Sequence[str]) -> str:
    return f"[{','.join(names)}]" if names else ""
