"""`make bench`: compares Anykube with the bare tools, measured alternately in one run.

Absolute times depend on the machine, so the limits are ratios. Exits with 1 if a benchmark exceeds its limit.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

import psutil
from anykube_cli.kubernetes.processes import cluster_processes

from tests.bench.many import ManyApps
from tests.bench.side_by_side import Contender, Result, compare
from tests.e2e.checkout import Checkout

_SERVICES = 50
_CERTIFICATE = "many-tls"
"""The name of a Secret that does not exist. The simulated Ingresses do not need it."""
_BY_HAND = Path(__file__).parent / "by_hand"


class Bench:
    """The benchmarks, run in a separate checkout."""

    def __init__(self, folder: Path) -> None:
        self.checkout = Checkout(folder / "anykube")
        self.kwok = folder / "kwok"
        self.manifests = folder / "manifests.json"
        self.kubeconfig = folder / "kubeconfig"
        self._write_settings()
        self.environment = self.checkout.environment

    def _write_settings(self) -> None:
        pool = {"servers": {"count": 0, "machine": {"cpu": 64, "memory": "256Gi"}}}
        with self.checkout.edit_settings("local-empty") as page:
            page["cluster"] = {"cloud": "local", "name": "empty", "pools": pool}
        with self.checkout.edit_settings() as page:
            page["cluster"]["pools"]["servers"] = {"count": 3, "machine": {"cpu": 64, "memory": "256Gi"}}
            page["apps"] = {}
        with self.checkout.edit_settings("local-many") as page:
            page["cluster"] = {"stack": "local"}
            page["namespace"] = "many"
            page["apps"] = {
                f"app{index:03}": {
                    "image": "registry.example/app:1.0.0",
                    "routes": [
                        {
                            "host": "many.localhost",
                            "paths": [{"path": f"/app{index:03}"}],
                            "tls": {"secret_name": _CERTIFICATE},
                        }
                    ],
                }
                for index in range(_SERVICES)
            }

    def run(self, names: Sequence[str]) -> Sequence[Result]:
        """Runs the named benchmarks, or all."""
        benchmarks = {"cluster": self.cluster, "empty": self.empty_up, "services": self.services, "many": self.many}
        try:
            return [result for name in names or benchmarks for result in benchmarks[name]()]
        finally:
            for stack in ("local", "local-empty"):
                self.checkout.make("destroy", f"STACK={stack}", ok=False)
            self.checkout.remove()

    def _kwokctl(self, *arguments: str) -> None:
        binaries = {
            "etcd": "etcd",
            "kube-apiserver": "kube-apiserver",
            "kube-controller-manager": "kube-controller-manager",
            "kube-scheduler": "kube-scheduler",
            "kwok-controller": "kwok",
        }
        folder = self.checkout.folder / ".anykube" / "bin"
        flags = (
            [f"--{part}-binary={folder / name}" for part, name in binaries.items()] if arguments[0] == "create" else []
        )
        environment = {**self.environment, "KWOK_WORKDIR": str(self.kwok)}
        command = ["kwokctl", *arguments, "--name=bare", f"--kubeconfig={self.kwok}.kubeconfig", *flags]
        subprocess.run(command, env=environment, check=True, capture_output=True)

    def _bare(self, name: str) -> Contender:
        def remove() -> None:
            if (self.kwok / "clusters" / "bare").exists():
                self._kwokctl("delete", "cluster")
                # kwokctl does not wait until the API server has exited, which would slow down the other contender.
                psutil.wait_procs(cluster_processes(self.kwok / "clusters" / "bare"), timeout=30)

        def create() -> None:
            self._kwokctl("create", "cluster", "--runtime=binary", "--wait=60s", f"--config={self._loopback()}")

        return Contender(name, create, remove)

    def _loopback(self) -> Path:
        """Makes etcd listen on loopback. By default, kwokctl lets it listen on every interface."""
        file = self.kwok.with_name("loopback.yaml")
        file.write_text(
            "apiVersion: config.kwok.x-k8s.io/v1alpha1\nkind: KwokctlConfiguration\noptions: {bindAddress: 127.0.0.1}\n"
        )
        return file

    def cluster(self) -> Sequence[Result]:
        """Compares the cluster resource with bare kwokctl."""
        print("1 · localkube:index:Cluster create  |  kwokctl create cluster --runtime binary --wait 60s")
        python = self.checkout.folder / ".anykube" / "venv" / "bin" / "python"
        # Use one process, because the engine starts the plugin before the first resource.
        worker = subprocess.Popen(
            [python, "-P", "-c", _WORKER],
            env=self.environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

        def send(command: str) -> None:
            assert worker.stdin
            assert worker.stdout
            worker.stdin.write(f"{command}\n")
            worker.stdin.flush()
            assert worker.stdout.readline() == f"{command}\n"

        resource = Contender("cluster resource", lambda: send("create"), lambda: send("delete"))
        bare = self._bare("kwokctl")
        result = compare(resource, bare, rounds=5, ratio=1.15)
        send("delete")
        bare.before()
        worker.terminate()
        return [result]

    def empty_up(self) -> Sequence[Result]:
        """Compares a complete `pulumi up` of an empty cluster with bare kwokctl plus five seconds."""
        print(
            "2 · pulumi up --yes --skip-preview -s local-empty  |  kwokctl create cluster --runtime binary --wait 60s"
        )
        self.checkout.make("-s", "env", "STACK=local-empty")

        def destroy() -> None:
            self.checkout.pulumi("destroy", "--yes", "--skip-preview", "-s", "local-empty")

        def up() -> None:
            self.checkout.pulumi("up", "--yes", "--skip-preview", "-s", "local-empty")

        bare = self._bare("kwokctl")
        result = compare(Contender("pulumi up", up, destroy), bare, rounds=3, ratio=1.0, seconds=5.0)
        bare.before()
        destroy()
        return [result]

    def services(self) -> Sequence[Result]:
        """Creates, previews and updates fifty services without the policy pack, and measures the pack's cost."""
        self.checkout.make("up")
        self.checkout.make("-s", "env", "STACK=local-many")

        def remove() -> None:
            self._pulumi("destroy", "--yes", "--skip-preview")
            self.checkout.kubectl("delete", "namespace", "many", "--ignore-not-found")

        def up() -> None:
            self._pulumi("up", "--yes", "--skip-preview")

        def apply() -> None:
            kubectl = ["kubectl", "--kubeconfig", str(self.kubeconfig)]
            self._run([*kubectl, "apply", "--server-side", "-f", str(self.manifests)])
            self._run(
                [*kubectl, "wait", "--for=condition=Available", "--all", "deployment", "-n", "many", "--timeout=300s"]
            )

        up()
        self._write_manifests()
        print(f"3 · pulumi up of {_SERVICES} services  |  kubectl apply --server-side of the same manifests, and wait")
        created = compare(
            Contender("pulumi up", up, remove),
            Contender("kubectl", apply, remove),
            rounds=3,
            ratio=1.0,
        )
        remove()
        up()
        by_hand = self._by_hand()
        by_hand("up", "--yes", "--skip-preview")
        print(f"4 · pulumi preview of {_SERVICES} services  |  of a hand-written program")
        previewed = compare(
            Contender("Anykube", lambda: self._pulumi("preview")),
            Contender("by hand", lambda: by_hand("preview")),
            rounds=5,
            ratio=1.15,
        )
        print(f"5 · pulumi up of {_SERVICES} services, no change  |  of a hand-written program")
        unchanged = compare(
            Contender("Anykube", lambda: self._pulumi("up", "--yes", "--skip-preview")),
            Contender("by hand", lambda: by_hand("up", "--yes", "--skip-preview")),
            rounds=5,
            ratio=1.1,
        )
        print(f"6 · pulumi preview of {_SERVICES} services, no change, with the policy pack  |  without it")
        unchanged_with_pack = self._compare_pack(ratio=1.0, seconds=2.5)
        remove()
        print(f"7 · pulumi preview of {_SERVICES} new services, with the policy pack  |  without it")
        new_with_pack = self._compare_pack(ratio=1.2)
        return created, previewed, unchanged, unchanged_with_pack, new_with_pack

    def _compare_pack(self, *, ratio: float, seconds: float = 0.0) -> Result:
        return compare(
            Contender("with policy pack", lambda: self._pulumi("preview", with_pack=True)),
            Contender("without", lambda: self._pulumi("preview")),
            rounds=5,
            ratio=ratio,
            seconds=seconds,
        )

    def many(self) -> Sequence[Result]:
        """Creates five hundred services and changes one of them."""
        return ManyApps(self.checkout).results()

    def _pulumi(self, *arguments: str, with_pack: bool = False) -> None:
        environment = self.environment if with_pack else _without_pack(self.environment)
        self.checkout.run("pulumi", *arguments, "-s", "local-many", environment=environment)

    def _by_hand(self) -> "ByHand":
        folder = self.checkout.folder / ".anykube" / "by_hand"
        shutil.copytree(_BY_HAND, folder)
        with (folder / "Pulumi.yaml").open("a") as file:
            file.write(f"  options:\n    virtualenv: {self.checkout.folder / '.anykube' / 'venv'}\n")
        # Use a separate namespace: two owners of an object may disagree about fields that the API server has added.
        manifests = self.manifests.with_suffix(".by-hand.json")
        manifests.write_text(self.manifests.read_text().replace('"many"', '"by-hand"'))
        variables = {"BENCH_MANIFESTS": str(manifests), "BENCH_KUBECONFIG": str(self.kubeconfig)}
        program = ByHand(folder, {**self.environment, **variables})
        program("stack", "init")
        return program

    def _write_manifests(self) -> None:
        """Writes the manifests of the stack's objects, in the order of the state."""
        state = json.loads(self.checkout.pulumi("stack", "export", "-s", "local-many").out)
        resources = state["deployment"]["resources"]
        objects = [resource["inputs"] for resource in resources if "kind" in resource.get("inputs", {})]
        self.manifests.write_text(json.dumps(objects))
        as_list = {"apiVersion": "v1", "kind": "List", "items": objects}
        self.manifests.with_suffix(".list.json").write_text(json.dumps(as_list))
        self.kubeconfig.touch(mode=0o600)
        self.kubeconfig.write_text(
            self.checkout.pulumi("stack", "output", "kubeconfig", "--show-secrets", "-s", "local").out
        )

    def _run(self, command: Sequence[str]) -> None:
        command = [argument.replace("manifests.json", "manifests.list.json") for argument in command]
        subprocess.run(command, env=self.environment, check=True, capture_output=True)


class ByHand:
    """The hand-written program, run by the same engine."""

    def __init__(self, folder: Path, environment: dict[str, str]) -> None:
        self._folder, self._environment = folder, _without_pack(environment)

    def __call__(self, *arguments: str) -> None:
        command = ["pulumi", *arguments, "--non-interactive"]
        command += (
            ["by-hand", "--secrets-provider", "passphrase"] if arguments[:2] == ("stack", "init") else ["-s", "by-hand"]
        )
        result = subprocess.run(
            command, cwd=self._folder, env=self._environment, capture_output=True, text=True, check=False
        )
        if result.returncode:
            sys.exit(f"the hand-written program failed:\n{result.stdout}{result.stderr}")


def _without_pack(environment: Mapping[str, str]) -> dict[str, str]:
    """The environment without policy packs."""
    return {name: value for name, value in environment.items() if name != "PULUMI_OPTION_POLICY_PACK"}


_WORKER = """
import sys
from anykube_cli.localkube.cluster import ClusterInputs, ClusterResource
resource = ClusterResource()
for line in sys.stdin:
    if line.strip() == "create":
        resource.create(ClusterInputs(name="bench", version="1.36", unpullable_images="u", crashing_images="c"))
    else:
        resource.delete("bench", {})
    print(line, end="", flush=True)
"""


def main() -> None:
    """Runs all benchmarks, or those named as arguments: cluster, empty, services, many."""
    os.environ.pop("PULUMI_BACKEND_URL", None)
    with tempfile.TemporaryDirectory(prefix="anykube-bench-") as folder:
        results = Bench(Path(folder)).run(sys.argv[1:])
    passed = sum(result.passed for result in results)
    print(f"{passed} of {len(results)} benchmarks passed")
    sys.exit(passed != len(results))


if __name__ == "__main__":
    main()
