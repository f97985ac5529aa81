"""The environment variables in the reference are those in the sources."""

import re
from collections.abc import Iterator

from anykube_cli.environment_variables import VARIABLES
from anykube_cli.exit_codes import EXIT_CODES

from tests.docs.blocks import ROOT

_NAME = re.compile(r"\bANYKUBE_[A-Z_]*[A-Z]\b")
_BY_COMPLETION = {"ANYKUBE_COMPLETE"}
"""What typer makes of the program's name, for shell completion."""
_SECRETS = "ANYKUBE_SECRET_"


def _in_sources() -> Iterator[str]:
    for folder in ("components", "policies", "operations", "rehearsal"):
        for file in (ROOT / folder).rglob("*.py"):
            if ".anykube" not in file.parts and file.name != "environment_variables.py":
                yield from _NAME.findall(file.read_text(encoding="utf-8"))


def test_every_variable_is_in_the_table() -> None:
    names = {name for name in _in_sources() if not name.startswith(_SECRETS.rstrip("_"))} - _BY_COMPLETION
    assert names == {variable.name for variable in VARIABLES if not variable.name.startswith(_SECRETS)}


def test_exit_codes_of_commands_are_in_the_table() -> None:
    text = (ROOT / "docs" / "reference" / "command-line.md").read_text(encoding="utf-8")
    codes = {int(code) for code in re.findall(r"^- `(\d+)`: ", text, re.MULTILINE)}
    assert codes <= set(EXIT_CODES)
