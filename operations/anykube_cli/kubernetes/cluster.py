"""One cluster of kwokctl's binary runtime: made, found, woken and deleted by its name."""

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
"""kwokctl's name of each component, and the program that it is."""

GATEWAY_VERSION = "gateway.networking.k8s.io/v1"


@dataclass(frozen=True)
class ClusterSettings:
    """What a cluster was made with."""

    version: str
    unpullable_images: str
    crashing_images: str


class Cluster:
    """A cluster by name. Nothing is read or started until a method is called."""

    def __init__(self, name: str, root: Path | None = None) -> None:
        self.name = name
        self.root = root or paths.state_dir() / "local"
        self.folder = self.root / "clusters" / name
        self._record = self.folder / "anykube.json"
        self._config = self.folder / "kwok.yaml"

    @property
    def exists(self) -> bool:
        """Whether the cluster was made, to the end."""
        return self._record.is_file()

    @property
    def is_running(self) -> bool:
        """Whether all its processes run."""
        running = {Path(process.cmdline()[0]).name for process in self._running_processes()}
        return self.exists and running >= set(_COMPONENTS)

    @property
    def settings(self) -> ClusterSettings:
        """What it was made with. Raises FileNotFoundError where there is no such cluster."""
        return ClusterSettings(**json.loads(self._record.read_text()))

    @property
    def server(self) -> str:
        """URL of the API server."""
        return f"https://127.0.0.1:{self._ports()['api']}"

    @property
    def fingerprint(self) -> str:
        """Its authority's fingerprint: a new cluster of the name changes it, an edited kubeconfig does not."""
        return f"{self.name}-{hashlib.sha256(self._pki('ca.crt')).hexdigest()[:16]}"

    @property
    def certificate_authority(self) -> str:
        """The API server's authority, as PEM."""
        return self._pki("ca.crt").decode()

    def kubeconfig(self) -> str:
        """A kubeconfig that needs no other file. It holds the admin key: a secret."""
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
        """A client of its API."""
        return Api(self.server, self.folder / "pki")

    def create(self, settings: ClusterSettings, api_flags: Mapping[str, str] | None = None) -> None:
        """Makes the cluster and returns when its API is ready; one that is there already is only woken.

        `api_flags` are for the API server, without their dashes. What a killed run left half-made is cleared first.
        Raises SandboxError with what kwokctl said.
        """
        with self._lock():
            if self.exists:
                self._start()
                return
            self._clear()
            self.folder.parent.mkdir(mode=0o700, exist_ok=True)
            chosen = dict(zip(configuration.PORTS, ports.choose(self.folder, len(configuration.PORTS)), strict=True))
            config = self.root / f"{self.name}.config.yaml"
            rendered = configuration.render(
                chosen, settings.unpullable_images, settings.crashing_images, api_flags or {}
            )
            write_private(config, rendered)
            try:
                binaries = [f"--{component}-binary={_tools() / program}" for component, program in _COMPONENTS.items()]
                self._kwokctl("create", "cluster", f"--config={config}", "--runtime=binary", "--kubeconfig=", *binaries)
                self._wait_ready()
            except BaseException:
                self._clear()
                raise
            finally:
                config.unlink(missing_ok=True)
            write_private(self._record, json.dumps(asdict(settings)))

    def start(self) -> None:
        """Starts what does not run, with its data. Raises SandboxError where there is no such cluster."""
        with self._lock():
            if not self.exists:
                raise SandboxError(f"there is no local cluster {self.name!r} in {self.root}")
            self._start()

    @property
    def has_gateway_api(self) -> bool:
        """Whether kwok was told of stages of Gateways."""
        return f"apiGroup: {GATEWAY_VERSION}" in self._config.read_text()

    def add_stages(self, stages: str) -> None:
        """Tells kwok of more stages, of kinds that are served. It reads them when it starts."""
        with self._lock():
            write_private(self._config, f"{self._config.read_text().rstrip()}\n---\n{stages}")
            self._restart_kwok()

    def delete(self) -> None:
        """Ends its processes and removes its files; a cluster that is gone, or half-made, is well."""
        with self._lock():
            self._clear()
        (self.root / f"{self.name}.lock").unlink(missing_ok=True)

    def _start(self) -> None:
        if not self.is_running:
            processes.stop(self.folder)
            # kwokctl believes a pid file even when its number now belongs to somebody else's process.
            for stale in (self.folder / "pids").glob("*.pid"):
                stale.unlink()
            self._replace_taken_ports()
            self._kwokctl("start", "cluster")
            self._wait_ready()
            if self.has_gateway_api:
                self._restart_kwok()
            return
        self._wait_ready()

    def _restart_kwok(self) -> None:
        """kwok ends where a stage is for a kind that the API server does not describe yet, as it does not at once of
        kinds that are defined in the cluster itself. So it alone is started again when these are described."""
        with self.api() as api:
            try:
                api.wait_served(f"/openapi/v3/apis/{GATEWAY_VERSION}", 60)
            except TimeoutError as late:
                raise SandboxError(f"local cluster {self.name!r}: {late}") from late
            processes.stop_program(self.folder, "kwok-controller")
            # Those of the one that ended: it would wait until they expire before it looks after the nodes.
            api.delete("/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases")
        (self.folder / "pids" / "kwok-controller.pid").unlink(missing_ok=True)
        self._kwokctl("start", "cluster")

    def _replace_taken_ports(self) -> None:
        own = self._ports().values()
        taken = [port for port in own if not ports.is_free(port)]
        fresh = ports.choose(self.folder, len(taken), excluding=own)
        for file in (self.folder / "kwok.yaml", self.folder / "kubeconfig.yaml"):
            text = file.read_text()
            for old, new in zip(taken, fresh, strict=True):
                text = re.sub(rf"(?<=[:=\s]){old}\b", str(new), text)
            file.write_text(text)

    def _clear(self) -> None:
        processes.stop(self.folder)
        shutil.rmtree(self.folder, ignore_errors=True)

    def _wait_ready(self) -> None:
        with self.api() as api:
            try:
                api.wait_ready(60)
            except TimeoutError as late:
                raise SandboxError(f"local cluster {self.name!r}: {late}; its logs are in {self.folder}/logs") from late

    def _kwokctl(self, *arguments: str) -> None:
        # A clean environment: nothing of the engine's (credentials, passphrases) belongs in processes that outlive it.
        environment = {
            "HOME": os.environ.get("HOME", "/"),
            "KWOK_WORKDIR": str(self.root),
            "PATH": os.pathsep.join((str(_tools()), os.environ.get("PATH", os.defpath))),
        }
        result = subprocess.run(
            [_tools() / "kwokctl", *arguments, "--name", self.name],
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
            said = "\n".join((result.stderr or result.stdout).strip().splitlines()[-5:])
            raise SandboxError(f"local cluster {self.name!r}: kwokctl {arguments[0]} failed:\n{said}")

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
    """Every cluster of this checkout, half-made ones too."""
    folder = (root or paths.state_dir() / "local") / "clusters"
    return [Cluster(place.name, root) for place in sorted(folder.glob("*"))]


def _tools() -> Path:
    return paths.state_dir() / "bin"


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode()
