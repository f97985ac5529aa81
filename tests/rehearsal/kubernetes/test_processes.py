import shutil
import subprocess
import sys
from pathlib import Path

import psutil
from anykube_cli.kubernetes import processes
from tenacity import Retrying, retry_if_result, stop_after_delay, wait_fixed


def _argv(process: "subprocess.Popen[bytes]") -> list[str]:
    return psutil.Process(process.pid).cmdline()


def _wait_started(*processes: "subprocess.Popen[bytes]") -> None:
    """Waits until the processes have an argv. Popen returns a moment earlier."""
    poll = Retrying(retry=retry_if_result(lambda argv: not argv), wait=wait_fixed(0.01), stop=stop_after_delay(30))
    for process in processes:
        poll(_argv, process)


def test_stops_only_processes_of_cluster(tmp_path: Path) -> None:
    folder = tmp_path / "clusters" / "local"
    (folder / "bin").mkdir(parents=True)
    sleep = shutil.which("sleep")
    assert sleep
    (folder / "bin" / "etcd").symlink_to(sleep)
    etcd = subprocess.Popen([folder / "bin" / "etcd", "60"])
    argument = str(folder / "bin" / "etcd")
    unrelated = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)", argument])
    try:
        _wait_started(etcd, unrelated)
        assert [process.pid for process in processes.cluster_processes(folder)] == [etcd.pid]
        processes.stop(folder)
        assert processes.cluster_processes(folder) == []
        assert etcd.wait(timeout=10) is not None
        assert unrelated.poll() is None
        processes.stop(folder)
    finally:
        unrelated.kill()
        unrelated.wait()
