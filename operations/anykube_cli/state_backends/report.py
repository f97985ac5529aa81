"""Prints what happened to a backend, and how to use it. Prints no secrets."""

from collections.abc import Iterable
from shlex import quote

from rich.console import Console
from rich.text import Text

from anykube_cli.state_backends.backend import Backend, Outcome, SettingResult

_MARKS: dict[Outcome, tuple[str, str]] = {
    "created": ("+", "green"),
    "updated": ("~", "yellow"),
    "unchanged": ("=", "dim"),
}


def print_results(results: Iterable[SettingResult], console: Console) -> None:
    """Prints each result as it arrives, then a summary."""
    counts = dict.fromkeys(_MARKS, 0)
    for result in results:
        counts[result.outcome] += 1
        previous = f" (was {result.previous})" if result.previous else ""
        line = f"{result.subject}: {result.description}: {result.outcome}{previous}"
        console.print(Text.assemble(_MARKS[result.outcome], " ", line), soft_wrap=True)
    changed = counts["created"] + counts["updated"]
    if changed:
        console.print(f"{counts['created']} created, {counts['updated']} updated", style="bold green")
    else:
        console.print("nothing to change: all settings are correct", style="bold green")


def shell_exports(stack: str, backend: Backend) -> str:
    """Shell commands that make Pulumi and `anykube` use the backend."""
    return (
        f"export PULUMI_BACKEND_URL={quote(backend.url)}\n"
        f"# new stack:      pulumi stack init {stack} --secrets-provider={quote(backend.secrets)}\n"
        f"# existing stack: anykube migrate --stack {stack} --to {quote(backend.url)}\n"
    )
