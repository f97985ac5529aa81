"""Escapes text for Markdown, and removes secrets from it. Settings and resource names never become markup."""

import html
import re
from collections.abc import Iterable

from anykube_cli.ci.redact import hidden

MAX_LENGTH = 60_000
"""Characters of a comment. GitHub allows 65,536, GitLab more."""


def code(text: str) -> str:
    """Text as inline code."""
    return f"<code>{html.escape(_redact(text))}</code>"


def escape(text: str) -> str:
    """Text in which links, images and mentions are escaped."""
    return re.sub(r"([\\`*_{}\[\]()#!|~@])", r"\\\1", html.escape(_redact(text), quote=False))


def folded(title: str, lines: Iterable[str]) -> list[str]:
    """A collapsed block of preformatted lines."""
    content = html.escape(hidden("\n".join(lines)).replace("\r", ""), quote=False)
    return [
        f"<details><summary>{html.escape(_redact(title))}</summary>",
        "",
        "<pre>",
        content,
        "</pre>",
        "",
        "</details>",
        "",
    ]


def shorten(text: str, max_length: int = MAX_LENGTH) -> str:
    """Shortens a text to fit into a comment: drops blocks at its end, and adds a note."""
    if len(text) <= max_length:
        return text
    *blocks, last = text.split("<details>")
    note = "\n\nThe rest is too long for a comment. The log of the job has all of it.\n"
    parts = [*blocks, last]
    while len(parts) > 1 and len("<details>".join(parts)) + len(note) > max_length:
        parts.pop()
    return "<details>".join(parts)[: max_length - len(note)] + note


def _redact(text: str) -> str:
    # Before escaping, because an escaped secret would not be recognised.
    return " ".join(hidden(text).split())
