"""Docs that promise name the tests that show it, and these are there."""

import ast
import re
from pathlib import Path

import pytest

_ROOT = Path(__file__).parents[1]
_TEST = re.compile(r"\[test\]\(\.\./([^)]+)\) `(\w+)`")


def _tables(name: str) -> list[list[dict[str, str]]]:
    """The tables of a page, each row by its headings."""
    tables, rows = list[list[dict[str, str]]](), list[list[str]]()
    for line in [*(_ROOT / "docs" / name).read_text().splitlines(), ""]:
        if line.startswith("|"):
            rows.append([cell.strip() for cell in line.strip("|").split("|")])
        elif rows:
            heading, _, *body = rows
            tables.append([dict(zip(heading, row, strict=True)) for row in body])
            rows = []
    return tables


_FEATURES, _COMPLAINTS = _tables("comparison.md")


def _is_there(file: str, test: str) -> bool:
    tree = ast.parse((_ROOT / file).read_text())
    return any(isinstance(node, ast.FunctionDef) and node.name == test for node in ast.walk(tree))


@pytest.mark.parametrize("row", _FEATURES, ids=lambda row: row["feature"])
def test_every_yes_names_a_test_that_is_there(row: dict[str, str]) -> None:
    named = _TEST.findall(row["shown by"])
    assert bool(named) == row["Anykube on EKS"].startswith("yes")
    assert all(_is_there(*one) for one in named)


@pytest.mark.parametrize("row", _COMPLAINTS, ids=lambda row: row["complaint"])
def test_every_complaint_is_answered_by_a_test_that_is_there(row: dict[str, str]) -> None:
    named = _TEST.findall(row["shown by"])
    assert named
    assert all(_is_there(*one) for one in named)


def test_the_tables_are_whole() -> None:
    assert len(_FEATURES) >= 22
    assert len(_COMPLAINTS) >= 13
