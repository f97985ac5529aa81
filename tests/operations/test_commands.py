"""What people type: help, versions, completion, and a sentence where there is no project."""

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
    below = getattr(command, "commands", None)
    if below is None:
        yield path, command
    for name, child in (below or {}).items():
        yield from _commands(child, (*path, name))


_ALL = dict(_commands(typer.main.get_command(cli)))


def _anykube(*arguments: str, folder: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    clean = {name: value for name, value in os.environ.items() if not name.startswith("ANYKUBE_")}
    command = [sys.executable, "-m", "anykube_cli", *arguments]
    return subprocess.run(command, cwd=folder, env={**clean, **variables}, capture_output=True, text=True, check=False)


@pytest.mark.parametrize("path", _ALL, ids=" ".join)
def test_help_has_a_sentence_an_example_and_exit_codes(path: tuple[str, ...]) -> None:
    command = _ALL[path]
    sentence, *_, examples, exit_codes = command.help.split("\n\n")
    assert sentence[0].isupper()
    assert sentence.endswith(".")
    assert f"anykube {' '.join(path)}" in examples
    assert exit_codes.startswith("[bold]Exit codes[/bold]\n  0  ")
    shown = CliRunner().invoke(cli, [*path, "--help"])
    assert shown.exit_code == 0
    assert "Examples" in shown.output


@pytest.mark.parametrize("path", _ALL, ids=" ".join)
def test_every_option_is_explained(path: tuple[str, ...]) -> None:
    assert [parameter.name for parameter in _ALL[path].params if not parameter.help] == []


def test_every_command_is_in_a_panel() -> None:
    command: Any = typer.main.get_command(cli)
    assert [name for name, child in command.commands.items() if not isinstance(child.rich_help_panel, str)] == []


def test_the_version_is_that_of_the_distribution() -> None:
    assert CliRunner().invoke(cli, ["--version"]).output == "anykube 0.2.0\n"


def test_nothing_heavy_is_imported_before_a_command_runs() -> None:
    program = f"import sys, anykube_cli.__main__; print([name for name in {_HEAVY} if name in sys.modules])"
    said = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert said.stdout == "[]\n"


@pytest.mark.parametrize(
    "arguments",
    [("up",), ("show", "--json"), ("settings", "check"), ("ci", "order"), ("clean",), ("toolchain", "install")],
    ids=" ".join,
)
def test_without_a_project_a_command_says_so_and_names_init(arguments: tuple[str, ...], tmp_path: Path) -> None:
    answer = _anykube(*arguments, folder=tmp_path)
    assert answer.returncode == 2
    assert answer.stderr == (
        f"There is no Pulumi.yaml in {tmp_path} or above it: run this command in a project, "
        "or make one with `anykube init DIR`.\n"
    )
    assert not list(tmp_path.iterdir())


def _project(folder: Path, *stacks: str) -> Path:
    environments = folder / "stacks" / "environments"
    environments.mkdir(parents=True)
    (folder / "Pulumi.yaml").write_text("name: shop\nruntime: python\n")
    for stack in stacks:
        (environments / f"{stack}.yaml").write_text("cluster: {cloud: existing}\npolicies: {profile: development}\n")
    return folder


def test_stack_names_are_completed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(_project(tmp_path, "local", "aws-dev", "aws-prod"))
    monkeypatch.delenv("ANYKUBE_PROJECT", raising=False)
    assert list(complete_stack("aws")) == ["aws-dev", "aws-prod"]
    assert list(complete_stack("x")) == []


def test_a_shell_completes_stack_names(tmp_path: Path) -> None:
    project = _project(tmp_path, "local", "aws-dev", "aws-prod")
    asked = {"_ANYKUBE_COMPLETE": "complete_bash", "COMP_WORDS": "anykube up --stack aws", "COMP_CWORD": "3"}
    assert _anykube(folder=project, **asked).stdout.split() == ["aws-dev", "aws-prod"]
    disabled = {"_TYPER_COMPLETE_TEST_DISABLE_SHELL_DETECTION": "1"}  # else it is that of this test's parents
    shown = _anykube("--show-completion", "bash", folder=project, **disabled)
    assert "_ANYKUBE_COMPLETE=complete_bash" in shown.stdout


def test_the_stack_is_that_of_the_environment_or_local(tmp_path: Path) -> None:
    project = _project(tmp_path, "mine")
    named = _anykube("preflight", folder=project, ANYKUBE_STACK="mine")
    assert named.stdout == "mine has no cluster in a cloud: there is no account to check.\n"
    assert "stacks/environments/local.yaml" in _anykube("preflight", folder=project).stderr


def test_an_unforeseen_error_is_a_sentence(tmp_path: Path) -> None:
    project = _project(tmp_path)
    (project / "Pulumi.yaml").write_text("name: [")
    (project / "stacks" / "environments" / "local.yaml").write_text("cluster: {cloud: existing}\n")
    answer = _anykube("destroy", folder=project)
    assert answer.returncode == 1
    assert answer.stderr.startswith("anykube failed: ")
    assert "Traceback" not in answer.stderr
