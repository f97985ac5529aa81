"""Finds the processes of a cluster by their command lines, because a recorded pid may belong to another process."""

import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import psutil

from anykube_cli.kubernetes.errors import SandboxError

_GONE = (psutil.NoSuchProcess, psutil.AccessDenied, psutil.ZombieProcess)


def _matching(executables: Path, cluster: str) -> Iterator[psutil.Process]:
    prefix, uid = f"{executables}{os.sep}", os.getuid()
    for process in psutil.process_iter():
        try:
            argv = process.cmdline()
            if not argv or process.uids().real != uid:
                continue
            if argv[0].startswith(prefix) or _creates(process, argv, executables, cluster):
                yield process
        except _GONE:
            continue


def _creates(process: psutil.Process, argv: list[str], executables: Path, cluster: str) -> bool:
    """Whether this is a kwokctl that is still creating the cluster for an engine that has exited."""
    if not argv[0].endswith("kwokctl") or cluster not in argv:
        return False
    return process.environ().get("KWOK_WORKDIR") == str(executables.parents[2])


def cluster_processes(folder: Path) -> list[psutil.Process]:
    """Returns all running processes of the cluster in this folder. kwokctl starts them from its `bin`."""
    return list(_matching(folder / "bin", folder.name))


def stop_program(folder: Path, program: str) -> None:
    """Kills the cluster's processes of one program."""
    for process in cluster_processes(folder):
        with suppress(*_GONE):
            if Path(process.cmdline()[0]).name == program:
                process.kill()
                process.wait(timeout=10)


def stop(folder: Path) -> None:
    """Kills all processes of the cluster. etcd survives that, and a graceful shutdown of the API server takes 7 s.

    Repeats until none is left, because a process that is just starting has no command line yet.
    """
    remaining: list[psutil.Process] = []
    while not remaining and (processes := cluster_processes(folder)):
        for process in processes:
            with suppress(*_GONE):
                process.kill()
        _, remaining = psutil.wait_procs(processes, timeout=10)
    if remaining:
        pids = ", ".join(str(process.pid) for process in remaining)
        raise SandboxError(f"cannot kill the processes {pids} of {folder}. Kill them, and run the command again")
