"""The check rejects what the API server rejects, and accepts what it accepts."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from anykube.settings.loader import load
from anykube.settings.problems import Problem, SettingsError

from tests.api_rules.tables import Row, rows

Problems = Callable[[Row], list[Problem]]


@pytest.fixture
def problems(tmp_path: Path) -> Problems:
    """What is wrong with settings that have the row's app."""

    def problems(row: Row) -> list[Problem]:
        settings = {"cluster": {"cloud": "local", "pools": {"servers": {"count": 1}}}, "apps": {"a": row.app}}
        (tmp_path / "page.yaml").write_text(json.dumps(settings), encoding="utf-8")
        try:
            load("page", tmp_path)
        except SettingsError as error:
            return list(error.problems)
        return []

    return problems


def _id(row: Row) -> str:
    return f"{row.table}: {row.value}"


def _steps(path: str) -> str:
    """The path, however its keys are quoted."""
    return path.replace('["', ".").replace('"]', "")


@pytest.mark.parametrize("row", list(rows("valid")), ids=_id)
def test_accepts_what_the_api_server_accepts(problems: Problems, row: Row) -> None:
    assert problems(row) == []


@pytest.mark.parametrize("row", list(rows("invalid", "stricter")), ids=_id)
def test_rejects_what_the_api_server_rejects(problems: Problems, row: Row) -> None:
    [problem] = problems(row)
    assert _steps(problem.path) == _steps(f"apps.a.{row.path}")
    assert problem.remedy
