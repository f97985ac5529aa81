"""`python -m toolchain`: the programs that Anykube runs on."""

import typer
from rich.console import Console
from rich.table import Table

from toolchain import home
from toolchain.build import BuildError
from toolchain.finder import Finder

cli = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False, help=__doc__)


@cli.command()
def install() -> None:
    """Find, download or build every part, and say where each came from."""
    try:
        found = Finder().find_all()
    except BuildError as error:
        typer.echo(f"The toolchain is not complete: {error}", err=True)
        raise typer.Exit(1) from None
    home.lay_out(found)
    home.prepare()
    table = Table(box=None, padding=(0, 2, 0, 0))
    for column in ("part", "version", "from", "folder"):
        table.add_column(column)
    for one in found:
        table.add_row(one.part.name, one.part.version, one.origin, str(one.folder))
    Console().print(table)


@cli.callback()
def main() -> None:
    """The programs that Anykube runs on."""


if __name__ == "__main__":
    cli()
