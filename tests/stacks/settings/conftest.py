from collections.abc import Callable
from pathlib import Path

import pytest
from anykube.settings.loader import load
from anykube.settings.problems import Problem, SettingsError

Write = Callable[..., Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Writes settings files, passed as name=text, to a folder."""

    def write(**pages: str) -> Path:
        for name, text in pages.items():
            (tmp_path / f"{name.replace('_', '-')}.yaml").write_text(text, encoding="utf-8")
        return tmp_path

    return write


@pytest.fixture
def problems(write: Write) -> Callable[..., tuple[Problem, ...]]:
    """The problems of the first of the settings files, passed as name=text. Empty: it loads."""

    def problems(**pages: str) -> tuple[Problem, ...]:
        folder = write(**pages)
        try:
            load(next(iter(pages)).replace("_", "-"), folder)
        except SettingsError as error:
            return error.problems
        return ()

    return problems
