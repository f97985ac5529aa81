"""Secrets are redacted in every encoding."""

import base64
import html
import json
import shlex
from urllib.parse import quote, quote_plus

import pytest
from anykube_cli.ci.redact import HIDDEN, Redactor
from hypothesis import given
from hypothesis import strategies as st

_SECRET = "p@ss w/rd+\"'é<&>"
_KEY = "-----BEGIN PRIVATE KEY-----\nMIIEvQIBADANBgkqhkiG9w0\nBAQEFAASCBKcwggSjAgEAAoIBAQ\n-----END PRIVATE KEY-----\n"


@pytest.mark.parametrize(
    "form",
    [
        _SECRET,
        quote(_SECRET, safe=""),
        quote(_SECRET),
        quote_plus(_SECRET),
        json.dumps(_SECRET),
        json.dumps(_SECRET, ensure_ascii=False),
        repr(_SECRET),
        shlex.quote(_SECRET),
        html.escape(_SECRET),
        html.escape(_SECRET, quote=False),
        _SECRET.encode().hex(),
        base64.b64encode(_SECRET.encode()).decode(),
        base64.urlsafe_b64encode(_SECRET.encode()).decode(),
    ],
)
def test_redacts_every_encoding(form: str) -> None:
    text = Redactor([_SECRET])(f"before {form} after")
    assert form not in text
    assert HIDDEN in text
    assert text.startswith("before ")
    assert text.endswith(" after")


@given(
    st.text(st.characters(codec="ascii", min_codepoint=33), min_size=12),
    st.text(st.characters(codec="ascii"), max_size=20),
    st.text(st.characters(codec="ascii"), max_size=20),
)
def test_redacts_base64_of_a_text_with_the_secret(secret: str, before: str, after: str) -> None:
    """For example, a registry login is the base64 of `USER:PASSWORD`."""
    assert HIDDEN in Redactor([secret])(base64.b64encode(f"{before}{secret}{after}".encode()).decode())


def test_redacts_each_line_of_a_key() -> None:
    hide = Redactor([_KEY])
    for line in _KEY.splitlines()[1:-1]:
        assert hide(f"log: {line}") == f"log: {HIDDEN}"
    assert hide(_KEY).strip() == HIDDEN


def test_redacts_a_short_secret_as_a_whole_word() -> None:
    assert Redactor(["ab"])("ab, table, x=ab;") == f"{HIDDEN}, table, x={HIDDEN};"


def test_redacts_a_secret_that_contains_another() -> None:
    assert Redactor(["secret", "secret-longer"])("secret-longer secret") == f"{HIDDEN} {HIDDEN}"


def test_an_empty_value_redacts_nothing() -> None:
    assert Redactor(["", " "])("some text") == "some text"


@pytest.mark.parametrize(
    "token",
    [
        "AKIA" + "ABCDEFGHIJKLMNOP",
        "ghs_" + "a1" * 18,
        "github_pat_" + "a1_" * 10,
        "glpat-" + "a1" * 10,
        "ya29." + "a-" * 15,
        "AIza" + "b" * 35,
        "pul-" + "0" * 40,
        "xoxb-" + "1234567890-abc",
        "eyJhbGciOiJub25l.eyJzdWIiOiJzb21lYm9keQ.c2lnbmF0dXJl",
        _KEY,
        _KEY.partition("-----END")[0],
    ],
)
def test_redacts_everything_that_looks_like_a_key(token: str) -> None:
    text = Redactor()(f"found {token}")
    assert token.strip() not in text
    assert text.startswith(f"found {HIDDEN}")


def test_redacts_logins_in_urls_and_headers() -> None:
    hide = Redactor()
    assert hide("https://user:word@example.com/a") == f"https://{HIDDEN}@example.com/a"
    assert hide("Authorization: Bearer abcdef.ghijkl_mnop") == f"Authorization: Bearer {HIDDEN}"
    assert hide("AccountName=a;AccountKey=" + "A" * 86 + "==;x") == f"AccountName=a;AccountKey={HIDDEN};x"
    assert hide("https://example.com:8080/a@b") == "https://example.com:8080/a@b"
