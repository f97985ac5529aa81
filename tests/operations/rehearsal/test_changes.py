"""The changes that a rehearsal makes to the settings, and its report."""

from pathlib import Path
from typing import Any

import pytest
from anykube._clusters.eks.spec import EksClusterSpec
from anykube.settings.loader import load
from anykube_cli.rehearsal.changes import changes, remove_protection
from anykube_cli.rehearsal.report import Step, draw
from anykube_cli.rehearsal.settings_copy import SettingsCopy
from rich.console import Console
from ruamel.yaml import YAML


def _spec(stack: str, folder: Path | None = None) -> EksClusterSpec:
    cluster = load(stack, folder).cluster if folder else load(stack).cluster
    assert isinstance(cluster, EksClusterSpec)
    return cluster


@pytest.mark.parametrize("stack", ["aws-dev", "aws-prod", "aws-auto"])
def test_every_change_gives_valid_and_different_settings(stack: str, tmp_path: Path) -> None:
    source = Path(__file__).parents[3] / "stacks" / "environments"
    before = _spec(stack)
    for change in changes(before):
        folder = tmp_path / change.name.replace(" ", "-").replace("→", "to")
        (folder / "base").mkdir(parents=True)
        for file in source.rglob("*.yaml"):
            (folder / file.relative_to(source)).write_text(file.read_text())
        with SettingsCopy(folder / f"{stack}.yaml") as settings:
            change.edit(settings.setdefault("cluster", {}))
        assert _spec(stack, folder) != before, change.name


def test_makes_one_change_of_each_kind() -> None:
    names = [change.name for change in changes(_spec("aws-prod"))]
    assert [name.split()[0] for name in names] == ["scale", "add", "taint", "upgrade"]
    assert "1.35 → 1.36" in names[-1]
    assert [change.name.split()[0] for change in changes(_spec("aws-auto"))] == ["upgrade"]


def test_removes_protection_with_a_waiver() -> None:
    other = {"rule": "pod-non-root", "resource": "agent"}
    settings: dict[str, Any] = {"policies": {"waivers": [other]}}
    remove_protection(settings, _spec("aws-prod"))
    assert settings["cluster"] == {"protect": False}
    first, waiver = settings["policies"]["waivers"]
    assert first == other
    assert (waiver["rule"], waiver["resource"]) == ("cluster-protection", "anykube-prod-cluster")


def test_an_error_leaves_the_settings_file_unchanged(tmp_path: Path) -> None:
    file = tmp_path / "settings.yaml"
    file.write_text("cluster: {name: a}\n")

    def change() -> None:
        with SettingsCopy(file) as settings:
            settings["cluster"]["name"] = "b"
            raise KeyError

    with pytest.raises(KeyError):
        change()
    assert YAML().load(file) == {"cluster": {"name": "a"}}


@pytest.mark.parametrize(("remaining", "text"), [([], "nothing"), (["VPC vpc-1"], "VPC vpc-1"), (None, None)])
def test_the_report(remaining: list[str] | None, text: str | None) -> None:
    console = Console(record=True, width=100)
    steps = [Step("up", 12.34, True, {"create": 3, "same": 1}), Step("destroy", 1.0, False)]
    draw("aws-dev", steps, remaining, [] if remaining else ["aws:a/b:C: name"], "Simulated: all.", console)
    output = console.export_text()
    assert "✓ up" in output
    assert "✗ destroy" in output
    assert "12.3" in output
    assert "+3  1 unchanged" in output
    assert ("left in the account" in output) == (remaining is not None)
    assert text is None or text in output
    assert ("unknown whether this change replaces the resource: aws:a/b:C: name" in output) == (not remaining)
