import os
import subprocess
import sys
import time
from pathlib import Path

import pytest
from anykube_cli import recovery
from anykube_cli.recovery import forget, settle
from anykube_cli.toolchain import paths

_SECRET = {"4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", "ciphertext": "v1:x"}


def _state(*pending: dict[str, object]) -> dict[str, object]:
    stack = {"urn": "urn:stack", "type": "pulumi:pulumi:Stack", "custom": False}
    return {"version": 3, "deployment": {"resources": [stack], "pending_operations": list(pending)}}


def _creating(token: str, inputs: dict[str, object]) -> dict[str, object]:
    return {"type": "creating", "resource": {"urn": f"urn:{token}", "type": token, "custom": True, "inputs": inputs}}


_DEPLOYMENT = _creating("kubernetes:apps/v1:Deployment", {"metadata": {"name": "web", "namespace": "shop"}})


def test_up_forgets_what_was_under_way() -> None:
    settled = settle(_state(_DEPLOYMENT), "up")
    assert "pending_operations" not in settled["deployment"]
    assert [resource["urn"] for resource in settled["deployment"]["resources"]] == ["urn:stack"]


@pytest.mark.parametrize(
    ("token", "inputs", "identity"),
    [
        ("kubernetes:apps/v1:Deployment", {"metadata": {"name": "web", "namespace": "shop"}}, "shop/web"),
        ("kubernetes:core/v1:Namespace", {"metadata": {"name": "shop"}}, "shop"),
        ("localkube:index:Cluster", {"name": "local"}, "local"),
        ("localkube:index:NodePool", {"cluster": "local", "name": "servers"}, "local/servers"),
    ],
)
def test_destroy_takes_over_what_was_being_made(token: str, inputs: dict[str, object], identity: str) -> None:
    resources = settle(_state(_creating(token, inputs)), "destroy")["deployment"]["resources"]
    assert resources[-1]["id"] == identity
    assert resources[-1]["outputs"] == inputs


def test_destroy_takes_over_nothing_else() -> None:
    provider = _creating("pulumi:providers:kubernetes", {})
    deleting = {**_DEPLOYMENT, "type": "deleting"}
    known = _creating("kubernetes:core/v1:Namespace", {"metadata": {"name": "shop"}})
    state = _state(provider, deleting, known)
    state["deployment"]["resources"].append(known["resource"])  # type: ignore[index]
    assert len(settle(state, "destroy")["deployment"]["resources"]) == 2


def test_files_with_secrets_of_killed_runs_are_removed_and_no_others(tmp_path: Path) -> None:
    old, new = tmp_path / "tmpold", tmp_path / "tmpnew"
    for folder in (old, new):
        folder.mkdir()
        for name in ("kubeconfig-1", "events", "note"):
            (folder / name).touch()
    for file in old.iterdir():
        os.utime(file, (time.time() - 4000,) * 2)
    forget(tmp_path)
    assert sorted(file.name for file in old.iterdir()) == ["note"]
    assert sorted(file.name for file in new.iterdir()) == ["events", "kubeconfig-1", "note"]


def test_secrets_stay_as_they_are() -> None:
    secret = _creating("kubernetes:core/v1:Secret", {"metadata": {"name": "s"}, "data": _SECRET})
    assert settle(_state(secret), "destroy")["deployment"]["resources"][-1]["outputs"]["data"] == _SECRET


@pytest.mark.parametrize(
    ("argv", "child"),
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
def test_what_an_engine_starts_is_known(argv: list[str], child: bool) -> None:
    assert recovery._is_engines_child(argv) is child


def test_orphans_are_this_checkouts_only() -> None:
    code = "import time; time.sleep(60)"
    started = [
        subprocess.Popen(
            [sys.executable, "-c", code, "anykube_rehearsal.test"], env={**os.environ, "ANYKUBE_CHECKOUT": checkout}
        )
        for checkout in (str(paths.checkout()), "/elsewhere")
    ]
    try:
        found = {process.pid for process in recovery._orphans()}
        assert started[0].pid in found
        assert started[1].pid not in found
    finally:
        for process in started:
            process.kill()
            process.wait()
