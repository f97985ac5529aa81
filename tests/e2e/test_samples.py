"""The stacks that `anykube init` writes for each cloud, rehearsed. tests/e2e/test_wheels.py has the one on AWS."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from anykube_cli import scaffold

_CLOUDS = [cloud for cloud in scaffold.clouds() if cloud != "aws"]


def _anykube(folder: Path, *arguments: str) -> str:
    prefixes = ("ANYKUBE_CHECKOUT", "ANYKUBE_PROJECT", "PULUMI_", "PYTHON", "TMPDIR")
    environment = {name: value for name, value in os.environ.items() if not name.startswith(prefixes)}
    command = [sys.executable, "-m", "anykube_cli", *arguments]
    result = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stdout + result.stderr
    return result.stdout


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A project with a stack in each cloud."""
    folder = tmp_path_factory.mktemp("samples")
    _anykube(folder, "init", "shop", *(argument for cloud in _CLOUDS for argument in ("--cloud", cloud)))
    yield folder / "shop"
    _anykube(folder / "shop", "clean")
    shutil.rmtree(folder)


@pytest.mark.parametrize("cloud", _CLOUDS)
def test_rehearses_the_sample_of_each_cloud(cloud: str, project: Path) -> None:
    assert "left in the account: nothing" in _anykube(project, "rehearse", "--stack", f"{cloud}-dev")
