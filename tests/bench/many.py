"""Five hundred services with autoscaler, budget and policy: the cost of each, and of changing one."""

import threading
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import psutil

from tests.bench.side_by_side import Contender, Result, compare
from tests.e2e.checkout import Checkout

FEW, SOME, MANY = 5, 50, 500
_APPS_PER_NAMESPACE = 50


class ManyApps:
    """Stacks with five, fifty and five hundred apps on one local cluster."""

    def __init__(self, checkout: Checkout) -> None:
        self.checkout = checkout
        self._tags: Counter[int] = Counter()
        with checkout.edit_settings() as page:
            page["cluster"]["pools"]["servers"] = {"count": 12, "machine": {"cpu": 64, "memory": "256Gi"}}
            page["apps"] = {}
        for apps in (FEW, SOME, MANY):
            self._write_settings(apps)

    def _write_settings(self, apps: int) -> None:
        """Writes the stack's settings. Each app has six objects. The first app's tag counts its changes."""
        with self.checkout.edit_settings(f"local-{apps}") as page:
            page["cluster"] = {"stack": "local"}
            page["apps"] = {
                f"app{index:03}": {
                    "image": f"registry.example/app:{self._tags[apps] if index == 0 else 0}",
                    "namespace": f"of-{apps}-{index // _APPS_PER_NAMESPACE}",
                    "autoscaling": {"min": 2, "max": 5},
                    "talks_to": [f"app{(index + 1) % apps:03}"],
                }
                for index in range(apps)
            }

    def results(self) -> Sequence[Result]:
        self.checkout.make("up")
        print(f"8 · pulumi up of {MANY} services with autoscaler, budget and policy  |  of {SOME}, for each service")
        memory = Counter[str]()

        def up(apps: int) -> None:
            with _peak_memory(memory if apps == MANY else Counter()):
                self.checkout.pulumi("up", "--yes", "--skip-preview", "-s", f"local-{apps}")

        created = compare(
            Contender(f"{MANY} services", lambda: up(MANY), lambda: self._remove(MANY)),
            Contender(f"{SOME} services", lambda: up(SOME), lambda: self._remove(SOME)),
            rounds=2,
            ratio=1.25 * MANY / SOME,
        )
        largest = ", ".join(f"{name} {size >> 20} MiB" for name, size in memory.most_common(4))
        print(f"  peak memory with {MANY} services: {largest}\n", flush=True)
        self._remove(SOME)
        # `make up` does partial updates only after a previous `make up`.
        for apps in (FEW, MANY):
            self.checkout.make("up", f"STACK=local-{apps}")
        print(f"9 · make up, one app of {MANY} changed  |  one of {FEW}")
        changed = compare(
            Contender(f"of {MANY}", lambda: self._up(MANY), lambda: self._change(MANY)),
            Contender(f"of {FEW}", lambda: self._up(FEW), lambda: self._change(FEW)),
            rounds=5,
            ratio=2.0,
        )
        return created, changed

    def _up(self, apps: int) -> None:
        result = self.checkout.make("up", f"STACK=local-{apps}")
        assert "~ 1 updated" in result.all, "the update did not change exactly one resource"

    def _change(self, apps: int) -> None:
        self._tags[apps] += 1
        self._write_settings(apps)

    def _remove(self, apps: int) -> None:
        """Removes the stack and its namespaces, which is faster than removing 3,000 objects one by one."""
        stack = f"local-{apps}"
        self.checkout.pulumi("stack", "rm", "--force", "--yes", "--preserve-config", "-s", stack, ok=False)
        namespaces = [f"of-{apps}-{number}" for number in range(-(-apps // _APPS_PER_NAMESPACE))]
        self.checkout.kubectl("delete", "namespace", "--ignore-not-found", *namespaces)
        self.checkout.make("-s", "env", f"STACK={stack}")


@contextmanager
def _peak_memory(peaks: Counter[str]) -> Iterator[None]:
    """Records the peak resident memory of each child process in bytes, by program name."""
    finished = threading.Event()
    this_process = psutil.Process()

    def watch() -> None:
        while not finished.wait(0.5):
            for process in this_process.children(recursive=True):
                try:
                    name = process.name()
                    peaks[name] = max(peaks[name], process.memory_info().rss)
                except psutil.Error:
                    continue

    thread = threading.Thread(target=watch)
    thread.start()
    try:
        yield
    finally:
        finished.set()
        thread.join()
