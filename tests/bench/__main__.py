"""`make bench`: what Anykube costs beside the bare tools, as ratios measured side by side in one run.

Absolute times belong to the machine; the ratios are what the project promises. Ends with 1 when one is broken.
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
"""The name of a Secret: nothing answers at these Ingresses, so nobody looks for it."""
_BY_HAND = Path(__file__).parent / "by_hand"


class Bench:
    """The benchmarks, in a checkout of their own."""

    def __init__(self, folder: Path) -> None:
        self.checkout = Checkout(folder / "anykube")
        self.kwok = folder / "kwok"
        self.manifests = folder / "manifests.json"
        self.kubeconfig = folder / "kubeconfig"
        self._pages()
        self.environment = self.checkout.environment

    def _pages(self) -> None:
        pool = {"servers": {"count": 0, "machine": {"cpu": 64, "memory": "256Gi"}}}
        with self.checkout.page("local-empty") as page:
            page["cluster"] = {"cloud": "local", "name": "empty", "pools": pool}
        with self.checkout.page() as page:
            page["cluster"]["pools"]["servers"] = {"count": 3, "machine": {"cpu": 64, "memory": "256Gi"}}
            page["apps"] = {}
        with self.checkout.page("local-many") as page:
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

    def all(self, wanted: Sequence[str]) -> Sequence[Result]:
        """The benchmarks of these names, or all, each with its commands."""
        known = {"cluster": self.cluster, "empty": self.empty_up, "services": self.services, "many": self.many}
        try:
            return [result for name in wanted or known for result in known[name]()]
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
                # It does not wait for the API server, whose goodbye would be counted as the other contender's time.
                psutil.wait_procs(cluster_processes(self.kwok / "clusters" / "bare"), timeout=30)

        def create() -> None:
            self._kwokctl("create", "cluster", "--runtime=binary", "--wait=60s", f"--config={self._loopback()}")

        return Contender(name, create, remove)

    def _loopback(self) -> Path:
        """By itself kwokctl's etcd listens on every interface; for a benchmark, too, it is told not to."""
        file = self.kwok.with_name("loopback.yaml")
        file.write_text(
            "apiVersion: config.kwok.x-k8s.io/v1alpha1\nkind: KwokctlConfiguration\noptions: {bindAddress: 127.0.0.1}\n"
        )
        return file

    def cluster(self) -> Sequence[Result]:
        """The cluster resource against bare kwokctl."""
        print("1 · localkube:index:Cluster create  |  kwokctl create cluster --runtime binary --wait 60s")
        python = self.checkout.folder / ".anykube" / "venv" / "bin" / "python"
        # In one process, as the plugin is: it is started before the first resource, not for it.
        worker = subprocess.Popen(
            [python, "-P", "-c", _WORKER],
            env=self.environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

        def ask(word: str) -> None:
            assert worker.stdin
            assert worker.stdout
            worker.stdin.write(f"{word}\n")
            worker.stdin.flush()
            assert worker.stdout.readline() == f"{word}\n"

        ours = Contender("cluster resource", lambda: ask("create"), lambda: ask("delete"))
        bare = self._bare("kwokctl")
        result = compare(ours, bare, rounds=5, ratio=1.15)
        ask("delete")
        bare.before()
        worker.terminate()
        return [result]

    def empty_up(self) -> Sequence[Result]:
        """A whole `pulumi up` of an empty cluster against bare kwokctl and five seconds."""
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
        """Fifty services: created, previewed and not changed, without the policy pack; and what this costs."""
        self.checkout.make("up")
        self.checkout.make("-s", "env", "STACK=local-many")

        def no_namespace() -> None:
            self._ours("destroy", "--yes", "--skip-preview")
            self.checkout.kubectl("delete", "namespace", "many", "--ignore-not-found")

        def up() -> None:
            self._ours("up", "--yes", "--skip-preview")

        def apply() -> None:
            kubectl = ["kubectl", "--kubeconfig", str(self.kubeconfig)]
            self._run([*kubectl, "apply", "--server-side", "-f", str(self.manifests)])
            self._run(
                [*kubectl, "wait", "--for=condition=Available", "--all", "deployment", "-n", "many", "--timeout=300s"]
            )

        up()
        self._write_manifests()
        print(f"3 · pulumi up of {_SERVICES} services  |  the same manifests by kubectl apply --server-side and wait")
        created = compare(
            Contender("pulumi up", up, no_namespace),
            Contender("kubectl", apply, no_namespace),
            rounds=3,
            ratio=1.0,
        )
        no_namespace()
        up()
        by_hand = self._by_hand()
        by_hand("up", "--yes", "--skip-preview")
        print(f"4 · pulumi preview of {_SERVICES} services  |  the same by a hand-written program")
        previewed = compare(
            Contender("ours", lambda: self._ours("preview")),
            Contender("by hand", lambda: by_hand("preview")),
            rounds=5,
            ratio=1.15,
        )
        print(f"5 · pulumi up of {_SERVICES} services, no change  |  the same by a hand-written program")
        unchanged = compare(
            Contender("ours", lambda: self._ours("up", "--yes", "--skip-preview")),
            Contender("by hand", lambda: by_hand("up", "--yes", "--skip-preview")),
            rounds=5,
            ratio=1.1,
        )
        print(f"6 · pulumi preview of {_SERVICES} services, no change, judged by the policy pack  |  without the pack")
        again = self._judged(ratio=1.0, seconds=2.5)
        no_namespace()
        print(f"7 · pulumi preview of {_SERVICES} new services, judged by the policy pack  |  without the pack")
        new = self._judged(ratio=1.2)
        return created, previewed, unchanged, again, new

    def _judged(self, *, ratio: float, seconds: float = 0.0) -> Result:
        return compare(
            Contender("judged", lambda: self._ours("preview", judged=True)),
            Contender("not judged", lambda: self._ours("preview")),
            rounds=5,
            ratio=ratio,
            seconds=seconds,
        )

    def many(self) -> Sequence[Result]:
        """Five hundred services: created, and one of them changed."""
        return ManyApps(self.checkout).results()

    def _ours(self, *arguments: str, judged: bool = False) -> None:
        environment = self.environment if judged else _without_pack(self.environment)
        self.checkout.run("pulumi", *arguments, "-s", "local-many", environment=environment)

    def _by_hand(self) -> "ByHand":
        folder = self.checkout.folder / ".anykube" / "by_hand"
        shutil.copytree(_BY_HAND, folder)
        with (folder / "Pulumi.yaml").open("a") as file:
            file.write(f"  options:\n    virtualenv: {self.checkout.folder / '.anykube' / 'venv'}\n")
        # In a namespace of its own: two owners of one object may disagree about what the API server added to it.
        manifests = self.manifests.with_suffix(".by-hand.json")
        manifests.write_text(self.manifests.read_text().replace('"many"', '"by-hand"'))
        variables = {"BENCH_MANIFESTS": str(manifests), "BENCH_KUBECONFIG": str(self.kubeconfig)}
        made = ByHand(folder, {**self.environment, **variables})
        made("stack", "init")
        return made

    def _write_manifests(self) -> None:
        """What the stack made, in the order that it was asked for."""
        exported = json.loads(self.checkout.pulumi("stack", "export", "-s", "local-many").out)
        objects = [one["inputs"] for one in exported["deployment"]["resources"] if "kind" in one.get("inputs", {})]
        self.manifests.write_text(json.dumps(objects))
        as_list = {"apiVersion": "v1", "kind": "List", "items": objects}
        self.manifests.with_suffix(".list.json").write_text(json.dumps(as_list))
        self.kubeconfig.touch(mode=0o600)
        self.kubeconfig.write_text(
            self.checkout.pulumi("stack", "output", "kubeconfig", "--show-secrets", "-s", "local").out
        )

    def _run(self, command: Sequence[str]) -> None:
        command = [word.replace("manifests.json", "manifests.list.json") for word in command]
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
        answer = subprocess.run(
            command, cwd=self._folder, env=self._environment, capture_output=True, text=True, check=False
        )
        if answer.returncode:
            sys.exit(f"the hand-written program failed:\n{answer.stdout}{answer.stderr}")


def _without_pack(environment: Mapping[str, str]) -> dict[str, str]:
    """The environment of a run that no policy pack judges."""
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
    """Runs all benchmarks, or those that are named: cluster, empty, services, many."""
    os.environ.pop("PULUMI_BACKEND_URL", None)
    with tempfile.TemporaryDirectory(prefix="anykube-bench-") as folder:
        results = Bench(Path(folder)).all(sys.argv[1:])
    kept = sum(result.kept for result in results)
    print(f"{kept} of {len(results)} promises kept")
    sys.exit(kept != len(results))


if __name__ == "__main__":
    main()
