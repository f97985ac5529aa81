"""Claims of the explanation pages that link to tests: the tests exist."""

import ast
import re

import pytest

from tests.docs.blocks import DOCS, ROOT

_EXPLANATION = DOCS / "explanation"
_TEST = re.compile(r"\[(\w+(?:\.py)?)\]\(\.\./\.\./(tests/[^)]+)\)")
"""A link to a test function, or to a test file if the link's text is its name."""
_ISSUE = re.compile(r"\[([\w-]+#\d+)\]")
"""A reference link to an issue, which is defined at the end of the page."""


def _tables(name: str) -> list[list[dict[str, str]]]:
    """The tables of a page. Each row is keyed by the column headings."""
    tables, rows = list[list[dict[str, str]]](), list[list[str]]()
    page = (_EXPLANATION / name).read_text(encoding="utf-8")
    for line in [*page.splitlines(), ""]:
        if line.startswith("|"):
            rows.append([cell.strip() for cell in line.removeprefix("|").removesuffix("|").split("|")])
        elif rows:
            heading, _, *body = rows
            tables.append([dict(zip(heading, row, strict=True)) for row in body])
            rows = []
    return tables


def _complaints() -> list[str]:
    """The list items below the headings for complaints."""
    page = (_EXPLANATION / "comparison.md").read_text(encoding="utf-8")
    sections = re.findall(r"^### Complaints[^\n]*\n(.*?)(?=^##|^\[|\Z)", page, re.MULTILINE | re.DOTALL)
    return [item for section in sections for item in re.split(r"^- ", section, flags=re.MULTILINE)[1:]]


_FEATURES = [row for table in _tables("comparison.md") for row in table]
_COMPLAINTS = _complaints()
_APP_FEATURES = [row for table in _tables("features.md") for row in table]


def _exists(test: str, path: str) -> bool:
    file = ROOT / path
    if test == file.name:
        return file.is_file()
    tree = ast.parse(file.read_text(encoding="utf-8"))
    return any(isinstance(node, ast.FunctionDef) and node.name == test for node in ast.walk(tree))


def _id(row: dict[str, str]) -> str:
    return row["feature"]


@pytest.mark.parametrize("row", _FEATURES, ids=_id)
def test_every_supported_feature_names_existing_test(row: dict[str, str]) -> None:
    tests = _TEST.findall(row["shown by"])
    assert bool(tests) == (row["Anykube"] == "yes")
    assert all(_exists(*test) for test in tests)


@pytest.mark.parametrize("row", _FEATURES, ids=_id)
def test_cells_of_the_comparison_are_words(row: dict[str, str]) -> None:
    cells = {value for heading, value in row.items() if heading not in {"feature", "shown by"}}
    assert cells <= {"yes", "no", "partly", "built in", "default off"}


@pytest.mark.parametrize("complaint", _COMPLAINTS, ids=lambda complaint: complaint.split("**")[1])
def test_every_complaint_names_threads_and_existing_test(complaint: str) -> None:
    tests, issues = _TEST.findall(complaint), _ISSUE.findall(complaint)
    assert tests
    assert all(_exists(*test) for test in tests)
    assert issues
    page = (_EXPLANATION / "comparison.md").read_text(encoding="utf-8")
    assert all(f"\n[{issue}]: https://github.com/" in page for issue in issues)


@pytest.mark.parametrize("row", _APP_FEATURES, ids=_id)
def test_every_feature_of_apps_names_existing_tests(row: dict[str, str]) -> None:
    tests = _TEST.findall(row["shown by"])
    assert row["Anykube"] == "yes"
    assert tests
    assert all(_exists(*test) for test in tests)


def test_tables_are_complete() -> None:
    assert len(_APP_FEATURES) >= 16
    assert len(_FEATURES) >= 22
    assert len(_COMPLAINTS) >= 13
