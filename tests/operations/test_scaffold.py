"""`anykube init`."""

import re
import subprocess
import tomllib
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml
from anykube._clouds.definition import ProjectTemplates
from anykube._clouds.registry import definitions
from anykube.settings.loader import load
from anykube_cli import scaffold
from anykube_cli.commands.root import cli
from anykube_cli.toolchain.finder import Finder
from anykube_cli.toolchain.tools import ACTIONLINT
from typer.testing import CliRunner, Result

_CLOUDS = scaffold.clouds()


def _init(folder: Path, *arguments: str) -> Result:
    return CliRunner().invoke(cli, ["init", str(folder), *arguments])


def _files(folder: Path) -> set[str]:
    return {str(file.relative_to(folder)) for file in folder.rglob("*") if file.is_file()}


def _every_cloud() -> list[str]:
    return [argument for cloud in _CLOUDS for argument in ("--cloud", cloud)]


def test_lists_the_clouds() -> None:
    assert _CLOUDS == ["aws", "gcp", "azure"]


def test_a_project_without_a_cloud(tmp_path: Path) -> None:
    result = _init(tmp_path / "My Shop")
    assert result.exit_code == 0, result.output
    assert len(_files(tmp_path / "My Shop")) == 9
    settings: Any = load("local", tmp_path / "My Shop" / "stacks" / "environments")
    assert settings.apps["web"].replicas == 5
    assert settings.cluster.pools["servers"].count == 3
    project: Any = yaml.safe_load((tmp_path / "My Shop" / "Pulumi.yaml").read_text())
    assert (project["name"], project["runtime"]) == ("my-shop", "python")
    assert project["config"]["pulumi:disable-default-providers"]["value"] == ["kubernetes"]


@pytest.mark.parametrize("cloud", _CLOUDS)
def test_a_stack_in_a_cloud(cloud: str, tmp_path: Path) -> None:
    assert _init(tmp_path / "shop", "--cloud", cloud, "--cloud", "local").exit_code == 0
    assert len(_files(tmp_path / "shop")) == 10
    settings: Any = load(f"{cloud}-dev", tmp_path / "shop" / "stacks" / "environments")
    assert (settings.cluster.cloud, settings.cluster.name) == (cloud, "shop-dev")
    requirements = tomllib.loads((tmp_path / "shop" / "pyproject.toml").read_text())["project"]["dependencies"]
    assert requirements == [f"anykube[{cloud}]~=0.2.0", f"anykube-cli[{cloud}-rehearsal]~=0.2.0"]


def test_the_workflow_only_calls_anykube(tmp_path: Path) -> None:
    assert _init(tmp_path / "shop", *_every_cloud()).exit_code == 0
    file = tmp_path / "shop" / ".github" / "workflows" / "anykube.yaml"
    jobs: Any = yaml.safe_load(file.read_text())["jobs"]
    stacks = [f"{cloud}-dev" for cloud in _CLOUDS]
    assert set(jobs) == {"check", *(f"{verb}-{stack}" for stack in stacks for verb in ("preview", "up"))}
    for stack in stacks:
        preview, up = jobs[f"preview-{stack}"], jobs[f"up-{stack}"]
        assert preview["steps"][-1]["run"] == f"anykube preview --stack {stack}"
        assert up["steps"][-1]["run"] == f"anykube up --stack {stack}"
        assert up["environment"] == stack
        assert "'push'" in up["if"]
    steps = [step for job in jobs.values() for step in job["steps"]]
    assert {step["run"].split()[0] for step in steps if "run" in step} == {"anykube", "pip"}
    assert all(re.search(r"@[0-9a-f]{40}$", step["uses"]) for step in steps if "uses" in step)
    assert "secrets." not in file.read_text()
    linted = subprocess.run([Finder().find(ACTIONLINT).program, file], capture_output=True, text=True, check=False)
    assert (linted.returncode, linted.stdout) == (0, "")


def test_a_cloud_without_login_steps_has_jobs_without_a_token() -> None:
    settings = ProjectTemplates("anykube._clusters.eks:templates/settings.yaml")
    files = scaffold.render("shop", [replace(definitions()["aws"], project=settings)])
    jobs: Any = yaml.safe_load(files[Path(".github", "workflows", "anykube.yaml")])["jobs"]
    for verb in ("preview", "up"):
        job = jobs[f"{verb}-aws-dev"]
        assert [step["run"] for step in job["steps"][-2:]] == ["pip install .", f"anykube {verb} --stack aws-dev"]
        assert job["permissions"] == {"contents": "read"}


def test_the_readme_leaves_out_unsupported_commands() -> None:
    aws = definitions()["aws"]
    readme = Path("README.md")
    commands = {f"anykube {verb} --stack aws-dev" for verb in ("rehearse", "preflight", "backend", "up")}
    assert {line for line in commands if line in scaffold.render("shop", [aws])[readme]} == commands
    reduced = scaffold.render("shop", [replace(aws, rehearsal=None, state_backend=None)])[readme]
    assert {line for line in commands if line in reduced} == {
        f"anykube {verb} --stack aws-dev" for verb in ("preflight", "up")
    }


def test_fills_in_every_placeholder(tmp_path: Path) -> None:
    assert _init(tmp_path / "shop", *_every_cloud()).exit_code == 0
    for name in _files(tmp_path / "shop"):
        assert "%%" not in (tmp_path / "shop" / name).read_text()


def test_existing_files_stop_it_before_it_writes(tmp_path: Path) -> None:
    (tmp_path / "README.md").write_text("mine")
    (tmp_path / "stacks").write_text("a file where a folder belongs")
    result = _init(tmp_path, "--name", "shop")
    assert result.exit_code == 2
    assert result.stderr == (
        f"These files already exist in {tmp_path}: README.md, stacks. Nothing was written. "
        "Move them away, or choose another directory.\n"
    )
    assert _files(tmp_path) == {"README.md", "stacks"}
    assert (tmp_path / "README.md").read_text() == "mine"


def test_keeps_other_files(tmp_path: Path) -> None:
    (tmp_path / "LICENSE").write_text("mine")
    assert _init(tmp_path, "--name", "shop").exit_code == 0
    assert (tmp_path / "LICENSE").read_text() == "mine"
    again = _init(tmp_path, "--name", "shop")
    assert again.exit_code == 2
    assert "Pulumi.yaml" in again.stderr


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--cloud", "moon"), "There is no cloud moon. --cloud takes local, aws, gcp, azure."),
        (("--name", "7"), "'7' has no letter to make a project name from. Choose one with --name."),
    ],
)
def test_an_invalid_argument_is_an_error(arguments: tuple[str, ...], message: str, tmp_path: Path) -> None:
    result = _init(tmp_path / "shop", *arguments)
    assert (result.exit_code, result.stderr.strip()) == (2, message)
    assert not (tmp_path / "shop").exists()


@pytest.mark.parametrize(("text", "name"), [("My Shop", "my-shop"), ("2-shop_x", "shop-x"), ("shop1", "shop1")])
def test_derives_the_project_name_from_the_folder(text: str, name: str) -> None:
    assert scaffold.project_name(text) == name
