"""The `pulumi` shim: it starts the state service and then becomes the engine."""

import json
import os
import shlex
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest
from anykube_cli.state_service import client, shim
from anykube_cli.toolchain import paths

_ENGINE = """#!{python} -IS
import json, os, sys
print(json.dumps({{"pid": os.getpid(), "arguments": sys.argv[1:], "url": os.environ.get("PULUMI_BACKEND_URL")}}))
"""


@pytest.fixture
def engine(tmp_path: Path) -> Path:
    file = tmp_path / "engine"
    file.write_text(_ENGINE.format(python=sys.executable))
    file.chmod(0o755)
    return file


@pytest.fixture
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(paths, "state_dir", lambda: tmp_path)
    return client.folder()


def _start(state: Path, engine: Path, **variables: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-IS", shim.__file__, str(state), str(engine), sys.executable, "up", "--stack", "a b"]
    home = {"PULUMI_HOME": str(engine.parent)}
    inherited = {key: value for key, value in os.environ.items() if not key.startswith("PULUMI_")}
    return subprocess.Popen(command, env={**inherited, **home, **variables}, stdout=subprocess.PIPE, text=True)


def _services(state: Path) -> list[psutil.Process]:
    services = []
    for process in psutil.process_iter():
        try:
            if shlex.join(process.cmdline()[-3:]) == shlex.join(["-m", "anykube_cli.state_service", str(state)]):
                services.append(process)
        except psutil.Error:
            continue
    return services


def test_becomes_engine_in_same_process_and_starts_service(state: Path, engine: Path) -> None:
    process = _start(state, engine)
    output = json.loads(process.communicate(timeout=60)[0])
    assert output["pid"] == process.pid
    assert output["arguments"] == ["up", "--stack", "a b"]
    assert output["url"].startswith("http://127.0.0.1:")
    assert len(_services(state)) == 1
    client.stop()
    assert not (state / "service.json").exists()
    psutil.wait_procs(_services(state), timeout=10)
    assert _services(state) == []


def test_stores_token_and_keeps_other_credentials(state: Path, engine: Path) -> None:
    file = engine.parent / "credentials.json"
    file.write_text(json.dumps({"current": "https://x", "accessTokens": {"https://x": "other"}}))
    url = json.loads(_start(state, engine).communicate(timeout=60)[0])["url"]
    credentials = json.loads(file.read_text())
    assert credentials["current"] == "https://x"
    assert credentials["accessTokens"]["https://x"] == "other"
    assert credentials["accounts"][url]["accessToken"] == credentials["accessTokens"][url]
    assert file.stat().st_mode & 0o077 == 0
    client.stop()


def test_concurrent_commands_share_service_and_later_ones_its_port(state: Path, engine: Path) -> None:
    commands = [_start(state, engine) for _ in range(4)]
    urls = {json.loads(process.communicate(timeout=60)[0])["url"] for process in commands}
    assert len(urls) == 1
    time.sleep(1.5)  # superfluous services have exited
    assert len(_services(state)) == 1
    client.stop()
    psutil.wait_procs(_services(state), timeout=10)
    assert {json.loads(_start(state, engine).communicate(timeout=60)[0])["url"]} == urls
    client.stop()


def test_restarts_killed_service(state: Path, engine: Path) -> None:
    _start(state, engine).communicate(timeout=60)
    for process in _services(state):
        process.kill()
        process.wait(10)
    assert (state / "service.json").exists()
    assert json.loads(_start(state, engine).communicate(timeout=60)[0])["url"]
    client.stop()


def test_keeps_backend_of_user(state: Path, engine: Path) -> None:
    process = _start(state, engine, PULUMI_BACKEND_URL="s3://somewhere")
    assert json.loads(process.communicate(timeout=60)[0])["url"] == "s3://somewhere"
    assert not state.exists()


def test_only_owner_can_access_state(state: Path, engine: Path) -> None:
    _start(state, engine).communicate(timeout=60)
    assert {file.stat().st_mode & 0o077 for file in (state, *state.iterdir())} == {0}
    client.stop()
