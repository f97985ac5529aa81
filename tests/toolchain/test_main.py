"""`anykube toolchain`."""

from pathlib import Path

import pytest
from anykube_cli import toolchain_listing as command
from anykube_cli.commands.root import cli
from anykube_cli.toolchain import paths
from anykube_cli.toolchain.finder import Finder
from anykube_cli.toolchain.tools import Tool
from typer.testing import CliRunner


@pytest.fixture(autouse=True)
def _one_part(tool: Tool, checkout: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(command, "PARTS", (tool,))
    monkeypatch.setenv("PATH", "/usr/bin:/bin")


def test_list_says_what_is_not_there_and_makes_nothing(cache: Path, checkout: Path) -> None:
    answer = CliRunner().invoke(cli, ["toolchain", "list"])
    assert answer.exit_code == 0
    assert answer.stdout.splitlines()[1].split() == ["tool", "1.2.3", "-", "not", "here", "yet"]
    assert not cache.exists()
    assert not list(checkout.iterdir())


def test_list_says_where_a_part_is(tool: Tool) -> None:
    Finder(builder=lambda tool, folder, _: (folder / tool.name).touch()).find(tool)
    answer = CliRunner().invoke(cli, ["toolchain", "list"])
    folder = paths.cache_dir() / "parts" / tool.key
    assert answer.stdout.splitlines()[1].split() == ["tool", "1.2.3", "cache", str(folder)]


def test_install_fails_with_a_sentence(
    tool: Tool, checkout: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(Finder, "find_all", lambda self: [self.find(tool)])
    (checkout / "Pulumi.yaml").touch()
    answer = CliRunner().invoke(cli, ["toolchain", "install"])
    assert answer.exit_code == 1
    assert "The toolchain is not complete: there is no Go to build tool 1.2.3 with" in answer.stderr
    assert "Traceback" not in answer.output
