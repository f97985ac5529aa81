import shutil
import subprocess
import sys
from pathlib import Path

import psutil
from anykube_cli.kubernetes import processes
from tenacity import Retrying, retry_if_result, stop_after_delay, wait_fixed


def _argv(process: "subprocess.Popen[bytes]") -> list[str]:
    return psutil.Process(process.pid).cmdline()


def _started(*begun: "subprocess.Popen[bytes]") -> None:
    """Popen comes back as soon as the kernel has begun the new program, a moment before that has an argv to show."""
    waiting = Retrying(retry=retry_if_result(lambda argv: not argv), wait=wait_fixed(0.01), stop=stop_after_delay(30))
    for process in begun:
        waiting(_argv, process)


def test_only_the_clusters_own_are_found_and_killed(tmp_path: Path) -> None:
    folder = tmp_path / "clusters" / "local"
    (folder / "bin").mkdir(parents=True)
    sleep = shutil.which("sleep")
    assert sleep
    (folder / "bin" / "etcd").symlink_to(sleep)
    ours = subprocess.Popen([folder / "bin" / "etcd", "60"])
    mention = str(folder / "bin" / "etcd")
    others = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)", mention])
    try:
        _started(ours, others)
        assert [process.pid for process in processes.cluster_processes(folder)] == [ours.pid]
        processes.stop(folder)
        assert processes.cluster_processes(folder) == []
        assert ours.wait(timeout=10) is not None
        assert others.poll() is None
        processes.stop(folder)
    finally:
        others.kill()
        others.wait()
