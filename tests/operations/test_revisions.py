"""The return of an app to the settings of an earlier revision."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from anykube.settings.loader import load
from anykube.settings.model import StackSettings
from anykube.settings.revisions import ANNOTATION, pod_settings
from anykube_cli.revisions import Revision, RevisionError, _override, restore_settings, revisions, select
from hypothesis import given
from hypothesis import strategies as st

from tests.operations.api_server import ApiServer

_CLUSTER = "cluster: {cloud: local, name: x, pools: {servers: {count: 1, machine: {cpu: 1, memory: 1Gi}}}}\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "base").mkdir()
    return tmp_path


def _revision(number: int, settings: dict[str, Any] | None) -> Revision:
    return Revision(number, datetime.now(UTC), {"spec": {"containers": [{"image": "i"}]}}, settings)


def test_selects_the_previous_revision_by_default() -> None:
    revisions = [_revision(3, {}), _revision(2, {"image": "b"}), _revision(1, {"image": "a"})]
    assert select(revisions, None).number == 2
    assert select(revisions, 1).number == 1


@pytest.mark.parametrize(
    ("revisions", "number", "message"),
    [
        ([_revision(1, {})], None, "there is no earlier revision. The cluster keeps none"),
        ([_revision(3, {}), _revision(2, {})], 3, "there is no earlier revision 3. The cluster keeps 2"),
        ([_revision(3, {}), _revision(2, None)], None, "the settings of revision 2 are not known"),
    ],
)
def test_rejects_an_unavailable_revision(revisions: list[Revision], number: int | None, message: str) -> None:
    with pytest.raises(RevisionError, match=message):
        select(revisions, number)


def test_keeps_comments_and_other_settings(folder: Path) -> None:
    file = folder / "local.yaml"
    file.write_text(
        f"# The shop.\n{_CLUSTER}apps:\n  web:\n    image: r/web:2  # the new one\n    replicas: 5 # five\n"
        "    env: {MODE: new}\n  other: {image: r/o:1}\n"
    )
    files = {"/etc/x": "a\nb\n"}
    assert restore_settings("local", "web", {"image": "r/web:1", "files": files}, folder) == ["env", "files", "image"]
    app = load("local", folder).apps["web"]
    assert pod_settings(app) == {"image": "r/web:1", "files": files}
    text = file.read_text()
    assert text.startswith("# The shop.\n")
    assert "# five" in text
    assert "/etc/x: |" in text
    assert "new" not in text.replace("# the new one", "")


def test_overrides_inherited_settings(folder: Path) -> None:
    (folder / "base" / "common.yaml").write_text(
        "apps: {web: {image: r/web:1, env: {A: a, B: b}, port: 9000, command: [x]}}\n"
    )
    file = folder / "local.yaml"
    file.write_text(f"extends: common\n{_CLUSTER}apps: {{web: {{image: r/web:2}}}}\n")
    target = {"image": "r/web:1", "env": {"A": "other"}, "port": 9000}
    restore_settings("local", "web", target, folder)
    assert pod_settings(load("local", folder).apps["web"]) == target


def test_an_invalid_result_leaves_the_file_unchanged(folder: Path) -> None:
    file = folder / "local.yaml"
    file.write_text(
        f"{_CLUSTER}apps:\n  web:\n    image: r/web:2\n"
        "    rollout: {progress_deadline: 30}\n    health: {startup_seconds: 9}\n"
    )
    before = file.read_text()
    with pytest.raises(
        RevisionError, match=r"(?s)cannot restore the settings of web in local.yaml.* a rollout fails after 30 s"
    ):
        restore_settings("local", "web", {"image": "r/web:1", "health": {"startup_seconds": 60}}, folder)
    assert file.read_text() == before


def test_a_rollback_does_not_shrink_a_claim(folder: Path) -> None:
    """A claim has no earlier version: the one that exists cannot return to a smaller size or another class."""
    file = folder / "local.yaml"
    volume = "type: claim, size: 20Gi, storage_class: fast"
    file.write_text(
        f"{_CLUSTER}apps:\n  db:\n    kind: stateful\n    image: r/db:2\n    port: 1\n"
        f"    volumes: {{data: {{path: /new, {volume}}}}}\n"
    )
    earlier = {"kind": "stateful", "image": "r/db:1", "port": 1}
    volumes = {"data": {"path": "/data", "type": "claim", "size": "10Gi"}, "cache": {"path": "/c", "size": "1Gi"}}
    assert restore_settings("local", "db", {**earlier, "volumes": volumes}, folder) == ["image", "volumes"]
    restored = pod_settings(load("local", folder).apps["db"])
    assert restored["image"] == "r/db:1"
    assert restored["volumes"]["data"] == {"path": "/data", "type": "claim", "size": "20Gi", "storage_class": "fast"}
    assert restored["volumes"]["cache"] == volumes["cache"]


_PLAIN = st.recursive(
    st.integers() | st.text(max_size=3) | st.booleans(),
    lambda values: st.dictionaries(st.sampled_from("abcd"), values, max_size=3) | st.lists(values, max_size=2),
    max_leaves=8,
)
_MAPPINGS = st.dictionaries(st.sampled_from("abcd"), _PLAIN, max_size=4)


@given(base=_MAPPINGS, target=_MAPPINGS)
def test_an_override_merged_with_its_base_gives_the_target(base: dict[str, Any], target: dict[str, Any]) -> None:
    def merge(below: Any, over: Any) -> Any:
        if not (isinstance(below, dict) and isinstance(over, dict)):
            return over
        merged = dict(below)
        for key, value in over.items():
            if value is None:
                merged.pop(key, None)
            else:
                merged[key] = merge(merged[key], value) if key in merged else value
        return merged

    assert merge(base, _override(base, target)) == target


def test_lists_the_revisions_in_the_cluster(api_server: ApiServer) -> None:
    def item(annotations: dict[str, str], **fields: Any) -> dict[str, Any]:
        return {"metadata": {"creationTimestamp": "2026-11-28T10:00:00Z", "annotations": annotations}, **fields}

    template = {"spec": {"containers": [{"image": "r/web:1"}]}}
    replica_set = item(
        {"deployment.kubernetes.io/revision": "1", ANNOTATION: '{"image": "r/web:1"}'}, spec={"template": template}
    )
    controller_revision = item({}, revision=2, data={"spec": {"template": template}})
    apps = "/apis/apps/v1/namespaces/shop"
    api_server.add(f"{apps}/replicasets", [replica_set])
    api_server.add(f"{apps}/controllerrevisions", [controller_revision])
    settings = StackSettings.model_validate(
        {"cluster": {"stack": "local"}, "namespace": "shop", "apps": {"web": {"image": "r/web:2"}}}
    )
    created = datetime(2026, 11, 28, 10, tzinfo=UTC)
    assert revisions(api_server.kubeconfig({"token": "valid"}), settings, "web") == [
        Revision(2, created, template, None),
        Revision(1, created, template, {"image": "r/web:1"}),
    ]
    selectors = {request.args["labelSelector"] for request in api_server.requests}
    assert selectors == {"app.kubernetes.io/name=web"}
