"""A rehearsal and the real thing refuse each other's state, plugin, credentials and shell."""

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
def kept(tmp_path_factory: pytest.TempPathFactory) -> Iterator[KeptRehearsal]:
    """One that was begun from a shell full of what belongs to a real account."""
    checkout = Checkout(tmp_path_factory.mktemp("apart") / "anykube")
    try:
        yield KeptRehearsal(checkout, "aws-dev", _REAL)
    finally:
        checkout.remove()


@pytest.fixture(scope="module")
def state(kept: KeptRehearsal) -> dict[str, Any]:
    exported: dict[str, Any] = json.loads(kept.pulumi("stack", "export").out)
    return exported


def test_what_a_shell_knows_of_the_real_stays_outside(kept: KeptRehearsal) -> None:
    """No process of the rehearsal has a real credential, profile, backend or kubeconfig, and no file of it either."""
    ours = [process for process in kept.checkout.processes() if str(kept.folder) in " ".join(process.cmdline())]
    assert ours
    for process in ours:
        assert not set(process.environ().values()) & set(_REAL.values()), process.cmdline()
    said = kept.result.all
    files = [file for file in kept.folder.rglob("*") if file.is_file() and file.stat().st_size < 10_000_000]
    assert len(files) > 20
    assert _SECRET not in said
    assert not [file for file in files if _SECRET.encode() in file.read_bytes()]


def _knowing(kept: KeptRehearsal) -> dict[str, str]:
    """The real thing's environment, but with the rehearsal's passphrase: else that would stop it already."""
    return {**kept.checkout.environment, "PULUMI_CONFIG_PASSPHRASE_FILE": str(kept.folder / "passphrase")}


def test_a_real_backend_refuses_the_state_of_a_rehearsal(
    kept: KeptRehearsal, state: dict[str, Any], tmp_path: Path
) -> None:
    checkout = kept.checkout
    file = tmp_path / "state.json"
    file.write_text(json.dumps(state))
    there = _knowing(kept)
    checkout.run("pulumi", "stack", "init", "aws-dev", "--no-select", environment=there)
    said = checkout.run(
        "pulumi", "stack", "import", "--stack", "aws-dev", "--file", str(file), environment=there, ok=False
    )
    assert said.code != 0
    assert "this state belongs to a rehearsal" in said.all
    assert simulation.MARK not in checkout.state("aws-dev")


def test_a_real_up_refuses_the_state_of_a_rehearsal(kept: KeptRehearsal, state: dict[str, Any], tmp_path: Path) -> None:
    """In a backend that is not ours, and so takes anything."""
    checkout = kept.checkout
    (tmp_path / "state").mkdir()
    file = tmp_path / "state.json"
    file.write_text(json.dumps(state))
    there = {**_knowing(kept), "PULUMI_BACKEND_URL": (tmp_path / "state").as_uri()}
    checkout.run("pulumi", "stack", "init", "aws-dev", "--no-select", environment=there)
    imported = checkout.run(
        "pulumi", "stack", "import", "--force", "--stack", "aws-dev", "--file", str(file), environment=there
    )
    assert imported.code == 0
    for command in ("up", "destroy"):
        said = checkout.run(
            ".anykube/venv/bin/python", "-m", "anykube_cli", command, "-s", "aws-dev", environment=there, ok=False
        )
        assert said.code == 2, said.all
        assert "this state belongs to a rehearsal" in said.err
        assert "Traceback" not in said.all


def test_a_rehearsal_refuses_a_real_state(kept: KeptRehearsal, state: dict[str, Any], tmp_path: Path) -> None:
    real = json.loads(json.dumps(state))
    for resource in real["deployment"]["resources"]:
        (resource.get("outputs") or {}).pop(simulation.MARK, None)
    file = tmp_path / "state.json"
    file.write_text(json.dumps(real))
    said = kept.pulumi("stack", "import", "--file", str(file), ok=False)
    assert said.code != 0
    assert "was made in a real cloud" in said.all


def test_a_real_up_refuses_the_simulators_plugin(kept: KeptRehearsal, tmp_path: Path) -> None:
    """However it came to lie where the engine finds it, and though AWS_ENDPOINT_URL leads to a simulated account."""
    home = kept.checkout.folder / ".anykube" / "pulumi" / "plugins"
    planted = []
    for plugin in (kept.folder / "pulumi" / "plugins").glob("resource-aws-*"):
        shutil.copytree(plugin, home / plugin.name)
        planted.append(home / plugin.name)
    assert planted
    real = {**_knowing(kept), "AWS_ENDPOINT_URL": kept.url, "AWS_REGION": "eu-west-1"}
    try:
        said = kept.checkout.run("pulumi", "preview", "--stack", "aws-dev", environment=real, ok=False)
    finally:
        for plugin in planted:
            shutil.rmtree(plugin)
    assert said.code != 0
    assert "this is Anykube's simulated AWS, not the real provider" in said.all


def test_a_shell_of_a_rehearsal_runs_nothing_real(kept: KeptRehearsal) -> None:
    there = {**kept.checkout.environment, simulation.VARIABLE: str(kept.folder)}
    python = ".anykube/venv/bin/python"
    said = kept.checkout.run(python, "-m", "anykube_cli", "destroy", "-s", "aws-dev", environment=there, ok=False)
    assert said.code == 2
    assert "set up for a rehearsal" in said.err


def test_nothing_of_it_outlives_its_end(kept: KeptRehearsal) -> None:
    kept.checkout.make("rehearse", "STACK=aws-dev", "END=1")
    psutil.wait_procs(kept.checkout.processes(), timeout=30)
    left = [process for process in kept.checkout.processes() if str(kept.folder) in " ".join(process.cmdline())]
    assert left == []
    assert not kept.folder.exists()
