"""The command `anykube settings`, and the stored schema."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from anykube._rules.model_errors import PATTERNS
from anykube.settings import secret_managers
from anykube.settings.schema import SCHEMA, rendered
from anykube_cli import settings_files as command
from anykube_cli.commands.root import cli
from typer.testing import CliRunner

Write = Callable[..., Path]
run = CliRunner().invoke


def test_check_accepts_all_stacks() -> None:
    result = run(cli, ["settings", "check"])
    assert result.exit_code == 0
    lines = result.stdout.splitlines()
    assert {"local: valid, 3 apps", "local-shop: valid, 1 app", "aws-prod: valid, 3 apps"} <= set(lines)
    assert all(": valid, " in line for line in lines)


def test_check_reports_mistakes_of_all_stacks(write: Write) -> None:
    result = run(cli, ["settings", "check", "--folder", str(write(a="cluster: {}", b=""))])
    assert result.exit_code == 2
    assert result.stdout == ""
    assert "The settings have 2 mistakes" in result.stderr
    assert "Traceback" not in result.stderr


def test_check_of_one_stack(write: Write) -> None:
    folder = write(a="cluster: {cloud: existing}", b="")
    assert run(cli, ["settings", "check", "a", "--folder", str(folder)]).exit_code == 0
    assert run(cli, ["settings", "check", "c", "--folder", str(folder)]).exit_code == 2


def test_schema_is_up_to_date() -> None:
    assert SCHEMA.read_text(encoding="utf-8") == rendered()
    assert run(cli, ["settings", "schema", "--check"]).exit_code == 0


def test_check_detects_an_outdated_schema(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stale = tmp_path / "schema.json"
    monkeypatch.setattr(command, "SCHEMA", stale)
    result = run(cli, ["settings", "schema", "--check"])
    assert result.exit_code == 1
    assert "anykube settings schema" in result.stderr
    assert not stale.exists()
    assert run(cli, ["settings", "schema"]).exit_code == 0
    assert run(cli, ["settings", "schema", "--check"]).exit_code == 0
    stale.write_text(stale.read_text(encoding="utf-8").replace("pools", "poools"), encoding="utf-8")
    assert run(cli, ["settings", "schema", "--check"]).exit_code == 1


def test_schema_has_descriptions() -> None:
    properties = json.loads(rendered())["$defs"]["WebServiceSpec"]["properties"]
    assert "port" in properties["port"]["description"]


def test_every_pattern_has_a_remedy() -> None:
    def patterns(node: object) -> Iterator[str]:
        if isinstance(node, dict):
            if isinstance(node.get("pattern"), str):
                yield node["pattern"]
            yield from node.get("patternProperties", ())
            for child in node.values():
                yield from patterns(child)
        elif isinstance(node, list):
            for child in node:
                yield from patterns(child)

    assert set(patterns(json.loads(rendered()))) == {*PATTERNS, secret_managers.PATTERN}
