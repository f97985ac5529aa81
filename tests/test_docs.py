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
    page = _ROOT / "docs" / name
    if not page.exists():  # the docs are being rewritten
        return tables
    for line in [*page.read_text().splitlines(), ""]:
        if line.startswith("|"):
            rows.append([cell.strip() for cell in line.strip("|").split("|")])
        elif rows:
            heading, _, *body = rows
            tables.append([dict(zip(heading, row, strict=True)) for row in body])
            rows = []
    return tables


_COMPARED = _tables("comparison.md")
_FEATURES = [row for table in _COMPARED if "feature" in table[0] for row in table]
_COMPLAINTS = [row for table in _COMPARED if "complaint" in table[0] for row in table]


def _is_there(file: str, test: str) -> bool:
    tree = ast.parse((_ROOT / file).read_text())
    return any(isinstance(node, ast.FunctionDef) and node.name == test for node in ast.walk(tree))


@pytest.mark.parametrize("row", _FEATURES, ids=lambda row: row["feature"])
def test_every_yes_names_a_test_that_is_there(row: dict[str, str]) -> None:
    named = _TEST.findall(row["shown by"])
    [ours] = [cell for heading, cell in row.items() if heading.startswith("Anykube on ")]
    assert bool(named) == ours.startswith("yes")
    assert all(_is_there(*one) for one in named)


@pytest.mark.parametrize("row", _COMPLAINTS, ids=lambda row: row["complaint"])
def test_every_complaint_is_answered_by_a_test_that_is_there(row: dict[str, str]) -> None:
    named = _TEST.findall(row["shown by"])
    assert named
    assert all(_is_there(*one) for one in named)


def _of_workloads() -> list[dict[str, str]]:
    return next((table for table in _tables("workloads.md") if "proved by" in table[0]), [])


@pytest.mark.parametrize("row", _of_workloads(), ids=lambda row: row["feature"])
def test_every_feature_of_workloads_names_tests_that_are_there(row: dict[str, str]) -> None:
    named, file = list[tuple[str, str]](), ""
    for said in re.findall(r"`([^`]+)`", row["proved by"]):
        where, _, test = said.partition("::")
        file = f"tests/{where.replace('…', 'components/workloads')}" if where else file
        named.append((file, test))
    assert named
    assert all((_ROOT / file).is_file() if not test else _is_there(file, test) for file, test in named)


def test_the_tables_are_whole() -> None:
    assert len(_of_workloads()) >= 16
    assert len(_FEATURES) >= 22
    assert len(_COMPLAINTS) >= 13
