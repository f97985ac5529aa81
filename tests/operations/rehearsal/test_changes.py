from pathlib import Path
from typing import Any

import pytest
from anykube._clusters.eks.spec import EksClusterSpec
from anykube.settings.loader import load
from anykube_cli.rehearsal.changes import changes, unprotected
from anykube_cli.rehearsal.report import Step, draw
from anykube_cli.rehearsal.settings_copy import PageCopy
from rich.console import Console
from ruamel.yaml import YAML


def _spec(stack: str, folder: Path | None = None) -> EksClusterSpec:
    cluster = load(stack, folder).cluster if folder else load(stack).cluster
    assert isinstance(cluster, EksClusterSpec)
    return cluster


@pytest.mark.parametrize("stack", ["aws-dev", "aws-prod", "aws-auto"])
def test_every_change_leaves_a_page_that_is_right_and_another(stack: str, tmp_path: Path) -> None:
    source = Path(__file__).parents[3] / "stacks" / "environments"
    before = _spec(stack)
    for change in changes(before):
        folder = tmp_path / change.name.replace(" ", "-").replace("→", "to")
        (folder / "base").mkdir(parents=True)
        for file in source.rglob("*.yaml"):
            (folder / file.relative_to(source)).write_text(file.read_text())
        with PageCopy(folder / f"{stack}.yaml") as page:
            change.edit(page.setdefault("cluster", {}))
        assert _spec(stack, folder) != before, change.name


def test_each_kind_is_there() -> None:
    names = [change.name for change in changes(_spec("aws-prod"))]
    assert [name.split()[0] for name in names] == ["scale", "add", "taint", "upgrade"]
    assert "1.35 → 1.36" in names[-1]
    assert [change.name.split()[0] for change in changes(_spec("aws-auto"))] == ["upgrade"]


def test_protection_is_lifted() -> None:
    other = {"rule": "pod-non-root", "resource": "agent"}
    page: dict[str, Any] = {"policies": {"waivers": [other]}}
    unprotected(page, _spec("aws-prod"))
    assert page["cluster"] == {"protect": False}
    first, waiver = page["policies"]["waivers"]
    assert first == other
    assert (waiver["rule"], waiver["resource"]) == ("cluster-protection", "anykube-prod-cluster")


def test_a_page_that_could_not_be_changed_stays(tmp_path: Path) -> None:
    file = tmp_path / "page.yaml"
    file.write_text("cluster: {name: a}\n")

    def change() -> None:
        with PageCopy(file) as page:
            page["cluster"]["name"] = "b"
            raise KeyError

    with pytest.raises(KeyError):
        change()
    assert YAML().load(file) == {"cluster": {"name": "a"}}


@pytest.mark.parametrize(("left", "said"), [([], "nothing"), (["VPC vpc-1"], "VPC vpc-1"), (None, None)])
def test_the_report(left: list[str] | None, said: str | None) -> None:
    console = Console(record=True, width=100)
    steps = [Step("up", 12.34, True, {"create": 3, "same": 1}), Step("destroy", 1.0, False)]
    draw("aws-dev", steps, left, [] if left else ["aws:a/b:C: name"], "Simulated: all.", console)
    text = console.export_text()
    assert "✓ up" in text
    assert "✗ destroy" in text
    assert "12.3" in text
    assert "+3  1 unchanged" in text
    assert ("left in the account" in text) == (left is not None)
    assert said is None or said in text
    assert ("not known whether this replaces: aws:a/b:C: name" in text) == (not left)
