"""Commands about the programs that Anykube runs."""

import typer

from anykube_cli.commands.command import Panel, command, group
from anykube_cli.commands.options import Json


def register(cli: typer.Typer) -> None:
    """Adds the group."""
    toolchain = group("Install and list the programs that Anykube runs: Pulumi, Kubernetes, plugins.")
    cli.add_typer(toolchain, name="toolchain", rich_help_panel=Panel.PROJECT)

    @command(
        toolchain,
        examples=["anykube toolchain install"],
        exit_codes={0: "Every program is installed.", 1: "A program can be neither downloaded nor built."},
    )
    def install() -> None:
        """Install every program that Anykube runs, and list where each comes from.

        Each program is pinned to a version. The command uses it from PATH or from the cache, downloads it, or builds it
        from source, in this order. Other commands install what they need by themselves.
        """
        from anykube_cli import toolchain_listing

        toolchain_listing.install()

    @command(
        toolchain,
        "list",
        examples=["anykube toolchain list", "anykube toolchain list --json"],
        exit_codes={0: "Listed."},
        needs_project=False,
    )
    def list_parts(as_json: Json = False) -> None:
        """List the programs with their versions and folders. Installs nothing."""
        from anykube_cli import toolchain_listing

        toolchain_listing.list_tools(as_json=as_json)
