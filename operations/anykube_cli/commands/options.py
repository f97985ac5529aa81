"""Options that several commands take."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer

from anykube_cli.toolchain import paths

LOCAL = "local"
"""The stack that a command is about where neither --stack nor ANYKUBE_STACK names one."""


def complete_stack(incomplete: str) -> Iterator[str]:
    """The stacks of the project whose names begin so."""
    folder = Path(os.environ.get("ANYKUBE_ENVIRONMENTS") or paths.checkout() / "stacks" / "environments")
    return (file.stem for file in sorted(folder.glob("*.yaml")) if file.stem.startswith(incomplete))


Stack = Annotated[
    str,
    typer.Option(
        "--stack",
        "-s",
        metavar="STACK",
        envvar="ANYKUBE_STACK",
        help="The stack: a file of stacks/environments/.",
        autocompletion=complete_stack,
    ),
]
Stacks = Annotated[
    list[str] | None,
    typer.Option("--stack", "-s", metavar="STACK", help="Only this stack. Repeatable.", autocompletion=complete_stack),
]
App = Annotated[str, typer.Option("--app", "-a", metavar="APP", help="An app of the stack.")]
Allow = Annotated[
    list[str] | None,
    typer.Option(
        "--allow", metavar="NAME", help="A resource, by its Pulumi name, that may be replaced or deleted. Repeatable."
    ),
]
Json = Annotated[bool, typer.Option("--json", help="Print JSON. docs/reference/json-output.md lists the keys.")]
