"""Reads the settings of the cases in this folder."""

from pathlib import Path
from shutil import copytree
from tempfile import TemporaryDirectory

from anykube.settings.files import ENVIRONMENTS
from anykube.settings.loader import load
from anykube.settings.model import StackSettings
from anykube.settings.problems import Problem, SettingsError

_CASES = Path(__file__).parent


def case_settings(case: str) -> StackSettings:
    """The settings of a case beside those of the repository, whose cluster it uses. Raises SettingsError."""
    with TemporaryDirectory() as folder:
        environments = Path(copytree(ENVIRONMENTS, Path(folder) / "environments"))
        (environments / "case.yaml").write_text((_CASES / f"{case}.yaml").read_text(encoding="utf-8"))
        return load("case", environments)


def case_problems(case: str) -> tuple[Problem, ...]:
    """Everything that is wrong with the settings of a case."""
    try:
        case_settings(case)
    except SettingsError as error:
        return error.problems
    return ()
