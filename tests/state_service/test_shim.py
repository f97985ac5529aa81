"""What `pulumi` is: the state's service is there, and the process becomes the engine."""

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
    kept = {key: value for key, value in os.environ.items() if not key.startswith("PULUMI_")}
    return subprocess.Popen(command, env={**kept, **home, **variables}, stdout=subprocess.PIPE, text=True)


def _services(state: Path) -> list[psutil.Process]:
    found = []
    for process in psutil.process_iter():
        try:
            if shlex.join(process.cmdline()[-3:]) == shlex.join(["-m", "anykube_cli.state_service", str(state)]):
                found.append(process)
        except psutil.Error:
            continue
    return found


def test_it_becomes_the_engine_in_the_same_process_with_a_service_at_its_side(state: Path, engine: Path) -> None:
    process = _start(state, engine)
    said = json.loads(process.communicate(timeout=60)[0])
    assert said["pid"] == process.pid
    assert said["arguments"] == ["up", "--stack", "a b"]
    assert said["url"].startswith("http://127.0.0.1:")
    assert len(_services(state)) == 1
    client.stop()
    assert not (state / "service.json").exists()
    psutil.wait_procs(_services(state), timeout=10)
    assert _services(state) == []


def test_the_engine_knows_its_token_and_those_of_others_stay(state: Path, engine: Path) -> None:
    credentials = engine.parent / "credentials.json"
    credentials.write_text(json.dumps({"current": "https://x", "accessTokens": {"https://x": "theirs"}}))
    url = json.loads(_start(state, engine).communicate(timeout=60)[0])["url"]
    known = json.loads(credentials.read_text())
    assert known["current"] == "https://x"
    assert known["accessTokens"]["https://x"] == "theirs"
    assert known["accounts"][url]["accessToken"] == known["accessTokens"][url]
    assert credentials.stat().st_mode & 0o077 == 0
    client.stop()


def test_commands_at_once_share_one_service_and_later_ones_its_port(state: Path, engine: Path) -> None:
    started = [_start(state, engine) for _ in range(4)]
    urls = {json.loads(process.communicate(timeout=60)[0])["url"] for process in started}
    assert len(urls) == 1
    time.sleep(1.5)  # those that came too late to serve have noticed
    assert len(_services(state)) == 1
    client.stop()
    psutil.wait_procs(_services(state), timeout=10)
    assert {json.loads(_start(state, engine).communicate(timeout=60)[0])["url"]} == urls
    client.stop()


def test_a_service_that_was_killed_is_started_anew(state: Path, engine: Path) -> None:
    _start(state, engine).communicate(timeout=60)
    for process in _services(state):
        process.kill()
        process.wait(10)
    assert (state / "service.json").exists()
    assert json.loads(_start(state, engine).communicate(timeout=60)[0])["url"]
    client.stop()


def test_a_backend_of_the_users_own_is_left_alone(state: Path, engine: Path) -> None:
    process = _start(state, engine, PULUMI_BACKEND_URL="s3://somewhere")
    assert json.loads(process.communicate(timeout=60)[0])["url"] == "s3://somewhere"
    assert not state.exists()


def test_only_the_owner_reads_it(state: Path, engine: Path) -> None:
    _start(state, engine).communicate(timeout=60)
    assert {file.stat().st_mode & 0o077 for file in (state, *state.iterdir())} == {0}
    client.stop()
