"""Fixtures for the toolchain tests: a separate cache and checkout, and a tool that is published nowhere."""

from collections.abc import Callable
from pathlib import Path

import pytest
from anykube_cli.toolchain import paths
from anykube_cli.toolchain.tools import Module, Release, Tool

UNREACHABLE = "http://127.0.0.1:9/tool"


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "cache"
    monkeypatch.setenv("ANYKUBE_CACHE", str(folder))
    monkeypatch.delenv("ANYKUBE_KEEP_GO_CACHE", raising=False)
    for name in ("http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)
    return folder


@pytest.fixture
def checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "check out"
    folder.mkdir()
    monkeypatch.setattr(paths, "checkout", lambda: folder)
    return folder


@pytest.fixture
def tool() -> Tool:
    release = Release(UNREACHABLE, f"{UNREACHABLE}.sha256")
    return Tool("tool", "1.2.3", release, Module("tool", "."), below_version="1.3", version_arguments=("--version",))


@pytest.fixture
def on_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str, str], Path]:
    """Adds a shell script to the front of PATH."""
    folder = tmp_path / "on path"
    folder.mkdir()
    monkeypatch.setenv("PATH", f"{folder}:/usr/bin:/bin")

    def add(name: str, script: str) -> Path:
        program = folder / name
        program.write_text(f"#!/bin/sh\n{script}\n")
        program.chmod(0o755)
        return program

    return add
