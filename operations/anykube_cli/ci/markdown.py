"""Markdown that says just what it was given, without secrets: values of pages and names of resources are no markup."""

import html
import re
from collections.abc import Iterable

from anykube_cli.ci.redact import hidden

LONGEST = 60_000
"""Characters of a comment. GitHub takes 65,536, GitLab more."""


def code(text: str) -> str:
    """Text in a line, as it is."""
    return f"<code>{html.escape(_plain(text))}</code>"


def said(text: str) -> str:
    """A sentence, as it is: no link, image or mention in it is one."""
    return re.sub(r"([\\`*_{}\[\]()#!|~@])", r"\\\1", html.escape(_plain(text), quote=False))


def folded(title: str, lines: Iterable[str]) -> list[str]:
    """A block that is closed until somebody opens it."""
    content = html.escape(hidden("\n".join(lines)).replace("\r", ""), quote=False)
    return [
        f"<details><summary>{html.escape(_plain(title))}</summary>",
        "",
        "<pre>",
        content,
        "</pre>",
        "",
        "</details>",
        "",
    ]


def short(text: str, longest: int = LONGEST) -> str:
    """As much of the text as goes into a comment: blocks at its end are left out, and that is said."""
    if len(text) <= longest:
        return text
    *blocks, last = text.split("<details>")
    note = "\n\nThe rest is too long for a comment: the job's log has all of it.\n"
    kept = [*blocks, last]
    while len(kept) > 1 and len("<details>".join(kept)) + len(note) > longest:
        kept.pop()
    return "<details>".join(kept)[: longest - len(note)] + note


def _plain(text: str) -> str:
    # What is hidden is so before anything is escaped: a secret that was is another text.
    return " ".join(hidden(text).split())
