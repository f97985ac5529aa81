"""Renders the files of a new project from templates/ and from the templates in its clouds' definitions."""

import re
from collections.abc import Iterable, Mapping, Sequence
from importlib.metadata import version
from importlib.resources import files
from pathlib import Path
from string import Template

import typer
from anykube._clouds.definition import CloudDefinition, PackageFile
from anykube._clouds.entry_points import distribution
from anykube._clouds.registry import definitions

_TEMPLATES = Path(__file__).with_name("templates")
_LIBRARY = "anykube"
LOCAL = "local"
"""The stack that every project has."""


class ScaffoldError(Exception):
    """The project cannot be created. The text says why, without a full stop."""


class _Template(Template):
    delimiter = "%%"  # `$` starts GitHub's expressions


def init(folder: Path, cloud_names: Sequence[str], name: str | None) -> None:
    """Creates a project in the folder. Exits with code 2, and writes nothing, if a file already exists."""
    try:
        texts = render(project_name(name or folder.resolve().name), _chosen(cloud_names))
    except ScaffoldError as error:
        typer.echo(f"{error}.", err=True)
        raise typer.Exit(2) from None
    if conflicts := find_conflicts(folder, texts):
        typer.echo(
            f"These files already exist in {folder}: {', '.join(map(str, conflicts))}. Nothing was written. "
            "Move them away, or choose another directory.",
            err=True,
        )
        raise typer.Exit(2)
    write(folder, texts)
    for path in texts:
        typer.echo(f"created {folder / path}")
    typer.echo(f"\nNext: cd {folder} && anykube up")


def clouds() -> list[str]:
    """The clouds in which a new project can have a stack: those whose definition has templates."""
    return [name for name, cloud in definitions().items() if cloud.project]


def project_name(text: str) -> str:
    """Turns a text into a project name: lowercase letters, digits and dashes, starting with a letter.

    Raises ScaffoldError if the text has no letter.

    Example:
        project_name("My Shop")  # my-shop
    """
    name = re.sub(r"[^a-z0-9]+", "-", text.lower()).lstrip("-0123456789").rstrip("-")
    if not name:
        raise ScaffoldError(f"{text!r} has no letter to make a project name from. Choose one with --name")
    return name


def render(name: str, chosen: Sequence[CloudDefinition]) -> dict[Path, str]:
    """The files of a project with stacks in these clouds: their texts by their paths in the project's folder."""
    values = {
        "name": name,
        "version": version("anykube-cli"),
        "library_extras": _extras(cloud.extras for cloud in chosen),
        "command_extras": _extras(cloud.rehearsal_extras for cloud in chosen),
        "distributions": _distributions(chosen),
        "setup": _template("setup.yaml"),
        "jobs": "".join(map(_jobs, chosen)),
        "clouds": "".join(map(_readme, chosen)),
    }
    root = _TEMPLATES / "project"
    sources = [file for file in root.rglob("*") if file.is_file() and file.suffix != ".pyc"]
    project = {_target(file.relative_to(root)): _fill(_text(file), values) for file in sources}
    settings = {
        _settings_file(cloud.name): _fill(_packaged(cloud.project.settings), values)
        for cloud in chosen
        if cloud.project
    }
    return dict(sorted({**project, **settings}.items()))


def find_conflicts(folder: Path, files: Mapping[Path, str]) -> list[Path]:
    """The existing files in the folder that would be overwritten, by their paths there."""
    existing = {path for path in files if _exists(folder / path)}
    parents = {parent for path in files for parent in path.parents if (folder / parent).is_file()}
    return sorted(existing | parents)


def write(folder: Path, files: Mapping[Path, str]) -> None:
    """Writes the files. Raises FileExistsError instead of overwriting one."""
    for path, text in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        with (folder / path).open("x", encoding="utf-8") as file:
            file.write(text)


def _chosen(cloud_names: Sequence[str]) -> list[CloudDefinition]:
    """The definitions of the clouds, without duplicates and `local`. Raises ScaffoldError for an unknown cloud."""
    names = [name for name in dict.fromkeys(cloud_names) if name != LOCAL]
    if unknown := [name for name in names if name not in clouds()]:
        raise ScaffoldError(f"There is no cloud {', '.join(unknown)}. --cloud takes {', '.join((LOCAL, *clouds()))}")
    return [definitions()[name] for name in names]


def _exists(path: Path) -> bool:
    return path.exists() or path.is_symlink()


def _target(template: Path) -> Path:
    """The path of the file that a template becomes: `dot-` stands for the dot of a hidden file."""
    return Path(*(re.sub(r"^dot-", ".", segment) for segment in template.parts))


def _settings_file(cloud: str) -> Path:
    return Path("stacks", "environments", f"{_stack(cloud)}.yaml")


def _stack(cloud: str) -> str:
    return f"{cloud}-dev"


def _readme(cloud: CloudDefinition) -> str:
    """The section of README.md about the cloud's stack, without commands that the cloud does not support."""
    commands = {"rehearse": cloud.rehearsal, "backend": cloud.state_backend}
    unsupported = tuple(f"    anykube {command} " for command, feature in commands.items() if feature is None)
    lines = _render_for_cloud("cloud.md", cloud.name).splitlines(keepends=True)
    return "".join(line for line in lines if not line.startswith(unsupported))


def _jobs(cloud: CloudDefinition) -> str:
    logins: dict[str, str] = {"id_token": "", "preview_login": "", "up_login": ""}
    if cloud.project and cloud.project.login:
        steps = _packaged(cloud.project.login)
        logins = {
            "id_token": _template("id_token.yaml"),
            "preview_login": _fill(steps, {"preview": "PREVIEW_"}),
            "up_login": _fill(steps, {"preview": ""}),
        }
    return _render_for_cloud("jobs.yaml", cloud.name, setup=_template("setup.yaml"), **logins)


def _render_for_cloud(template: str, cloud: str, **values: str) -> str:
    return _fill(_template(template), {"cloud": cloud, "stack": _stack(cloud), **values})


def _fill(template: str, values: Mapping[str, str]) -> str:
    return _Template(template).substitute(values).rstrip("\n") + "\n"


def _template(name: str) -> str:
    return _text(_TEMPLATES / name)


def _text(file: Path) -> str:
    return file.read_text(encoding="utf-8")


def _packaged(file: PackageFile) -> str:
    package, _, path = file.partition(":")
    return files(package).joinpath(path).read_text(encoding="utf-8")


def _extras(extras: Iterable[Iterable[str]]) -> str:
    names = [name for cloud_extras in extras for name in sorted(cloud_extras)]
    return f"[{','.join(names)}]" if names else ""


def _distributions(chosen: Sequence[CloudDefinition]) -> str:
    """The requirements, one per line, for the distributions of third-party clouds."""
    versions = {dist.name: dist.version for dist in (distribution(cloud.name) for cloud in chosen)}
    return "".join(f'    "{name}~={version}",\n' for name, version in versions.items() if name != _LIBRARY)
