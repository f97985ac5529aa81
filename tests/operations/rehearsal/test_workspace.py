"""The copy of Pulumi.yaml that a rehearsal uses."""

from pathlib import Path
from typing import Any

import pytest
import yaml
from anykube_cli.rehearsal import workspace
from anykube_cli.toolchain import home


@pytest.mark.parametrize(
    ("runtime", "options"),
    [
        ("python", {}),
        ("{name: python}", {}),
        ("{name: python, options: {virtualenv: .anykube/venv}}", {}),
        ("{name: python, options: {typechecker: mypy, toolchain: uv}}", {"typechecker": "mypy"}),
    ],
)
def test_uses_the_python_of_the_command(
    runtime: str, options: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ANYKUBE_PROJECT", str(tmp_path))
    (tmp_path / "Pulumi.yaml").write_text(f"name: shop\nruntime: {runtime}\nmain: stacks\n")
    workspace._copy_project(tmp_path / "copy", tmp_path)
    copy: Any = yaml.safe_load((tmp_path / "copy" / "Pulumi.yaml").read_text())
    expected = {**options, "toolchain": "pip", "virtualenv": str(home.interpreter())}
    assert copy["runtime"] == {"name": "python", "options": expected}
    assert copy["main"] == str(tmp_path / "stacks")
