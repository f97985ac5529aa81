import shutil
import subprocess
import sys
from pathlib import Path

from sandbox.kubernetes import processes


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
        assert [process.pid for process in processes.of_cluster(folder)] == [ours.pid]
        processes.stop(folder)
        assert processes.of_cluster(folder) == []
        assert ours.wait(timeout=10) is not None
        assert others.poll() is None
        processes.stop(folder)
    finally:
        others.kill()
        others.wait()
