"""Locks in a backend that is not ours, read from files as an engine writes them."""

import getpass
import json
import os
import platform
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
from anykube_cli.engine import Engine
from anykube_cli.locks import locks_of
from anykube_cli.recovery import LockedError, break_lock, held, release_dead

_ID = "11111111-2222-3333-4444-555555555555"


def _engine(folder: Path, url: str | None = None) -> Engine:
    return Engine("dev", {"PULUMI_BACKEND_URL": url or folder.as_uri()}, folder=folder, home=folder)


def _lock(
    folder: Path, pid: int, host: str | None = None, name: str = _ID, at: str = "organization/anykube/dev"
) -> Path:
    """As `pulumi` v3.255 writes it, nanoseconds and all."""
    file = folder / ".pulumi" / "locks" / at / f"{name}.json"
    file.parent.mkdir(parents=True, exist_ok=True)
    now = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.%f123Z")
    content = {"pid": pid, "username": getpass.getuser(), "hostname": host or platform.node(), "timestamp": now}
    file.write_text(json.dumps(content))
    file.with_name(f"{file.name}.attrs").write_text("{}")
    return file


def _dead() -> int:
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    return ended.pid


def test_that_of_a_process_that_is_gone_is_broken(tmp_path: Path) -> None:
    pid, said = _dead(), list[str]()
    file = _lock(tmp_path, pid)
    assert release_dead(_engine(tmp_path), said.append)
    assert list(file.parent.iterdir()) == []
    (sentence,) = said
    assert f"{getpass.getuser()} on {platform.node()} (process {pid}, since 20" in sentence
    assert not release_dead(_engine(tmp_path), said.append)


@pytest.mark.parametrize(
    ("pid", "host"),
    [(os.getpid(), None), (os.getpid(), "runner-7"), (2**22 - 3, "runner-7")],
    ids=["alive here", "alive elsewhere", "gone elsewhere"],  # the same in every process that collects this
)
def test_that_of_a_live_process_or_another_host_stays(tmp_path: Path, pid: int, host: str | None) -> None:
    file = _lock(tmp_path, pid, host)
    with pytest.raises(LockedError, match=rf"process {pid}, since 20.*anykube unlock --stack dev --lock {_ID}"):
        release_dead(_engine(tmp_path), print)
    assert file.exists()


def test_a_dead_one_beside_a_live_one_stays(tmp_path: Path) -> None:
    """Nothing is touched while somebody is at work."""
    dead = _lock(tmp_path, _dead(), name="aaaa")
    _lock(tmp_path, os.getpid(), name="bbbb")
    with pytest.raises(LockedError):
        release_dead(_engine(tmp_path), print)
    assert dead.exists()


def test_one_that_says_nothing_stays_until_it_is_named(tmp_path: Path) -> None:
    file = _lock(tmp_path, 1)
    file.write_text("{")
    with pytest.raises(LockedError, match="does not say whose it is"):
        release_dead(_engine(tmp_path), print)
    break_lock(_engine(tmp_path), _ID)
    assert not file.exists()


def test_one_of_another_host_is_broken_by_its_name(tmp_path: Path) -> None:
    file, other = _lock(tmp_path, 1, "runner-7"), _lock(tmp_path, 1, "runner-8", name="other")
    assert "on runner-7" in break_lock(_engine(tmp_path), _ID)
    assert not file.exists()
    assert other.exists()


def test_one_of_a_process_that_lives_here_is_not(tmp_path: Path) -> None:
    file = _lock(tmp_path, os.getpid())
    with pytest.raises(LockedError, match="at work on this very machine"):
        break_lock(_engine(tmp_path), _ID)
    assert file.exists()


def test_those_of_other_stacks_are_not_seen(tmp_path: Path) -> None:
    _lock(tmp_path, 1, at="organization/anykube/dev2")
    _lock(tmp_path, 1, at="organization/another/dev")
    assert held(_engine(tmp_path)) == []


def test_those_of_before_pulumi_had_projects_are(tmp_path: Path) -> None:
    _lock(tmp_path, 1, "runner-7", at="dev")
    assert [lock.id for lock in held(_engine(tmp_path))] == [_ID]


def test_a_folder_beside_the_project(tmp_path: Path) -> None:
    _lock(tmp_path / "a folder", 1, "runner-7")
    assert len(held(_engine(tmp_path, "file://./a%20folder"))) == 1


def test_a_service_keeps_its_own(tmp_path: Path) -> None:
    assert locks_of(_engine(tmp_path, "https://api.pulumi.example")) is None
