"""Removes secrets from all output: comments, reports, logs, tracebacks.

It uses two methods, because neither is enough. It replaces the values of a stack's secrets, in every encoding in which
they may appear. And it replaces everything that looks like a key or a token.
"""

import base64
import html
import json
import re
import shlex
from collections.abc import Callable, Iterable, Iterator, Sequence
from urllib.parse import quote, quote_plus

HIDDEN = "[secret]"
"""The replacement of a secret, as in Pulumi's own output."""

_MIN_LENGTH = 4
"""A shorter value is only replaced as a whole word; otherwise the text would be unreadable."""
_MIN_LINE_LENGTH = 8
"""The lines of a value from this length are secrets of their own, because logs are split into lines."""

_FORMS: Sequence[Callable[[str], str]] = (
    str,
    quote_plus,
    lambda text: quote(text, safe=""),
    quote,
    lambda text: json.dumps(text)[1:-1],
    lambda text: json.dumps(text, ensure_ascii=False)[1:-1],
    lambda text: repr(text)[1:-1],
    shlex.quote,
    html.escape,
    lambda text: html.escape(text, quote=False),
)
"""The encodings of a text in URLs, JSON, Python, shells and HTML."""

_KEYS = re.compile(
    "|".join(
        (
            r"-----BEGIN [A-Z ]*PRIVATE KEY-----.*?(?:-----END [A-Z ]*PRIVATE KEY-----|\Z)",
            r"\b(?:AKIA|ASIA)[A-Z0-9]{16}\b",  # AWS
            r"\bya29\.[\w-]{20,}",  # Google, access token
            r"\bAIza[\w-]{35}",  # Google, API key
            r"\b(?:gh[pousr]_\w{20,}|github_pat_\w{20,})",  # GitHub
            r"\bgl(?:pat|cbt|ptt|dt|rt)-[\w-]{20,}",  # GitLab
            r"\bpul-[0-9a-f]{40}\b",  # Pulumi
            r"\bxox[abeoprs]-[\w-]{10,}",  # Slack
            r"\beyJ[\w-]{8,}\.eyJ[\w-]{8,}\.[\w-]*",  # a JSON Web Token: RFC 7519
            r"(?<=AccountKey=)[A-Za-z0-9+/=]{40,}",  # Azure Storage
            r"(?<=://)[^\s/:@'\"]+:[^\s/@'\"]+(?=@)",  # a login in a URL
            r"(?i:(?<=\bbearer )|(?<=\bbasic ))[\w.~+/=-]{12,}",  # RFC 6750, RFC 7617
        )
    ),
    re.DOTALL,
)
"""The patterns of keys and tokens, by issuer."""


class Redactor:
    """Replaces secrets in texts. Keeps their values in memory and never writes them.

    Example:
        hide = Redactor(["p4ssw0rd"])
        hide("the password is p4ssw0rd")  # the password is [secret]
    """

    def __init__(self, values: Iterable[str] = ()) -> None:
        self._forms: set[str] = set()
        self._words: set[str] = set()
        self._pattern: re.Pattern[str] | None = None
        self.learn(values)

    def learn(self, values: Iterable[str]) -> None:
        """Hides these values too, from now on."""
        for value in values:
            for text in dict.fromkeys((value, value.strip(), *_lines(value))):
                if len(text) >= _MIN_LENGTH:
                    self._forms.update(_forms(text))
                elif text:
                    self._words.add(text)
        # Longest first: a secret may be part of another.
        patterns = [re.escape(form) for form in sorted(self._forms, key=lambda form: (-len(form), form))]
        patterns += [rf"(?<!\w){re.escape(word)}(?!\w)" for word in sorted(self._words)]
        self._pattern = re.compile("|".join(patterns)) if patterns else None

    def __call__(self, text: str) -> str:
        """The text without secrets."""
        if self._pattern:
            text = self._pattern.sub(HIDDEN, text)
        return _KEYS.sub(HIDDEN, text)


def _lines(value: str) -> Iterator[str]:
    stripped = [line.strip() for line in value.splitlines()]
    return (line for line in stripped if len(line) >= _MIN_LINE_LENGTH and not line.startswith("-----"))


def _forms(text: str) -> Iterator[str]:
    for form in _FORMS:
        yield form(text)
    content = text.encode()
    yield content.hex()
    yield base64.b64encode(content).decode()
    yield base64.urlsafe_b64encode(content).decode()
    for shift in range(3):
        yield from _base64_within(content, shift)


def _base64_within(content: bytes, shift: int) -> Iterator[str]:
    """The part of the base64 encoding of a longer text that depends on these bytes alone.

    For example, a registry login is the base64 of `USER:PASSWORD`, and a Secret's `data` that of a whole file. `shift`:
    the position of the bytes within a group of three.
    """
    before, after = (0, 2, 3)[shift], -(len(content) + shift) % 3
    padded = base64.b64encode(b"\0" * shift + content + b"\0" * after).decode()
    inner = padded[before : len(padded) - (0, 2, 3)[after]] if after else padded[before:]
    for form in (inner, inner.replace("+", "-").replace("/", "_")):
        # A few base64 characters would match everywhere.
        if len(form) >= _MIN_LENGTH:
            yield form
            yield quote(form, safe="")


hidden = Redactor()
"""The redactor of this process's output."""
