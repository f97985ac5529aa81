"""Implements `anykube import`."""

import sys
from collections.abc import Sequence
from pathlib import Path

import typer
from rich.console import Console

from anykube_cli import json_output
from anykube_cli.importing.compose import import_compose
from anykube_cli.importing.reading import ImportingError, read
from anykube_cli.importing.report import as_json, print_comparison, print_report
from anykube_cli.importing.result import Result, import_objects
from anykube_cli.importing.writing import settings_text, write_file

NOT_EXPRESSED = 3
"""The exit code if the settings do not express everything."""

_WIDTH = 1000
_STACK = "STACK"


def run(
    inputs: Sequence[str], cluster: str, output: Path | None, *, patches: bool, compare: bool, as_json_: bool
) -> None:
    """Writes settings to the file or to standard output, and the report to standard error."""
    try:
        result = _import(inputs, cluster, patches=patches)
        text = settings_text(result.settings, inputs, result.origins)
        if output:
            write_file(output, text)
    except ImportingError as error:
        typer.echo(f"{error}.", err=True)
        raise typer.Exit(2) from None
    if as_json_:
        json_output.write(as_json(result))
    elif compare:
        # In a file or a pipe, a row is a line, so that it can be searched.
        print_comparison(result, Console(width=None if sys.stdout.isatty() else _WIDTH))
    elif not output:
        typer.echo(text, nl=False)
    if not as_json_:
        print_report(result, output.stem if output else _STACK, Console(stderr=True))
    if result.not_expressed or result.refusals:
        raise typer.Exit(NOT_EXPRESSED)


def _import(inputs: Sequence[str], cluster: str, *, patches: bool) -> Result:
    documents = read(inputs)
    if not documents:
        raise ImportingError(f"{', '.join(inputs)}: no objects")
    compose = [document for document in documents if document.is_compose]
    if compose and len(documents) > 1:
        raise ImportingError("a Compose file is imported alone, since it has the apps of one stack")
    return import_compose(compose[0], cluster) if compose else import_objects(documents, cluster, patches=patches)
