"""The files of a user's own project, rendered from templates/ and from those of its clouds' definitions."""

import re
from collections.abc import Iterable, Mapping, Sequence
from importlib.metadata import version
from importlib.resources import files
from pathlib import Path
from string import Template

import typer
from anykube._clouds.definition import CloudDefinition, PackageFile
from anykube._clouds.registry import definitions, distribution

_TEMPLATES = Path(__file__).with_name("templates")
_LIBRARY = "anykube"
LOCAL = "local"
"""The stack that every project has."""


class ScaffoldError(Exception):
    """The project cannot be made; the text is a sentence."""


class _Template(Template):
    delimiter = "%%"  # `$` belongs to GitHub's expressions


def init(folder: Path, cloud_names: Sequence[str], name: str | None) -> None:
    """Makes a project in the folder. Ends with 2, and writes nothing, where it cannot."""
    try:
        texts = render(project_name(name or folder.resolve().name), _chosen(cloud_names))
    except ScaffoldError as error:
        typer.echo(f"{error}.", err=True)
        raise typer.Exit(2) from None
    if taken := in_the_way(folder, texts):
        typer.echo(f"In the way in {folder}: {', '.join(map(str, taken))}. Nothing was written.", err=True)
        raise typer.Exit(2)
    write(folder, texts)
    for path in texts:
        typer.echo(f"created {folder / path}")
    typer.echo(f"\nNext: cd {folder} && anykube up")


def clouds() -> list[str]:
    """The clouds that a project may have a stack in: those whose definition has templates for it."""
    return [name for name, cloud in definitions().items() if cloud.project]


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


def render(name: str, chosen: Sequence[CloudDefinition]) -> dict[Path, str]:
    """The text of each file of a project with stacks in some clouds, by its path in the project's folder."""
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
    project = {_target(file.relative_to(root)): _filled(_text(file), values) for file in sources}
    settings = {
        _settings_file(cloud.name): _filled(_packaged(cloud.project.settings), values)
        for cloud in chosen
        if cloud.project
    }
    return dict(sorted({**project, **settings}.items()))


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


def _chosen(cloud_names: Sequence[str]) -> list[CloudDefinition]:
    """The clouds, each once, without the local one. Raises ScaffoldError for an unknown cloud."""
    names = [name for name in dict.fromkeys(cloud_names) if name != LOCAL]
    if unknown := [name for name in names if name not in clouds()]:
        raise ScaffoldError(f"There is no cloud {', '.join(unknown)}: --cloud takes {', '.join((LOCAL, *clouds()))}")
    return [definitions()[name] for name in names]


def _exists(path: Path) -> bool:
    return path.exists() or path.is_symlink()


def _target(template: Path) -> Path:
    """Where a template goes: `dot-` stands for the dot of a hidden file."""
    return Path(*(re.sub(r"^dot-", ".", part) for part in template.parts))


def _settings_file(cloud: str) -> Path:
    return Path("stacks", "environments", f"{_stack(cloud)}.yaml")


def _stack(cloud: str) -> str:
    return f"{cloud}-dev"


def _readme(cloud: CloudDefinition) -> str:
    """The part of README.md about the cloud's stack, without the commands that do not know the cloud."""
    parts = {"rehearse": cloud.rehearsal, "backend": cloud.state_backend}
    absent = tuple(f"    anykube {command} " for command, part in parts.items() if part is None)
    lines = _of_cloud("cloud.md", cloud.name).splitlines(keepends=True)
    return "".join(line for line in lines if not line.startswith(absent))


def _jobs(cloud: CloudDefinition) -> str:
    logins: dict[str, str] = {"id_token": "", "preview_login": "", "up_login": ""}
    if cloud.project and cloud.project.login:
        steps = _packaged(cloud.project.login)
        logins = {
            "id_token": _template("id_token.yaml"),
            "preview_login": _filled(steps, {"preview": "PREVIEW_"}),
            "up_login": _filled(steps, {"preview": ""}),
        }
    return _of_cloud("jobs.yaml", cloud.name, setup=_template("setup.yaml"), **logins)


def _of_cloud(template: str, cloud: str, **values: str) -> str:
    return _filled(_template(template), {"cloud": cloud, "stack": _stack(cloud), **values})


def _filled(template: str, values: Mapping[str, str]) -> str:
    return _Template(template).substitute(values).rstrip("\n") + "\n"


def _template(name: str) -> str:
    return _text(_TEMPLATES / name)


def _text(file: Path) -> str:
    return file.read_text(encoding="utf-8")


def _packaged(file: PackageFile) -> str:
    package, _, path = file.partition(":")
    return files(package).joinpath(path).read_text(encoding="utf-8")


def _extras(extras: Iterable[Iterable[str]]) -> str:
    names = [name for of_cloud in extras for name in sorted(of_cloud)]
    return f"[{','.join(names)}]" if names else ""


def _distributions(chosen: Sequence[CloudDefinition]) -> str:
    """The requirements, a line each, of clouds that other distributions than the library bring."""
    brought = {dist.name: dist.version for dist in (distribution(cloud.name) for cloud in chosen)}
    return "".join(f'    "{name}~={version}",\n' for name, version in brought.items() if name != _LIBRARY)
