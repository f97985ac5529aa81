"""Effective settings and their origins."""

import io
import json
import re
from collections.abc import Iterable
from pathlib import Path

import pytest
from anykube.settings import files
from anykube.settings.effective import DEFAULT, Setting, differences, effective
from anykube.settings.loader import load
from anykube.settings.model import StackSettings
from anykube_cli.settings_view import write_yaml
from ruamel.yaml import YAML

_ROOT = Path(__file__).parents[3]
_CLUSTER = "cluster: {cloud: local, pools: {servers: {count: 1}}}\n"
_STACKS = files.names(files.ENVIRONMENTS)


def _written(settings: Iterable[Setting]) -> str:
    out = io.StringIO()
    write_yaml(list(settings), out)
    return out.getvalue()


@pytest.mark.parametrize("stack", _STACKS)
def test_printed_settings_load_as_the_same(stack: str) -> None:
    whole = StackSettings.model_validate_json(json.dumps(YAML(typ="safe").load(_written(effective(stack)))))
    assert whole == load(stack).model_copy(update={"extends": None})


@pytest.mark.parametrize("stack", _STACKS)
def test_printed_settings_without_defaults_load_as_the_same(stack: str, tmp_path: Path) -> None:
    for page in files.ENVIRONMENTS.glob("*.yaml"):  # a stack may be layered on another
        explicit = [setting for setting in effective(page.stem) if setting.origin != DEFAULT]
        (tmp_path / page.name).write_text(_written(explicit))
    assert load(stack, tmp_path) == load(stack).model_copy(update={"extends": None})


@pytest.mark.parametrize("stack", _STACKS)
def test_origin_is_the_line_of_the_value(stack: str) -> None:
    all_settings = list(effective(stack))
    explicit = [setting for setting in all_settings if setting.origin != DEFAULT]
    assert explicit
    assert len(explicit) < len(all_settings)
    for setting in explicit:
        file, _, line = setting.origin.rpartition(":")
        text = (_ROOT / file).read_text().splitlines()[int(line) - 1]
        words = str(setting.value).lower() if isinstance(setting.value, bool) else str(setting.value)
        assert re.search(rf"(^|\W){re.escape(words)}(\W|$)", text), (setting, text)


def test_overridden_and_removed_values(tmp_path: Path) -> None:
    (tmp_path / "all.yaml").write_text(
        f"{_CLUSTER}apps:\n  web:\n    image: x/web:1.0.0\n    replicas: 2\n  api: {{image: x/api:1.0.0}}\n"
    )
    (tmp_path / "mine.yaml").write_text("extends: all\napps:\n  web: {replicas: 3}\n  api: null\n")
    all_settings = {setting.path: setting for setting in effective("mine", tmp_path)}
    assert all_settings["apps", "web", "replicas"].value == 3
    assert all_settings["apps", "web", "replicas"].origin == f"{tmp_path}/mine.yaml:3"
    assert all_settings["apps", "web", "image"].origin == f"{tmp_path}/all.yaml:4"
    assert not [path for path in all_settings if path[:2] == ("apps", "api")]
    assert all_settings["policies", "profile"].origin == DEFAULT


def test_differences_are_values_and_missing_values(tmp_path: Path) -> None:
    (tmp_path / "one.yaml").write_text(f"{_CLUSTER}apps:\n  web: {{image: x/web:1.0.0, replicas: 2}}\n")
    (tmp_path / "two.yaml").write_text(
        f"{_CLUSTER}apps:\n  web: {{image: x/web:1.0.0, replicas: 3, env: {{LEVEL: info}}}}\n"
    )
    replicas, level = differences("one", "two", tmp_path)
    assert (replicas.path, replicas.first and replicas.first.value, replicas.second and replicas.second.value) == (
        "apps.web.replicas",
        2,
        3,
    )
    assert (level.path, level.first, level.second and level.second.value) == ("apps.web.env.LEVEL", None, "info")
    assert list(differences("one", "one", tmp_path)) == []


def test_shows_a_secret_as_its_reference() -> None:
    assert "secret: web-session-key" in _written(effective("local"))


@pytest.mark.parametrize("cloud", ["aws", "azure", "gcp"])
def test_staging_differs_from_production_only_in_name_and_size(cloud: str) -> None:
    all_settings = [difference.path for difference in differences(f"{cloud}-staging", f"{cloud}-prod")]
    assert "cluster.name" in all_settings
    assert all(
        re.fullmatch(r"cluster\.(name|pools\.(servers|web)\.(min|max)|pools\.gpu\..*)", path) for path in all_settings
    )
