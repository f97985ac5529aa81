"""Tables in the docs that name tests as proof: the tests exist."""

import ast
import re
from pathlib import Path

import pytest

_ROOT = Path(__file__).parents[1]
_TEST = re.compile(r"\[test\]\(\.\./([^)]+)\) `(\w+)`")


def _tables(name: str) -> list[list[dict[str, str]]]:
    """The tables of a page. Each row is keyed by the column headings."""
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


_COMPARISONS = _tables("comparison.md")
_FEATURES = [row for table in _COMPARISONS if "feature" in table[0] for row in table]
_COMPLAINTS = [row for table in _COMPARISONS if "complaint" in table[0] for row in table]


def _exists(file: str, test: str) -> bool:
    tree = ast.parse((_ROOT / file).read_text())
    return any(isinstance(node, ast.FunctionDef) and node.name == test for node in ast.walk(tree))


@pytest.mark.parametrize("row", _FEATURES, ids=lambda row: row["feature"])
def test_every_supported_feature_names_existing_test(row: dict[str, str]) -> None:
    tests = _TEST.findall(row["shown by"])
    [anykube] = [cell for heading, cell in row.items() if heading.startswith("Anykube on ")]
    assert bool(tests) == anykube.startswith("yes")
    assert all(_exists(file, test) for file, test in tests)


@pytest.mark.parametrize("row", _COMPLAINTS, ids=lambda row: row["complaint"])
def test_every_complaint_names_existing_test(row: dict[str, str]) -> None:
    tests = _TEST.findall(row["shown by"])
    assert tests
    assert all(_exists(file, test) for file, test in tests)


def _workload_features() -> list[dict[str, str]]:
    return next((table for table in _tables("workloads.md") if "proved by" in table[0]), [])


@pytest.mark.parametrize("row", _workload_features(), ids=lambda row: row["feature"])
def test_every_workload_feature_names_existing_tests(row: dict[str, str]) -> None:
    tests, file = list[tuple[str, str]](), ""
    for reference in re.findall(r"`([^`]+)`", row["proved by"]):
        path, _, test = reference.partition("::")
        file = f"tests/{path.replace('…', 'components/workloads')}" if path else file
        tests.append((file, test))
    assert tests
    assert all((_ROOT / file).is_file() if not test else _exists(file, test) for file, test in tests)


def test_tables_are_complete() -> None:
    assert len(_workload_features()) >= 16
    assert len(_FEATURES) >= 22
    assert len(_COMPLAINTS) >= 13
