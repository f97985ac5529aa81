"""What keeps secrets out of every text that leaves: comments, reports, logs, crashes.

Two ways, since neither is enough. The values that a stack knows are replaced wherever they stand, in the forms in which
they travel. And what looks like a key or a token is replaced, whoever it belongs to.
"""

import base64
import html
import json
import re
import shlex
from collections.abc import Callable, Iterable, Iterator, Sequence
from urllib.parse import quote, quote_plus

HIDDEN = "[secret]"
"""What stands in a secret's place, as in the engine's own output."""

_SHORT = 4
"""Characters: a shorter value is replaced only where it is a word of its own, or texts would be unreadable."""
_LINE = 8
"""Characters: the lines of a value that are as long as this are secrets too, since logs come in lines."""

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
"""How a text is written in URLs, JSON, Python, shells and HTML."""

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
"""What a key or a token looks like, by who gives it out."""


class Redactor:
    """Knows the values that must not be seen. It keeps them in memory, and never writes them."""

    def __init__(self, values: Iterable[str] = ()) -> None:
        self._forms: set[str] = set()
        self._words: set[str] = set()
        self._pattern: re.Pattern[str] | None = None
        self.learn(values)

    def learn(self, values: Iterable[str]) -> None:
        """Hides these values too, from now on."""
        for value in values:
            for text in dict.fromkeys((value, value.strip(), *_lines(value))):
                if len(text) >= _SHORT:
                    self._forms.update(_forms(text))
                elif text:
                    self._words.add(text)
        # The longest first: a secret may be a part of another.
        found = [re.escape(form) for form in sorted(self._forms, key=lambda form: (-len(form), form))]
        found += [rf"(?<!\w){re.escape(word)}(?!\w)" for word in sorted(self._words)]
        self._pattern = re.compile("|".join(found)) if found else None

    def __call__(self, text: str) -> str:
        """The text without them."""
        if self._pattern:
            text = self._pattern.sub(HIDDEN, text)
        return _KEYS.sub(HIDDEN, text)


def _lines(value: str) -> Iterator[str]:
    stripped = [line.strip() for line in value.splitlines()]
    return (line for line in stripped if len(line) >= _LINE and not line.startswith("-----"))


def _forms(text: str) -> Iterator[str]:
    for form in _FORMS:
        yield form(text)
    content = text.encode()
    yield content.hex()
    yield base64.b64encode(content).decode()
    yield base64.urlsafe_b64encode(content).decode()
    for shift in range(3):
        yield from _encoded(content, shift)


def _encoded(content: bytes, shift: int) -> Iterator[str]:
    """What is in base64 of these bytes whatever stands before and after them, `shift` bytes into three of it.

    A login of a registry is base64 of `USER:PASSWORD`, and a manifest's `data` of a whole file.
    """
    before, after = (0, 2, 3)[shift], -(len(content) + shift) % 3
    padded = base64.b64encode(b"\0" * shift + content + b"\0" * after).decode()
    inner = padded[before : len(padded) - (0, 2, 3)[after]] if after else padded[before:]
    for form in (inner, inner.replace("+", "-").replace("/", "_")):
        # A few characters of base64 would be found everywhere.
        if len(form) >= _SHORT:
            yield form
            yield quote(form, safe="")


hidden = Redactor()
"""What this process must not say."""
