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
        "users": [{"name": "u", "user": {"token": "t"}}, {"name": "other", "user": {"token": "another token"}}],
    }
    file = folder / "config"
    file.write_text(yaml.safe_dump(document))
    return file


def test_reads_the_current_context_and_inlines_files(tmp_path: Path) -> None:
    context = read(_kubeconfig(tmp_path), None)
    kubeconfig = json.loads(context.kubeconfig)
    assert (context.cluster, context.server, kubeconfig["current-context"]) == ("c", "https://x", "one")
    assert base64.b64decode(kubeconfig["clusters"][0]["cluster"]["certificate-authority-data"]) == b"authority"
    assert "another token" not in context.kubeconfig


def test_identity_depends_on_the_certificate_authority(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    same = read(_kubeconfig(tmp_path / "a"), None).identity
    assert read(_kubeconfig(tmp_path / "b", server="https://moved"), None).identity == same
    other = _kubeconfig(tmp_path / "b")
    (tmp_path / "b" / "ca.crt").write_text("another authority")
    assert read(other, None).identity != same


def test_reports_missing_entries_and_files(tmp_path: Path) -> None:
    file = _kubeconfig(tmp_path)
    with pytest.raises(ValueError, match=r"has no context 'three'\. Its contexts: one, two"):
        read(file, "three")
    with pytest.raises(ValueError, match=r"has no user 'missing'\. Its users: other, u"):
        read(file, "two")
    with pytest.raises(ValueError, match="does not exist"):
        read(tmp_path / "none", None)
    (tmp_path / "ca.crt").unlink()
    with pytest.raises(ValueError, match=r"cannot read certificate-authority ca\.crt"):
        read(file, None)


@pytest.mark.parametrize("text", ["- a list", "a: [", "current-context: x"])
def test_rejects_an_invalid_kubeconfig(tmp_path: Path, text: str) -> None:
    file = tmp_path / "config"
    file.write_text(text)
    with pytest.raises(ValueError, match=r"(?i)kubeconfig"):
        read(file, None)
