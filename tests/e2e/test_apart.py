"""Rehearsals and real clouds reject each other's state, plugins, credentials and shell."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest
from anykube_cli.toolchain import simulation

from tests.e2e.checkout import Checkout
from tests.e2e.kept_rehearsal import KeptRehearsal

_SECRET = "a-real-secret-access-key"
_REAL = {
    "AWS_ACCESS_KEY_ID": "AKIAIOSFODNN7EXAMPLE",
    "AWS_SECRET_ACCESS_KEY": _SECRET,
    "AWS_PROFILE": "real",
    "PULUMI_ACCESS_TOKEN": _SECRET,
    "PULUMI_BACKEND_URL": "s3://real-state",
    "PULUMI_CONFIG_PASSPHRASE": _SECRET,
    "KUBECONFIG": "/real/kubeconfig",
}


@pytest.fixture(scope="module")
def rehearsal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[KeptRehearsal]:
    """A rehearsal started from a shell with credentials and settings of a real account."""
    checkout = Checkout(tmp_path_factory.mktemp("apart") / "anykube")
    try:
        yield KeptRehearsal(checkout, "aws-dev", _REAL)
    finally:
        checkout.remove()


@pytest.fixture(scope="module")
def state(rehearsal: KeptRehearsal) -> dict[str, Any]:
    exported: dict[str, Any] = json.loads(rehearsal.pulumi("stack", "export").out)
    return exported


def test_real_credentials_do_not_reach_rehearsal(rehearsal: KeptRehearsal) -> None:
    """No process or file of the rehearsal has a real credential, profile, backend or kubeconfig."""
    processes = [
        process for process in rehearsal.checkout.processes() if str(rehearsal.folder) in " ".join(process.cmdline())
    ]
    assert processes
    for process in processes:
        assert not set(process.environ().values()) & set(_REAL.values()), process.cmdline()
    result = rehearsal.result.all
    files = [file for file in rehearsal.folder.rglob("*") if file.is_file() and file.stat().st_size < 10_000_000]
    assert len(files) > 20
    assert _SECRET not in result
    assert not [file for file in files if _SECRET.encode() in file.read_bytes()]


def _real_environment(rehearsal: KeptRehearsal) -> dict[str, str]:
    """The real environment with the rehearsal's passphrase: another one would fail before the check of the state."""
    return {**rehearsal.checkout.environment, "PULUMI_CONFIG_PASSPHRASE_FILE": str(rehearsal.folder / "passphrase")}


def test_real_backend_rejects_rehearsal_state(rehearsal: KeptRehearsal, state: dict[str, Any], tmp_path: Path) -> None:
    checkout = rehearsal.checkout
    file = tmp_path / "state.json"
    file.write_text(json.dumps(state))
    environment = _real_environment(rehearsal)
    checkout.run("pulumi", "stack", "init", "aws-dev", "--no-select", environment=environment)
    result = checkout.run(
        "pulumi", "stack", "import", "--stack", "aws-dev", "--file", str(file), environment=environment, ok=False
    )
    assert result.code != 0
    assert "this state belongs to a rehearsal" in result.all
    assert simulation.MARK not in checkout.state("aws-dev")


def test_real_up_rejects_rehearsal_state(rehearsal: KeptRehearsal, state: dict[str, Any], tmp_path: Path) -> None:
    """Another backend accepts any state, so `up` must check it."""
    checkout = rehearsal.checkout
    (tmp_path / "state").mkdir()
    file = tmp_path / "state.json"
    file.write_text(json.dumps(state))
    environment = {**_real_environment(rehearsal), "PULUMI_BACKEND_URL": (tmp_path / "state").as_uri()}
    checkout.run("pulumi", "stack", "init", "aws-dev", "--no-select", environment=environment)
    imported = checkout.run(
        "pulumi", "stack", "import", "--force", "--stack", "aws-dev", "--file", str(file), environment=environment
    )
    assert imported.code == 0
    for command in ("up", "destroy"):
        result = checkout.run(
            ".anykube/venv/bin/python", "-m", "anykube_cli", command, "-s", "aws-dev", environment=environment, ok=False
        )
        assert result.code == 2, result.all
        assert "this state belongs to a rehearsal" in result.err
        assert "Traceback" not in result.all


def test_rehearsal_rejects_real_state(rehearsal: KeptRehearsal, state: dict[str, Any], tmp_path: Path) -> None:
    real = json.loads(json.dumps(state))
    for resource in real["deployment"]["resources"]:
        (resource.get("outputs") or {}).pop(simulation.MARK, None)
    file = tmp_path / "state.json"
    file.write_text(json.dumps(real))
    result = rehearsal.pulumi("stack", "import", "--file", str(file), ok=False)
    assert result.code != 0
    assert "exists in a real cloud" in result.all


def test_real_up_rejects_simulated_plugin(rehearsal: KeptRehearsal, tmp_path: Path) -> None:
    """Even if the plugin is where the engine finds it, and AWS_ENDPOINT_URL is that of a simulated account."""
    plugins_folder = rehearsal.checkout.folder / ".anykube" / "pulumi" / "plugins"
    planted = []
    for plugin in (rehearsal.folder / "pulumi" / "plugins").glob("resource-aws-*"):
        shutil.copytree(plugin, plugins_folder / plugin.name)
        planted.append(plugins_folder / plugin.name)
    assert planted
    real = {**_real_environment(rehearsal), "AWS_ENDPOINT_URL": rehearsal.url, "AWS_REGION": "eu-west-1"}
    try:
        result = rehearsal.checkout.run("pulumi", "preview", "--stack", "aws-dev", environment=real, ok=False)
    finally:
        for plugin in planted:
            shutil.rmtree(plugin)
    assert result.code != 0
    assert "this is Anykube's simulated AWS provider" in result.all


def test_rehearsal_shell_runs_no_real_command(rehearsal: KeptRehearsal) -> None:
    environment = {**rehearsal.checkout.environment, simulation.VARIABLE: str(rehearsal.folder)}
    python = ".anykube/venv/bin/python"
    result = rehearsal.checkout.run(
        python, "-m", "anykube_cli", "destroy", "-s", "aws-dev", environment=environment, ok=False
    )
    assert result.code == 2
    assert "set up for a rehearsal" in result.err


def test_ending_rehearsal_removes_everything(rehearsal: KeptRehearsal) -> None:
    rehearsal.checkout.make("rehearse", "STACK=aws-dev", "END=1")
    psutil.wait_procs(rehearsal.checkout.processes(), timeout=30)
    remaining = [
        process for process in rehearsal.checkout.processes() if str(rehearsal.folder) in " ".join(process.cmdline())
    ]
    assert remaining == []
    assert not rehearsal.folder.exists()
