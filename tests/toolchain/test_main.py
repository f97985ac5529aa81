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
def _single_tool(tool: Tool, checkout: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(command, "TOOLS", (tool,))
    monkeypatch.setenv("PATH", "/usr/bin:/bin")


def test_list_shows_missing_tool_and_installs_nothing(cache: Path, checkout: Path) -> None:
    result = CliRunner().invoke(cli, ["toolchain", "list"])
    assert result.exit_code == 0
    assert result.stdout.splitlines()[1].split() == ["tool", "1.2.3", "-", "not", "installed"]
    assert not cache.exists()
    assert not list(checkout.iterdir())


def test_list_shows_folder_of_tool(tool: Tool) -> None:
    Finder(builder=lambda tool, folder, _: (folder / tool.name).touch()).find(tool)
    result = CliRunner().invoke(cli, ["toolchain", "list"])
    folder = paths.cache_dir() / "parts" / tool.key
    assert result.stdout.splitlines()[1].split() == ["tool", "1.2.3", "cache", str(folder)]


def test_install_fails_with_message_instead_of_traceback(
    tool: Tool, checkout: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(Finder, "find_all", lambda self: [self.find(tool)])
    (checkout / "Pulumi.yaml").touch()
    result = CliRunner().invoke(cli, ["toolchain", "install"])
    assert result.exit_code == 1
    assert "cannot build tool 1.2.3: Go is not installed" in result.stderr
    assert "Traceback" not in result.output
