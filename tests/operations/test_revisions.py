"""How a page goes back to earlier settings of an app."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from anykube.settings.loader import load
from anykube.settings.model import StackSettings
from anykube.settings.revisions import ANNOTATION, of_pods
from anykube_cli.revisions import Revision, RevisionError, _over, chosen, go_back, revisions
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


def test_by_itself_the_one_before() -> None:
    found = [_revision(3, {}), _revision(2, {"image": "b"}), _revision(1, {"image": "a"})]
    assert chosen(found, None).number == 2
    assert chosen(found, 1).number == 1


@pytest.mark.parametrize(
    ("found", "number", "said"),
    [
        ([_revision(1, {})], None, "the cluster keeps none"),
        ([_revision(3, {}), _revision(2, {})], 3, "there is no earlier revision 3: the cluster keeps 2"),
        ([_revision(3, {}), _revision(2, None)], None, "the settings of revision 2 are not known"),
    ],
)
def test_what_cannot_be_gone_back_to(found: list[Revision], number: int | None, said: str) -> None:
    with pytest.raises(RevisionError, match=said):
        chosen(found, number)


def test_comments_and_the_rest_stay(folder: Path) -> None:
    page = folder / "local.yaml"
    page.write_text(
        f"# The shop.\n{_CLUSTER}apps:\n  web:\n    image: r/web:2  # the new one\n    replicas: 5 # five\n"
        "    env: {MODE: new}\n  other: {image: r/o:1}\n"
    )
    files = {"/etc/x": "a\nb\n"}
    assert go_back("local", "web", {"image": "r/web:1", "files": files}, folder) == ["env", "files", "image"]
    app = load("local", folder).apps["web"]
    assert of_pods(app) == {"image": "r/web:1", "files": files}
    text = page.read_text()
    assert text.startswith("# The shop.\n")
    assert "# five" in text
    assert "/etc/x: |" in text
    assert "new" not in text.replace("# the new one", "")


def test_what_is_inherited_is_said_otherwise(folder: Path) -> None:
    (folder / "base" / "common.yaml").write_text(
        "apps: {web: {image: r/web:1, env: {A: a, B: b}, port: 9000, command: [x]}}\n"
    )
    page = folder / "local.yaml"
    page.write_text(f"extends: common\n{_CLUSTER}apps: {{web: {{image: r/web:2}}}}\n")
    wanted = {"image": "r/web:1", "env": {"A": "other"}, "port": 9000}
    go_back("local", "web", wanted, folder)
    assert of_pods(load("local", folder).apps["web"]) == wanted


def test_a_page_that_would_be_wrong_stays_as_it_was(folder: Path) -> None:
    page = folder / "local.yaml"
    page.write_text(
        f"{_CLUSTER}apps:\n  web:\n    image: r/web:2\n"
        "    rollout: {progress_deadline: 30}\n    health: {startup_seconds: 9}\n"
    )
    before = page.read_text()
    with pytest.raises(RevisionError, match=r"(?s)local.yaml cannot go back .* a rollout fails after 30 s"):
        go_back("local", "web", {"image": "r/web:1", "health": {"startup_seconds": 60}}, folder)
    assert page.read_text() == before


_PLAIN = st.recursive(
    st.integers() | st.text(max_size=3) | st.booleans(),
    lambda values: st.dictionaries(st.sampled_from("abcd"), values, max_size=3) | st.lists(values, max_size=2),
    max_leaves=8,
)
_MAPPINGS = st.dictionaries(st.sampled_from("abcd"), _PLAIN, max_size=4)


@given(base=_MAPPINGS, wanted=_MAPPINGS)
def test_merged_with_what_is_inherited_it_is_what_was_wanted(base: dict[str, Any], wanted: dict[str, Any]) -> None:
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

    assert merge(base, _over(base, wanted)) == wanted


def test_the_revisions_that_a_cluster_keeps(api_server: ApiServer) -> None:
    def kept(annotations: dict[str, str], **fields: Any) -> dict[str, Any]:
        return {"metadata": {"creationTimestamp": "2026-11-28T10:00:00Z", "annotations": annotations}, **fields}

    template = {"spec": {"containers": [{"image": "r/web:1"}]}}
    replica_set = kept(
        {"deployment.kubernetes.io/revision": "1", ANNOTATION: '{"image": "r/web:1"}'}, spec={"template": template}
    )
    controller_revision = kept({}, revision=2, data={"spec": {"template": template}})
    apps = "/apis/apps/v1/namespaces/shop"
    api_server.add(f"{apps}/replicasets", [replica_set])
    api_server.add(f"{apps}/controllerrevisions", [controller_revision])
    page = StackSettings.model_validate(
        {"cluster": {"stack": "local"}, "namespace": "shop", "apps": {"web": {"image": "r/web:2"}}}
    )
    made = datetime(2026, 11, 28, 10, tzinfo=UTC)
    assert revisions(api_server.kubeconfig({"token": "valid"}), page, "web") == [
        Revision(2, made, template, None),
        Revision(1, made, template, {"image": "r/web:1"}),
    ]
    selectors = {request.args["labelSelector"] for request in api_server.requests}
    assert selectors == {"app.kubernetes.io/name=web"}
