"""Locks in a backend of the user's own, read from files as Pulumi writes them."""

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
from anykube_cli.recovery import LockedError, break_lock, list_locks, release_dead

_ID = "11111111-2222-3333-4444-555555555555"


def _engine(folder: Path, url: str | None = None) -> Engine:
    return Engine("dev", {"PULUMI_BACKEND_URL": url or folder.as_uri()}, folder=folder, home=folder)


def _lock(
    folder: Path, pid: int, host: str | None = None, name: str = _ID, folder_name: str = "organization/anykube/dev"
) -> Path:
    """A lock as `pulumi` v3.255 writes it, with nanoseconds."""
    file = folder / ".pulumi" / "locks" / folder_name / f"{name}.json"
    file.parent.mkdir(parents=True, exist_ok=True)
    now = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.%f123Z")
    content = {"pid": pid, "username": getpass.getuser(), "hostname": host or platform.node(), "timestamp": now}
    file.write_text(json.dumps(content))
    file.with_name(f"{file.name}.attrs").write_text("{}")
    return file


def _dead() -> int:
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()
    return process.pid


def test_removes_the_lock_of_a_dead_process(tmp_path: Path) -> None:
    pid, messages = _dead(), list[str]()
    file = _lock(tmp_path, pid)
    assert release_dead(_engine(tmp_path), messages.append)
    assert list(file.parent.iterdir()) == []
    (message,) = messages
    assert f"{getpass.getuser()} on {platform.node()} (process {pid}, since 20" in message
    assert not release_dead(_engine(tmp_path), messages.append)


@pytest.mark.parametrize(
    ("pid", "host"),
    [(os.getpid(), None), (os.getpid(), "runner-7"), (2**22 - 3, "runner-7")],
    ids=["alive here", "alive elsewhere", "gone elsewhere"],  # the same in every process that collects this
)
def test_keeps_the_lock_of_a_live_process_or_another_host(tmp_path: Path, pid: int, host: str | None) -> None:
    file = _lock(tmp_path, pid, host)
    with pytest.raises(LockedError, match=rf"process {pid}, since 20.*anykube unlock --stack dev --lock {_ID}"):
        release_dead(_engine(tmp_path), print)
    assert file.exists()


def test_keeps_a_dead_lock_beside_a_live_one(tmp_path: Path) -> None:
    """While another run holds the stack, nothing is changed."""
    dead = _lock(tmp_path, _dead(), name="aaaa")
    _lock(tmp_path, os.getpid(), name="bbbb")
    with pytest.raises(LockedError):
        release_dead(_engine(tmp_path), print)
    assert dead.exists()


def test_keeps_an_unreadable_lock_until_its_id_is_given(tmp_path: Path) -> None:
    file = _lock(tmp_path, 1)
    file.write_text("{")
    with pytest.raises(LockedError, match=f"lock {_ID} is not readable"):
        release_dead(_engine(tmp_path), print)
    break_lock(_engine(tmp_path), _ID)
    assert not file.exists()


def test_removes_a_lock_of_another_host_by_its_id(tmp_path: Path) -> None:
    file, other = _lock(tmp_path, 1, "runner-7"), _lock(tmp_path, 1, "runner-8", name="other")
    assert "on runner-7" in break_lock(_engine(tmp_path), _ID)
    assert not file.exists()
    assert other.exists()


def test_refuses_to_remove_the_lock_of_a_live_process(tmp_path: Path) -> None:
    file = _lock(tmp_path, os.getpid())
    with pytest.raises(LockedError, match="is still running on this machine"):
        break_lock(_engine(tmp_path), _ID)
    assert file.exists()


def test_ignores_the_locks_of_other_stacks(tmp_path: Path) -> None:
    _lock(tmp_path, 1, folder_name="organization/anykube/dev2")
    _lock(tmp_path, 1, folder_name="organization/another/dev")
    assert list_locks(_engine(tmp_path)) == []


def test_lists_locks_from_before_pulumi_had_projects(tmp_path: Path) -> None:
    _lock(tmp_path, 1, "runner-7", folder_name="dev")
    assert [lock.id for lock in list_locks(_engine(tmp_path))] == [_ID]


def test_resolves_a_folder_relative_to_the_project(tmp_path: Path) -> None:
    _lock(tmp_path / "a folder", 1, "runner-7")
    assert len(list_locks(_engine(tmp_path, "file://./a%20folder"))) == 1


def test_a_service_manages_locks_itself(tmp_path: Path) -> None:
    assert locks_of(_engine(tmp_path, "https://api.pulumi.example")) is None
