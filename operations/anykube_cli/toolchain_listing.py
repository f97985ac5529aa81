"""Implements `anykube toolchain`."""

from collections.abc import Sequence

import typer

from anykube_cli import json_output
from anykube_cli.toolchain import home
from anykube_cli.toolchain.build import BuildError
from anykube_cli.toolchain.finder import Finder, InstalledTool, find_installed
from anykube_cli.toolchain.tools import TOOLS, Tool

Row = tuple[Tool, InstalledTool | None]


def install() -> None:
    """Finds, downloads or builds every tool, and lists them. Exits with 1 if one is not available."""
    try:
        tools = Finder().find_all()
    except BuildError as error:
        typer.echo(f"The toolchain is incomplete: {error}", err=True)
        raise typer.Exit(1) from None
    home.install_tools(tools)
    home.prepare()
    _show([(installed.tool, installed) for installed in tools])


def list_tools(*, as_json: bool) -> None:
    """Lists each tool with its folder. Installs nothing."""
    rows = [(tool, find_installed(tool)) for tool in TOOLS]
    if as_json:
        json_output.write(json_output.toolchain(rows))
    else:
        _show(rows)


def _show(rows: Sequence[Row]) -> None:
    line = "{:28}{:9}{:9}{}".format
    typer.echo(line("tool", "version", "from", "folder"))
    for tool, installed in rows:
        origin, folder = (installed.origin, installed.folder) if installed else ("-", "not installed")
        typer.echo(line(tool.name, tool.version, origin, folder))
