"""Five hundred services with autoscaler, budget and policy: what one costs of many, and one changed one."""

import threading
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import psutil

from tests.bench.side_by_side import Contender, Result, compare
from tests.e2e.checkout import Checkout

FEW, SOME, MANY = 5, 50, 500
_NAMESPACE_OF = 50
"""Apps that share a namespace."""


class ManyApps:
    """Stacks of five, fifty and five hundred apps on one cluster of this checkout."""

    def __init__(self, checkout: Checkout) -> None:
        self.checkout = checkout
        self._tags: Counter[int] = Counter()
        with checkout.page() as page:
            page["cluster"]["pools"]["servers"] = {"count": 12, "machine": {"cpu": 64, "memory": "256Gi"}}
            page["apps"] = {}
        for apps in (FEW, SOME, MANY):
            self._page(apps)

    def _page(self, apps: int) -> None:
        """Each app is six objects; the tag of the first one says how often it was changed."""
        with self.checkout.page(f"local-{apps}") as page:
            page["cluster"] = {"stack": "local"}
            page["apps"] = {
                f"app{index:03}": {
                    "image": f"registry.example/app:{self._tags[apps] if index == 0 else 0}",
                    "namespace": f"of-{apps}-{index // _NAMESPACE_OF}",
                    "autoscaling": {"min": 2, "max": 5},
                    "talks_to": [f"app{(index + 1) % apps:03}"],
                }
                for index in range(apps)
            }

    def results(self) -> Sequence[Result]:
        self.checkout.make("up")
        print(f"6 · pulumi up of {MANY} services with autoscaler, budget and policy  |  of {SOME}, for each service")
        memory = Counter[str]()

        def up(apps: int) -> None:
            with _peaks(memory if apps == MANY else Counter()):
                self.checkout.pulumi("up", "--yes", "--skip-preview", "-s", f"local-{apps}")

        created = compare(
            Contender(f"{MANY} services", lambda: up(MANY), lambda: self._without(MANY)),
            Contender(f"{SOME} services", lambda: up(SOME), lambda: self._without(SOME)),
            rounds=2,
            ratio=1.25 * MANY / SOME,
        )
        told = ", ".join(f"{name} {size >> 20} MiB" for name, size in memory.most_common(4))
        print(f"  peak memory with {MANY} services: {told}\n", flush=True)
        self._without(SOME)
        # What `make up` knows of a stack is what `make up` did.
        for apps in (FEW, MANY):
            self.checkout.make("up", f"STACK=local-{apps}")
        print(f"7 · make up, one app of {MANY} changed  |  one of {FEW}")
        changed = compare(
            Contender(f"of {MANY}", lambda: self._up(MANY), lambda: self._change(MANY)),
            Contender(f"of {FEW}", lambda: self._up(FEW), lambda: self._change(FEW)),
            rounds=5,
            ratio=2.0,
        )
        return created, changed

    def _up(self, apps: int) -> None:
        said = self.checkout.make("up", f"STACK=local-{apps}")
        assert "~ 1 updated" in said.all, "it was about something else"

    def _change(self, apps: int) -> None:
        self._tags[apps] += 1
        self._page(apps)

    def _without(self, apps: int) -> None:
        """No stack and no namespaces: quicker than to have 3,000 objects removed one by one."""
        stack = f"local-{apps}"
        self.checkout.pulumi("stack", "rm", "--force", "--yes", "--preserve-config", "-s", stack, ok=False)
        spaces = [f"of-{apps}-{number}" for number in range(-(-apps // _NAMESPACE_OF))]
        self.checkout.kubectl("delete", "namespace", "--ignore-not-found", *spaces)
        self.checkout.make("-s", "env", f"STACK={stack}")


@contextmanager
def _peaks(most: Counter[str]) -> Iterator[None]:
    """Takes the largest resident memory of each program of a run, in bytes, by name."""
    over = threading.Event()
    me = psutil.Process()

    def watch() -> None:
        while not over.wait(0.5):
            for process in me.children(recursive=True):
                try:
                    name = process.name()
                    most[name] = max(most[name], process.memory_info().rss)
                except psutil.Error:
                    continue

    thread = threading.Thread(target=watch)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()
