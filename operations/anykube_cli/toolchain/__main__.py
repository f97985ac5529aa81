"""`python -m anykube_cli.toolchain`: the programs that Anykube runs on."""

from collections.abc import Iterable

import typer

from anykube_cli.toolchain import home
from anykube_cli.toolchain.build import BuildError
from anykube_cli.toolchain.finder import Finder, Found, here
from anykube_cli.toolchain.parts import PARTS, Part

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
    _show((one.part, one) for one in found)


@cli.command("list")
def list_parts() -> None:
    """Say where each part is; make nothing."""
    _show((part, here(part)) for part in PARTS)


def _show(rows: Iterable[tuple[Part, Found | None]]) -> None:
    line = "{:28}{:9}{:9}{}".format
    typer.echo(line("part", "version", "from", "folder"))
    for part, found in rows:
        typer.echo(
            line(part.name, part.version, found.origin if found else "-", found.folder if found else "not here yet")
        )


@cli.callback()
def main() -> None:
    """The programs that Anykube runs on."""


if __name__ == "__main__":
    cli()
