"""What the next run does with what a killed run left behind."""

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest
from anykube_cli import recovery
from anykube_cli.recovery import remove_secret_files, settle
from anykube_cli.toolchain import paths

_SECRET = {"4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", "ciphertext": "v1:x"}


def _state(*pending: dict[str, object]) -> dict[str, object]:
    stack = {"urn": "urn:stack", "type": "pulumi:pulumi:Stack", "custom": False}
    return {"version": 3, "deployment": {"resources": [stack], "pending_operations": list(pending)}}


def _creating(token: str, inputs: dict[str, object]) -> dict[str, object]:
    return {"type": "creating", "resource": {"urn": f"urn:{token}", "type": token, "custom": True, "inputs": inputs}}


_DEPLOYMENT = _creating("kubernetes:apps/v1:Deployment", {"metadata": {"name": "web", "namespace": "shop"}})


def test_up_drops_pending_operations() -> None:
    result = settle(_state(_DEPLOYMENT), "up")
    assert "pending_operations" not in result["deployment"]
    assert [resource["urn"] for resource in result["deployment"]["resources"]] == ["urn:stack"]


@pytest.mark.parametrize(
    ("token", "inputs", "resource_id"),
    [
        ("kubernetes:apps/v1:Deployment", {"metadata": {"name": "web", "namespace": "shop"}}, "shop/web"),
        ("kubernetes:core/v1:Namespace", {"metadata": {"name": "shop"}}, "shop"),
        ("localkube:index:Cluster", {"name": "local"}, "local"),
        ("localkube:index:NodePool", {"cluster": "local", "name": "servers"}, "local/servers"),
    ],
)
def test_destroy_adopts_resources_that_were_being_created(
    token: str, inputs: dict[str, object], resource_id: str
) -> None:
    resources = settle(_state(_creating(token, inputs)), "destroy")["deployment"]["resources"]
    assert resources[-1]["id"] == resource_id
    assert resources[-1]["outputs"] == inputs


def test_destroy_adopts_nothing_else() -> None:
    provider = _creating("pulumi:providers:kubernetes", {})
    deleting = {**_DEPLOYMENT, "type": "deleting"}
    existing = _creating("kubernetes:core/v1:Namespace", {"metadata": {"name": "shop"}})
    state = _state(provider, deleting, existing)
    state["deployment"]["resources"].append(existing["resource"])  # type: ignore[index]
    assert len(settle(state, "destroy")["deployment"]["resources"]) == 2


def test_removes_only_old_files_with_secrets(tmp_path: Path) -> None:
    old, new = tmp_path / "tmpold", tmp_path / "tmpnew"
    for folder in (old, new):
        folder.mkdir()
        for name in ("kubeconfig-1", "events", "note"):
            (folder / name).touch()
    for file in old.iterdir():
        os.utime(file, (time.time() - 4000,) * 2)
    remove_secret_files(tmp_path)
    assert sorted(file.name for file in old.iterdir()) == ["note"]
    assert sorted(file.name for file in new.iterdir()) == ["events", "kubeconfig-1", "note"]


def test_keeps_secrets_encrypted() -> None:
    secret = _creating("kubernetes:core/v1:Secret", {"metadata": {"name": "s"}, "data": _SECRET})
    assert settle(_state(secret), "destroy")["deployment"]["resources"][-1]["outputs"]["data"] == _SECRET


@pytest.mark.parametrize(
    ("argv", "is_started"),
    [
        (["/x/pulumi-resource-kubernetes", "127.0.0.1:1"], True),
        (["/x/bin/python", "-u", "/x/pulumi-language-python-exec", "--monitor"], True),
        (["/x/bin/python", "-P", "-m", "anykube_rehearsal.local", "127.0.0.1:1"], True),
        (["/x/bin/python", str(paths.checkout() / "policies"), "127.0.0.1:1"], True),
        (["/x/bin/python", str(paths.checkout() / "operations"), "127.0.0.1:1"], False),
        (["/x/bin/python", "-c", "import time\n" * 1000], False),
        (["vim", "pulumi-resource-kubernetes"], False),
        (["/x/bin/python", "-m", "anykube_cli"], False),
        ([], False),
    ],
)
def test_recognises_processes_that_pulumi_starts(argv: list[str], is_started: bool) -> None:
    assert recovery._is_started_by_pulumi(argv) is is_started


def test_finds_orphans_of_this_project_only() -> None:
    code = "import time; time.sleep(60)"
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", code, "anykube_rehearsal.test"], env={**os.environ, "ANYKUBE_CHECKOUT": checkout}
        )
        for checkout in (str(paths.checkout()), "/elsewhere")
    ]
    try:
        orphans = {process.pid for process in recovery._orphans()}
        assert processes[0].pid in orphans
        assert processes[1].pid not in orphans
    finally:
        for process in processes:
            process.kill()
            process.wait()
