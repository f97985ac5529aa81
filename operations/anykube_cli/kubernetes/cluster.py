"""Creates, starts and deletes local clusters, which use kwokctl's binary runtime."""

import base64
import hashlib
import json
import os
import re
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

import psutil
from filelock import FileLock

from anykube_cli.certificates import write_private
from anykube_cli.kubernetes import configuration, ports, processes
from anykube_cli.kubernetes.api import Api
from anykube_cli.kubernetes.errors import SandboxError
from anykube_cli.toolchain import paths

_COMPONENTS = {
    "etcd": "etcd",
    "kube-apiserver": "kube-apiserver",
    "kube-controller-manager": "kube-controller-manager",
    "kube-scheduler": "kube-scheduler",
    "kwok-controller": "kwok",
}
"""The program of each of kwokctl's components."""

GATEWAY_VERSION = "gateway.networking.k8s.io/v1"


@dataclass(frozen=True)
class ClusterSettings:
    """The settings of a local cluster, which cannot change later."""

    version: str
    unpullable_images: str
    crashing_images: str


class Cluster:
    """A local cluster. The constructor reads and starts nothing."""

    def __init__(self, name: str, root: Path | None = None) -> None:
        self.name = name
        self.root = root or paths.state_dir() / "local"
        self.folder = self.root / "clusters" / name
        self._record = self.folder / "anykube.json"
        self._config = self.folder / "kwok.yaml"

    @property
    def exists(self) -> bool:
        """Whether the cluster exists completely."""
        return self._record.is_file()

    @property
    def is_running(self) -> bool:
        """Whether all processes of the cluster are running."""
        running = {Path(process.cmdline()[0]).name for process in self._running_processes()}
        return self.exists and running >= set(_COMPONENTS)

    @property
    def settings(self) -> ClusterSettings:
        """The settings that the cluster was created with. Raises FileNotFoundError if it does not exist."""
        return ClusterSettings(**json.loads(self._record.read_text()))

    @property
    def server(self) -> str:
        """URL of the API server."""
        return f"https://127.0.0.1:{self._ports()['api']}"

    @property
    def fingerprint(self) -> str:
        """The cluster's name and a hash of its certificate authority. Recreating the cluster changes it."""
        return f"{self.name}-{hashlib.sha256(self._pki('ca.crt')).hexdigest()[:16]}"

    @property
    def certificate_authority(self) -> str:
        """The certificate of the API server's certificate authority, as PEM."""
        return self._pki("ca.crt").decode()

    def kubeconfig(self) -> str:
        """A self-contained kubeconfig. It is secret, because it contains the admin's private key."""
        return json.dumps(
            {
                "apiVersion": "v1",
                "kind": "Config",
                "current-context": self.name,
                "clusters": [
                    {
                        "name": self.name,
                        "cluster": {
                            "server": self.server,
                            "certificate-authority-data": _base64(self._pki("ca.crt")),
                        },
                    }
                ],
                "users": [
                    {
                        "name": self.name,
                        "user": {
                            "client-certificate-data": _base64(self._pki("admin.crt")),
                            "client-key-data": _base64(self._pki("admin.key")),
                        },
                    }
                ],
                "contexts": [{"name": self.name, "context": {"cluster": self.name, "user": self.name}}],
            }
        )

    def api(self) -> Api:
        """Returns a client of the cluster's API."""
        return Api(self.server, self.folder / "pki")

    def create(self, settings: ClusterSettings, api_flags: Mapping[str, str] | None = None) -> None:
        """Creates the cluster and waits until its API is ready. Only starts the cluster if it exists.

        `api_flags` are flags of the API server, without dashes. Removes an incomplete cluster of a killed run first.
        Raises SandboxError with the output of kwokctl.
        """
        with self._lock():
            if self.exists:
                self._start()
                return
            self._clear()
            self.folder.parent.mkdir(mode=0o700, exist_ok=True)
            numbers = dict(zip(configuration.PORTS, ports.choose(self.folder, len(configuration.PORTS)), strict=True))
            config = self.root / f"{self.name}.config.yaml"
            rendered = configuration.render(
                numbers, settings.unpullable_images, settings.crashing_images, api_flags or {}
            )
            write_private(config, rendered)
            try:
                binaries = [f"--{component}-binary={_bin() / program}" for component, program in _COMPONENTS.items()]
                self._kwokctl("create", "cluster", f"--config={config}", "--runtime=binary", "--kubeconfig=", *binaries)
                self._wait_ready()
            except BaseException:
                self._clear()
                raise
            finally:
                config.unlink(missing_ok=True)
            write_private(self._record, json.dumps(asdict(settings)))

    def start(self) -> None:
        """Starts the cluster with its existing data, unless it is running. Raises SandboxError if it does not exist."""
        with self._lock():
            if not self.exists:
                raise SandboxError(f"local cluster {self.name!r} does not exist in {self.root}")
            self._start()

    @property
    def has_gateway_api(self) -> bool:
        """Whether the cluster has the Gateway API and KWOK stages for it."""
        return f"apiGroup: {GATEWAY_VERSION}" in self._config.read_text()

    def add_stages(self, stages: str) -> None:
        """Adds KWOK stages and restarts KWOK, which reads stages at startup. The API server must serve their kinds."""
        with self._lock():
            write_private(self._config, f"{self._config.read_text().rstrip()}\n---\n{stages}")
            self._restart_kwok()

    def delete(self) -> None:
        """Stops the cluster's processes and removes its files, also if it is incomplete or does not exist."""
        with self._lock():
            self._clear()
        (self.root / f"{self.name}.lock").unlink(missing_ok=True)

    def _start(self) -> None:
        if not self.is_running:
            processes.stop(self.folder)
            # kwokctl trusts a pid file even if the pid now belongs to another process.
            for pid_file in (self.folder / "pids").glob("*.pid"):
                pid_file.unlink()
            self._replace_taken_ports()
            self._kwokctl("start", "cluster")
            self._wait_ready()
            if self.has_gateway_api:
                self._restart_kwok()
            return
        self._wait_ready()

    def _restart_kwok(self) -> None:
        """Restarts KWOK after the API server has published the schema of the Gateway API.

        KWOK exits if a stage is for a kind without a published schema. The API server publishes schemas of custom
        resources only some time after their definitions.
        """
        with self.api() as api:
            try:
                api.wait_served(f"/openapi/v3/apis/{GATEWAY_VERSION}", 60)
            except TimeoutError as timeout:
                raise SandboxError(f"local cluster {self.name!r}: {timeout}") from timeout
            processes.stop_program(self.folder, "kwok-controller")
            # Delete the node leases of the stopped process. Otherwise the new one waits until they expire.
            api.delete("/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases")
        (self.folder / "pids" / "kwok-controller.pid").unlink(missing_ok=True)
        self._kwokctl("start", "cluster")

    def _replace_taken_ports(self) -> None:
        current = self._ports().values()
        used_by_others = [port for port in current if not ports.is_free(port)]
        replacements = ports.choose(self.folder, len(used_by_others), excluding=current)
        for file in (self.folder / "kwok.yaml", self.folder / "kubeconfig.yaml"):
            text = file.read_text()
            for old, new in zip(used_by_others, replacements, strict=True):
                text = re.sub(rf"(?<=[:=\s]){old}\b", str(new), text)
            file.write_text(text)

    def _clear(self) -> None:
        processes.stop(self.folder)
        shutil.rmtree(self.folder, ignore_errors=True)

    def _wait_ready(self) -> None:
        with self.api() as api:
            try:
                api.wait_ready(60)
            except TimeoutError as timeout:
                raise SandboxError(f"local cluster {self.name!r}: {timeout}. See {self.folder}/logs") from timeout

    def _kwokctl(self, *arguments: str) -> None:
        # Do not inherit the engine's environment: its credentials do not belong in processes that outlive it.
        environment = {
            "HOME": os.environ.get("HOME", "/"),
            "KWOK_WORKDIR": str(self.root),
            "PATH": os.pathsep.join((str(_bin()), os.environ.get("PATH", os.defpath))),
        }
        result = subprocess.run(
            [_bin() / "kwokctl", *arguments, "--name", self.name],
            env=environment,
            cwd=self.root,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            umask=0o077,
            start_new_session=True,
            check=False,
        )
        if result.returncode:
            output = "\n".join((result.stderr or result.stdout).strip().splitlines()[-5:])
            raise SandboxError(f"local cluster {self.name!r}: kwokctl {arguments[0]} failed:\n{output}")

    def _ports(self) -> dict[str, int]:
        text = (self.folder / "kwok.yaml").read_text()
        names = {
            "etcd": "etcdPort",
            "peer": "etcdPeerPort",
            "api": "kubeApiserverPort",
            "controllers": "kubeControllerManagerPort",
            "scheduler": "kubeSchedulerPort",
            "kwok": "kwokControllerPort",
        }
        return {name: int(re.findall(rf"^\s+{key}: (\d+)$", text, re.MULTILINE)[0]) for name, key in names.items()}

    def _pki(self, file: str) -> bytes:
        return (self.folder / "pki" / file).read_bytes()

    def _running_processes(self) -> Iterator[psutil.Process]:
        for process in processes.cluster_processes(self.folder):
            if process.is_running():
                yield process

    @contextmanager
    def _lock(self) -> Iterator[None]:
        self.root.mkdir(mode=0o700, parents=True, exist_ok=True)
        with FileLock(self.root / f"{self.name}.lock", mode=0o600):
            yield


def all_clusters(root: Path | None = None) -> list[Cluster]:
    """Returns all local clusters of this project, including incomplete ones."""
    clusters = (root or paths.state_dir() / "local") / "clusters"
    return [Cluster(folder.name, root) for folder in sorted(clusters.glob("*"))]


def _bin() -> Path:
    return paths.state_dir() / "bin"


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode()
