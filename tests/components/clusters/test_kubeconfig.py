import base64
import json
from pathlib import Path

import pytest
import yaml
from anykube._clusters.existing.kubeconfig import read


def _kubeconfig(folder: Path, **cluster: str) -> Path:
    (folder / "ca.crt").write_text("authority")
    document = {
        "current-context": "one",
        "contexts": [
            {"name": "one", "context": {"cluster": "c", "user": "u"}},
            {"name": "two", "context": {"cluster": "c", "user": "missing"}},
        ],
        "clusters": [{"name": "c", "cluster": {"server": "https://x", "certificate-authority": "ca.crt", **cluster}}],
        "users": [{"name": "u", "user": {"token": "t"}}, {"name": "other", "user": {"token": "not ours"}}],
    }
    file = folder / "config"
    file.write_text(yaml.safe_dump(document))
    return file


def test_the_current_context_without_other_files(tmp_path: Path) -> None:
    context = read(_kubeconfig(tmp_path), None)
    found = json.loads(context.kubeconfig)
    assert (context.cluster, context.server, found["current-context"]) == ("c", "https://x", "one")
    assert base64.b64decode(found["clusters"][0]["cluster"]["certificate-authority-data"]) == b"authority"
    assert "not ours" not in context.kubeconfig


def test_the_identity_is_the_clusters(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    same = read(_kubeconfig(tmp_path / "a"), None).identity
    assert read(_kubeconfig(tmp_path / "b", server="https://moved"), None).identity == same
    other = _kubeconfig(tmp_path / "b")
    (tmp_path / "b" / "ca.crt").write_text("another authority")
    assert read(other, None).identity != same


def test_what_is_not_there_is_named(tmp_path: Path) -> None:
    file = _kubeconfig(tmp_path)
    with pytest.raises(ValueError, match="has no context 'three'; it has: one, two"):
        read(file, "three")
    with pytest.raises(ValueError, match="has no user 'missing'; it has: other, u"):
        read(file, "two")
    with pytest.raises(ValueError, match="there is no kubeconfig"):
        read(tmp_path / "none", None)
    (tmp_path / "ca.crt").unlink()
    with pytest.raises(ValueError, match=r"points to ca\.crt as its certificate-authority"):
        read(file, None)


@pytest.mark.parametrize("text", ["- a list", "a: [", "current-context: x"])
def test_what_is_no_kubeconfig(tmp_path: Path, text: str) -> None:
    file = tmp_path / "config"
    file.write_text(text)
    with pytest.raises(ValueError, match="kubeconfig"):
        read(file, None)
