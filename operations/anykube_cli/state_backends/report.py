"""What came of a backend, and what to do with it: no secret is in there."""

from collections.abc import Iterable
from shlex import quote

from rich.console import Console
from rich.text import Text

from anykube_cli.state_backends.backend import Backend, SettingResult, Outcome

_MARKS: dict[Outcome, tuple[str, str]] = {
    "made": ("+", "green"),
    "strengthened": ("~", "yellow"),
    "as it should be": ("=", "dim"),
}


def told(deeds: Iterable[SettingResult], console: Console) -> None:
    """Prints each as it comes, and what it comes to."""
    counts = dict.fromkeys(_MARKS, 0)
    for deed in deeds:
        counts[deed.outcome] += 1
        was = f" (was {deed.was})" if deed.was else ""
        line = f"{deed.subject}: {deed.what}: {deed.outcome}{was}"
        console.print(Text.assemble(_MARKS[deed.outcome], " ", line), soft_wrap=True)
    changed = counts["made"] + counts["strengthened"]
    if changed:
        console.print(f"{counts['made']} made, {counts['strengthened']} strengthened", style="bold green")
    else:
        console.print("nothing to change: all of it is as it should be", style="bold green")


def exports(stack: str, backend: Backend) -> str:
    """The lines that make Pulumi, and `anykube`, use it; for a shell."""
    return (
        f"export PULUMI_BACKEND_URL={quote(backend.url)}\n"
        f"# a stack that is new: pulumi stack init {stack} --secrets-provider={quote(backend.secrets)}\n"
        f"# one that is there:   anykube migrate --stack {stack} --to {quote(backend.url)}\n"
    )
