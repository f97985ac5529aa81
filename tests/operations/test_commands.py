"""The command line: help, version, completion, and the error outside a project."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer.main
from anykube_cli.commands.options import complete_stack
from anykube_cli.commands.root import cli
from typer.testing import CliRunner

_HEAVY = ("anykube", "anykube_policies", "anykube_rehearsal", "pulumi", "pydantic", "boto3", "httpx", "psutil", "yaml")


def _commands(command: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    children = getattr(command, "commands", None)
    if children is None:
        yield path, command
    for name, child in (children or {}).items():
        yield from _commands(child, (*path, name))


_ALL = dict(_commands(typer.main.get_command(cli)))


def _anykube(*arguments: str, folder: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("ANYKUBE_")}
    command = [sys.executable, "-m", "anykube_cli", *arguments]
    return subprocess.run(
        command, cwd=folder, env={**environment, **variables}, capture_output=True, text=True, check=False
    )


@pytest.mark.parametrize("path", _ALL, ids=" ".join)
def test_help_has_a_summary_examples_and_exit_codes(path: tuple[str, ...]) -> None:
    command = _ALL[path]
    summary, *_, examples, exit_codes = command.help.split("\n\n")
    assert summary[0].isupper()
    assert summary.endswith(".")
    assert f"anykube {' '.join(path)}" in examples
    assert exit_codes.startswith("[bold]Exit codes[/bold]\n  0  ")
    result = CliRunner().invoke(cli, [*path, "--help"])
    assert result.exit_code == 0
    assert "Examples" in result.output


@pytest.mark.parametrize("path", _ALL, ids=" ".join)
def test_every_option_has_help(path: tuple[str, ...]) -> None:
    assert [parameter.name for parameter in _ALL[path].params if not parameter.help] == []


def test_every_command_is_in_a_panel() -> None:
    command: Any = typer.main.get_command(cli)
    assert [name for name, child in command.commands.items() if not isinstance(child.rich_help_panel, str)] == []


def test_the_version_is_that_of_the_distribution() -> None:
    assert CliRunner().invoke(cli, ["--version"]).output == "anykube 0.2.0\n"


def test_nothing_heavy_is_imported_before_a_command_runs() -> None:
    program = f"import sys, anykube_cli.__main__; print([name for name in {_HEAVY} if name in sys.modules])"
    result = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert result.stdout == "[]\n"


@pytest.mark.parametrize(
    "arguments",
    [("up",), ("show", "--json"), ("settings", "check"), ("ci", "order"), ("clean",), ("toolchain", "install")],
    ids=" ".join,
)
def test_outside_a_project_a_command_suggests_init(arguments: tuple[str, ...], tmp_path: Path) -> None:
    result = _anykube(*arguments, folder=tmp_path)
    assert result.returncode == 2
    assert result.stderr == (
        f"No Pulumi.yaml in {tmp_path} or a directory above it. Run this command in a project, "
        "or create one with `anykube init DIR`.\n"
    )
    assert not list(tmp_path.iterdir())


def _project(folder: Path, *stacks: str) -> Path:
    environments = folder / "stacks" / "environments"
    environments.mkdir(parents=True)
    (folder / "Pulumi.yaml").write_text("name: shop\nruntime: python\n")
    for stack in stacks:
        (environments / f"{stack}.yaml").write_text("cluster: {cloud: existing}\npolicies: {profile: development}\n")
    return folder


def test_completes_stack_names(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(_project(tmp_path, "local", "aws-dev", "aws-prod"))
    monkeypatch.delenv("ANYKUBE_PROJECT", raising=False)
    assert list(complete_stack("aws")) == ["aws-dev", "aws-prod"]
    assert list(complete_stack("x")) == []


def test_a_shell_completes_stack_names(tmp_path: Path) -> None:
    project = _project(tmp_path, "local", "aws-dev", "aws-prod")
    request = {"_ANYKUBE_COMPLETE": "complete_bash", "COMP_WORDS": "anykube up --stack aws", "COMP_CWORD": "3"}
    assert _anykube(folder=project, **request).stdout.split() == ["aws-dev", "aws-prod"]
    disabled = {
        "_TYPER_COMPLETE_TEST_DISABLE_SHELL_DETECTION": "1"
    }  # otherwise Typer detects the shell that runs the tests
    completion = _anykube("--show-completion", "bash", folder=project, **disabled)
    assert "_ANYKUBE_COMPLETE=complete_bash" in completion.stdout


def test_takes_the_stack_from_the_environment_or_local(tmp_path: Path) -> None:
    project = _project(tmp_path, "mine")
    result = _anykube("preflight", folder=project, ANYKUBE_STACK="mine")
    assert result.stdout.startswith("mine has no cluster in a cloud: there is no account to check.\n")
    assert "not checked: Kubernetes objects\n" in result.stdout  # its kubeconfig does not exist
    assert "stacks/environments/local.yaml" in _anykube("preflight", folder=project).stderr


def test_an_unexpected_error_has_no_traceback(tmp_path: Path) -> None:
    project = _project(tmp_path)
    (project / "Pulumi.yaml").write_text("name: [")
    (project / "stacks" / "environments" / "local.yaml").write_text("cluster: {cloud: existing}\n")
    result = _anykube("destroy", folder=project)
    assert result.returncode == 1
    assert result.stderr.startswith("anykube failed: ")
    assert "Traceback" not in result.stderr
