"""The report of an import: for people, as a table, and as JSON."""

from collections.abc import Iterator, Sequence
from typing import Any

from anykube._rules.findings import dotted, sentence
from rich.console import Console
from rich.table import Table
from rich.text import Text

from anykube_cli.importing import paths
from anykube_cli.importing.comparison import Entry, Status
from anykube_cli.importing.paths import MISSING
from anykube_cli.importing.result import Result

_LONGEST = 60
_STYLES = {Status.SAME: "", Status.CHANGED: "yellow", Status.NOT_EXPRESSED: "red"}


def print_report(result: Result, stack: str, console: Console) -> None:
    """Prints what the settings do not express, what Anykube changes, and what to do next."""
    for line in _lines(result, stack):
        console.print(Text(line), soft_wrap=True)


def _lines(result: Result, stack: str) -> Iterator[str]:
    count = len(result.settings["apps"])
    same = sum(entry.status is Status.SAME for entry in result.entries)
    yield f"{count} app{'' if count == 1 else 's'}: {same} fields are the same as in the input."
    changes = [entry for entry in result.entries if entry.status is Status.CHANGED]
    if changes:
        shown = [entry for entry in changes if entry.value is not MISSING or _matters(entry)]
        yield ""
        yield "Changed by Anykube:"
        yield from _grouped(shown)
        if rest := len(changes) - len(shown):
            yield f"  {rest} defaults that the input does not set: --compare shows them."
    if result.not_expressed:
        yield ""
        yield "Not expressed:"
        for entry in result.not_expressed:
            value = "" if entry.path == () else f" = {_short(entry.value)}"
            field = dotted(entry.path)
            name = f"{entry.item.title}: {field}" if field else entry.item.title
            yield f"  {entry.item.document}: {name}{value}: {entry.note}."
    if result.secrets:
        yield ""
        yield "Set these secrets before `anykube up`, each with its value on standard input:"
        for secret in result.secrets:
            command = f"pulumi config set --secret {secret.name} -s {stack} --config-file stacks/Pulumi.{stack}.yaml"
            yield f"  {command}  # {secret.origin}"
    if result.refusals:
        yield ""
        yield "`anykube settings check` refuses the settings until you correct them:"
        yield from (f"  {sentence(dotted(item.path), item.message, item.remedy)}" for item in result.refusals)


_MATTERS = (
    "**.securityContext.runAsUser",
    "**.securityContext.readOnlyRootFilesystem",
    "**.resources.limits.memory",
    "**.resources.requests.*",
    "**.spec.automountServiceAccountToken",
    "**.enableServiceLinks",
    "**.activeDeadlineSeconds",
    "**.startingDeadlineSeconds",
)
"""Defaults of Anykube that can stop an image that was written without them in mind."""


def _matters(entry: Entry) -> bool:
    return any(paths.matches(pattern, entry.path) for pattern in _MATTERS)


def _grouped(entries: Sequence[Entry]) -> Iterator[str]:
    """Changes that several objects have in common, in one line."""
    groups: dict[tuple[str, str, str], list[Entry]] = {}
    for entry in entries:
        # The list of containers differs between objects.
        field = dotted(tuple("*" if isinstance(step, int) else step for step in entry.path)).replace(".*", "[*]")
        field = field.replace('["*"]', "[*]")
        before = "" if entry.value is MISSING else "changed"
        key = (f"{entry.item.kind}: {field}", entry.note, (before and _change(entry)) or f"is {_short(entry.rendered)}")
        groups.setdefault(key, []).append(entry)
    for (field, note, change), members in groups.items():
        names = sorted({entry.item.name for entry in members})
        objects = f"{len(names)} objects" if len(names) > 3 else ", ".join(names)
        yield f"  {field} {change} ({objects}): {note}."


def _change(entry: Entry) -> str:
    if entry.path and entry.path[-1] == "name":
        return "has another value"
    if entry.rendered is MISSING:
        return f"{_short(entry.value)} is left out"
    return f"{_short(entry.value)} becomes {_short(entry.rendered)}"


def print_comparison(result: Result, console: Console) -> None:
    """Prints each field of the input, and what became of it."""
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="bold")
    for column in ("object", "field", "input", "rendered", "result"):
        table.add_column(column, overflow="fold")
    for entry in result.entries:
        table.add_row(
            Text(entry.item.title),
            Text(dotted(entry.path) or "(the object)"),
            Text(_short(entry.value)),
            Text(_short(entry.rendered)),
            Text(entry.status, style=_STYLES[entry.status]),
        )
    console.print(table)


def as_json(result: Result) -> dict[str, Any]:
    """The report for other programs."""
    return {
        "settings": dict(result.settings),
        "fields": [
            {
                "file": entry.item.document.file,
                "document": entry.item.document.number,
                "object": entry.item.title,
                "path": dotted(entry.path),
                "status": entry.status.name.lower(),
                "value": None if entry.value is MISSING else entry.value,
                "rendered": None if entry.rendered is MISSING else entry.rendered,
                "note": entry.note,
            }
            for entry in result.entries
        ],
        "secrets": [{"name": secret.name, "origin": secret.origin} for secret in result.secrets],
        "refusals": [
            {"path": dotted(item.path), "message": item.message, "remedy": item.remedy} for item in result.refusals
        ],
    }


def _short(value: Any) -> str:
    if value is MISSING:
        return "—"
    text = " ".join(str(value).split()) if not isinstance(value, bool) else str(value).lower()
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"
