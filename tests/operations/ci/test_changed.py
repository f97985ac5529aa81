"""Which stacks a change affects, in a scratch repository, and in which order this repository's stacks are promoted."""

import subprocess
from pathlib import Path
from typing import Any

import pytest
from anykube_cli.ci import changed as module
from anykube_cli.ci.changed import GitError, changed, differing, settings_at
from anykube_cli.ci.order import promoted
from anykube_cli.toolchain import paths
from ruamel.yaml import YAML

_POOLS = {"servers": {"count": 2, "machine": {"cpu": 2, "memory": "4Gi"}}}
_SETTINGS: dict[str, Any] = {
    "base/shop": {
        "cluster": {"cloud": "local", "name": "one", "pools": _POOLS},
        "apps": {"web": {"image": "registry.example/web:1.0.0"}},
    },
    "one": {"extends": "shop"},
    "two": {"extends": "shop", "cluster": {"name": "two"}, "apps": {"web": {"image": "registry.example/web:3.0.0"}}},
    "on-one": {
        "cluster": {"stack": "one"},
        "namespace": "more",
        "apps": {"api": {"image": "registry.example/api:1.0.0"}},
    },
}


class Repository:
    def __init__(self, folder: Path) -> None:
        self.folder, self.settings = folder, folder / "stacks" / "environments"
        for name, content in _SETTINGS.items():
            self.write(name, content)
        for name in ("components/anykube/web.py", "README.md", "components/anykube/settings/schema.json"):
            self.text(name, "before")
        self.git("init", "--quiet")
        self.git("add", "--all")
        self.git("-c", "user.name=t", "-c", "user.email=t@t", "commit", "--quiet", "-m", "before")

    def git(self, *arguments: str) -> None:
        subprocess.run(["git", *arguments], cwd=self.folder, check=True, capture_output=True)

    def text(self, name: str, content: str) -> None:
        file = self.folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(content)

    def write(self, name: str, content: Any) -> None:
        file = self.settings / f"{name}.yaml"
        file.parent.mkdir(parents=True, exist_ok=True)
        YAML().dump(content, file)

    def edit(self, name: str, **content: Any) -> None:
        self.write(name, {**_SETTINGS[name], **content})


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Repository:
    repository = Repository(tmp_path)
    (tmp_path / ".anykube" / "tmp").mkdir(parents=True)
    (tmp_path / ".gitignore").write_text(".anykube\n")
    monkeypatch.setattr(paths, "checkout", lambda: tmp_path)
    monkeypatch.setattr(module, "ENVIRONMENTS", repository.settings)
    return repository


def _changed() -> dict[str, str]:
    with settings_at("HEAD") as before:
        return dict(changed("HEAD", before).stacks)


def test_documentation_changes_no_stack(repository: Repository) -> None:
    repository.text("README.md", "after")
    repository.text("components/anykube/settings/schema.json", "after")
    assert _changed() == {}


def test_a_base_file_changes_stacks_whose_effective_settings_differ(repository: Repository) -> None:
    apps = {"web": {"image": "registry.example/web:2.0.0"}}
    repository.edit("base/shop", apps=apps)
    # `two` overrides the image, and `on-one` depends only on the cluster of `one`.
    assert _changed() == {"one": "its settings: apps.web.image"}


def test_a_cluster_changes_the_stacks_that_use_it(repository: Repository) -> None:
    pools = {"servers": {**_POOLS["servers"], "count": 3}}
    repository.edit("one", cluster={"pools": pools})
    assert _changed() == {
        "on-one": "the cluster of one: cluster.pools.servers.count",
        "one": "its settings: cluster.pools.servers.count",
    }


def test_an_explicit_default_changes_nothing(repository: Repository) -> None:
    repository.edit("one", namespace="apps")  # the default
    assert _changed() == {}


@pytest.mark.parametrize(
    "file", ["components/anykube/web.py", "components/anykube/new.py", "policies/anykube_policies/rule.py", "uv.lock"]
)
def test_a_source_file_changes_all_stacks(repository: Repository, file: str) -> None:
    repository.text(file, "after")
    assert _changed() == dict.fromkeys(("on-one", "one", "two"), f"its sources: {file}")


def test_the_config_of_a_stack_changes_only_that_stack(repository: Repository) -> None:
    repository.text("stacks/Pulumi.two.yaml", "encrypted")
    assert _changed() == {"two": "its config"}


def test_reports_new_invalid_and_removed_settings(repository: Repository) -> None:
    repository.write("three", {**_SETTINGS["base/shop"]})
    repository.edit("one", apps={"web": {"image": 3}})
    (repository.settings / "two.yaml").unlink()
    with settings_at("HEAD") as before:
        result = changed("HEAD", before)
    assert result.stacks["three"] == "new"
    assert result.stacks["one"] == "its settings are invalid now, or were before"
    assert result.removed == ("two",)


def test_a_difference_has_the_current_value_first(repository: Repository) -> None:
    repository.edit("one", apps={"web": {"image": "registry.example/web:2.0.0"}})
    with settings_at("HEAD") as before:
        [difference] = differing("one", before)
    assert difference.first is not None
    assert difference.second is not None
    assert (difference.first.value, difference.second.value) == (
        "registry.example/web:2.0.0",
        "registry.example/web:1.0.0",
    )


def test_an_unknown_commit_is_an_error(repository: Repository) -> None:
    with pytest.raises(GitError, match="nowhere"), settings_at("nowhere"):
        pass


def test_stacks_of_this_repository_are_promoted_in_order() -> None:
    stages = [(stack.cloud, stack.environment) for stack in promoted()]
    assert stages == [(cloud, stage) for cloud in ("aws", "azure", "gcp") for stage in ("dev", "staging", "prod")]
    assert [stack.stack for stack in promoted(["gcp-prod", "gcp-dev", "local"])] == ["gcp-dev", "gcp-prod"]
