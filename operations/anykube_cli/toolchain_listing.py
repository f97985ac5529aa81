"""What `anykube toolchain` does."""

from collections.abc import Sequence

import typer

from anykube_cli import json_output
from anykube_cli.toolchain import home
from anykube_cli.toolchain.build import BuildError
from anykube_cli.toolchain.finder import Finder, InstalledTool, find_installed
from anykube_cli.toolchain.tools import TOOLS, Tool

Row = tuple[Tool, InstalledTool | None]


def install() -> None:
    """Finds, downloads or builds every part, and lists them. Ends with 1 where one cannot be had."""
    try:
        found = Finder().find_all()
    except BuildError as error:
        typer.echo(f"The toolchain is not complete: {error}", err=True)
        raise typer.Exit(1) from None
    home.install_tools(found)
    home.prepare()
    _show([(one.tool, one) for one in found])


def list_parts(*, as_json: bool) -> None:
    """Lists where each part is; makes nothing."""
    rows = [(part, find_installed(part)) for part in TOOLS]
    if as_json:
        json_output.write(json_output.toolchain(rows))
    else:
        _show(rows)


def _show(rows: Sequence[Row]) -> None:
    line = "{:28}{:9}{:9}{}".format
    typer.echo(line("part", "version", "from", "folder"))
    for part, found in rows:
        typer.echo(
            line(part.name, part.version, found.origin if found else "-", found.folder if found else "not here yet")
        )
