"""The account's process."""

import json
import os
from pathlib import Path

import boto3
import pytest
from anykube_rehearsal.aws.account import client
from anykube_rehearsal.aws.account.lazy_runtime import LazyRuntime


def test_starts_once_and_stops(tmp_path: Path) -> None:
    folder = tmp_path / "account"
    assert client.url(folder) is None
    url = client.start(folder)
    try:
        assert client.start(folder) == client.url(folder) == url
        info = json.loads((folder / "account.json").read_text())
        assert url == f"http://127.0.0.1:{info['port']}"
        assert {file.name: file.stat().st_mode & 0o077 for file in folder.iterdir()} == dict.fromkeys(
            ("account.json", "account.lock", "account.log"), 0
        )
        keys = {"aws_access_key_id": "a", "aws_secret_access_key": "b"}
        eks = boto3.client("eks", region_name="eu-west-1", endpoint_url=url, **keys)
        assert eks.list_clusters()["clusters"] == []
    finally:
        client.stop(folder)
    assert client.url(folder) is None
    client.stop(folder)
    assert (folder / "account.log").read_text() == ""
    with pytest.raises(ProcessLookupError):
        os.kill(info["pid"], 0)


def test_reports_a_failed_start(tmp_path: Path) -> None:
    (tmp_path / "faults.json").write_text("{")
    with pytest.raises(client.AccountError, match=r"did not start: see .*account\.log"):
        client.start(tmp_path)


def test_creates_kubernetes_at_first_use(tmp_path: Path) -> None:
    runtime = LazyRuntime(tmp_path, "eu-west-1")
    runtime.set_url("http://127.0.0.1:1")
    assert type(runtime._runtime).__name__ == "Clusters"
