"""Which stacks a change is about, in a scratch repository; and in which order ours are promoted."""

import subprocess
from pathlib import Path
from typing import Any

import pytest
from anykube_cli.ci import changed as module
from anykube_cli.ci.changed import GitError, changed, differing, pages_at
from anykube_cli.ci.order import promoted
from anykube_cli.toolchain import paths
from ruamel.yaml import YAML

_POOLS = {"servers": {"count": 2, "machine": {"cpu": 2, "memory": "4Gi"}}}
_PAGES: dict[str, Any] = {
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
        self.folder, self.pages = folder, folder / "stacks" / "environments"
        for name, content in _PAGES.items():
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

    def write(self, page: str, content: Any) -> None:
        file = self.pages / f"{page}.yaml"
        file.parent.mkdir(parents=True, exist_ok=True)
        YAML().dump(content, file)

    def edit(self, page: str, **content: Any) -> None:
        self.write(page, {**_PAGES[page], **content})


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Repository:
    made = Repository(tmp_path)
    (tmp_path / ".anykube" / "tmp").mkdir(parents=True)
    (tmp_path / ".gitignore").write_text(".anykube\n")
    monkeypatch.setattr(paths, "checkout", lambda: tmp_path)
    monkeypatch.setattr(module, "ENVIRONMENTS", made.pages)
    return made


def _changed() -> dict[str, str]:
    with pages_at("HEAD") as before:
        return dict(changed("HEAD", before).stacks)


def test_nothing_is_changed(repository: Repository) -> None:
    repository.text("README.md", "after")
    repository.text("components/anykube/settings/schema.json", "after")
    assert _changed() == {}


def test_a_page_changes_those_that_extend_it_and_come_to_something_else(repository: Repository) -> None:
    apps = {"web": {"image": "registry.example/web:2.0.0"}}
    repository.edit("base/shop", apps=apps)
    # `two` has an image of its own, and `on-one` looks at the cluster of `one` alone.
    assert _changed() == {"one": "its settings: apps.web.image"}


def test_a_cluster_changes_what_is_layered_on_it(repository: Repository) -> None:
    pools = {"servers": {**_POOLS["servers"], "count": 3}}
    repository.edit("one", cluster={"pools": pools})
    assert _changed() == {
        "on-one": "the cluster of one: cluster.pools.servers.count",
        "one": "its settings: cluster.pools.servers.count",
    }


def test_words_that_mean_the_same_change_nothing(repository: Repository) -> None:
    repository.edit("one", namespace="apps")  # is the default
    assert _changed() == {}


@pytest.mark.parametrize(
    "file", ["components/anykube/web.py", "components/anykube/new.py", "policies/anykube_policies/rule.py", "uv.lock"]
)
def test_sources_change_all(repository: Repository, file: str) -> None:
    repository.text(file, "after")
    assert _changed() == dict.fromkeys(("on-one", "one", "two"), f"its sources: {file}")


def test_the_config_of_a_stack_changes_it_alone(repository: Repository) -> None:
    repository.text("stacks/Pulumi.two.yaml", "encrypted")
    assert _changed() == {"two": "its config"}


def test_new_pages_wrong_ones_and_those_that_are_gone(repository: Repository) -> None:
    repository.write("three", {**_PAGES["base/shop"]})
    repository.edit("one", apps={"web": {"image": 3}})
    (repository.pages / "two.yaml").unlink()
    with pages_at("HEAD") as before:
        found = changed("HEAD", before)
    assert found.stacks["three"] == "new"
    assert found.stacks["one"] == "its page is wrong, or was"
    assert found.gone == ("two",)


def test_what_differs_is_the_present_and_then_what_was(repository: Repository) -> None:
    repository.edit("one", apps={"web": {"image": "registry.example/web:2.0.0"}})
    with pages_at("HEAD") as before:
        [difference] = differing("one", before)
    assert difference.one is not None
    assert difference.other is not None
    assert (difference.one.value, difference.other.value) == (
        "registry.example/web:2.0.0",
        "registry.example/web:1.0.0",
    )


def test_a_commit_that_is_none(repository: Repository) -> None:
    with pytest.raises(GitError, match="nowhere"), pages_at("nowhere"):
        pass


def test_our_own_pages_are_promoted_in_order() -> None:
    found = [(one.cloud, one.environment) for one in promoted()]
    assert found == [(cloud, stage) for cloud in ("aws", "azure", "gcp") for stage in ("dev", "staging", "prod")]
    assert [one.stack for one in promoted(["gcp-prod", "gcp-dev", "local"])] == ["gcp-dev", "gcp-prod"]
