"""Options that several commands share."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer

from anykube_cli.toolchain import paths

LOCAL = "local"
"""The default of --stack, when ANYKUBE_STACK is not set either."""


def complete_stack(incomplete: str) -> Iterator[str]:
    """The stacks of the project whose names start with `incomplete`."""
    folder = Path(os.environ.get("ANYKUBE_ENVIRONMENTS") or paths.checkout() / "stacks" / "environments")
    return (file.stem for file in sorted(folder.glob("*.yaml")) if file.stem.startswith(incomplete))


Stack = Annotated[
    str,
    typer.Option(
        "--stack",
        "-s",
        metavar="STACK",
        envvar="ANYKUBE_STACK",
        help="The stack, such as aws-dev: the name of a settings file in stacks/environments/, without .yaml.",
        autocompletion=complete_stack,
    ),
]
Stacks = Annotated[
    list[str] | None,
    typer.Option(
        "--stack",
        "-s",
        metavar="STACK",
        help="Only this stack, such as aws-dev. Repeat the option for several stacks.",
        show_default="all",
        autocompletion=complete_stack,
    ),
]
App = Annotated[
    str, typer.Option("--app", "-a", metavar="APP", help="The app, such as web: a key of `apps` in the settings file.")
]
Allow = Annotated[
    list[str] | None,
    typer.Option(
        "--allow",
        metavar="NAME",
        help="The Pulumi name of a guarded resource that may be replaced or deleted, such as servers-node-group. "
        "The guard prints these names. Repeat the option for several resources.",
        show_default="none",
    ),
]
Json = Annotated[bool, typer.Option("--json", help="Print JSON. docs/reference/json-output.md lists the keys.")]
