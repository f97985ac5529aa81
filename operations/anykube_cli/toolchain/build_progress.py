"""How far the Go builds are: packages compiled of all, and an estimate of the time left."""

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace

from anykube_cli.toolchain.progress import Status, time_left
from anykube_cli.toolchain.tools import Tool

WEIGHTS = {
    "pulumi": 206.0,
    "pulumi-language-python": 28.0,
    "kubectl": 68.0,
    "kube-apiserver": 135.0,
    "kube-controller-manager": 64.0,
    "kube-scheduler": 5.0,
    "etcd": 9.0,
    "kwok": 9.0,
    "kwokctl": 11.0,
    "pulumi-resource-kubernetes": 720.0,
    "gateway-api.yaml": 1.0,
}
"""How long each program builds in relation to the others, in the order of PARTS and from an empty build cache.

Only their ratios count. Measured by the times at which the programs appeared in the cache, in seconds: Go 1.26.8,
linux-amd64, two cores, November 2026; the last one, when the machine had other work, by an earlier build of twelve
minutes. kubectl compiles most of what the other Kubernetes programs share.
"""
_USUAL = 30.0
"""The weight of a program that the table does not have."""


def _weight(part: Tool) -> float:
    return WEIGHTS.get(part.name, _USUAL)


class BuildProgress:
    """How far one program is, from what `go list` and `go build -v` print.

    `clock`: seconds, from any start.
    """

    def __init__(self, part: Tool, clock: Callable[[], float] = time.monotonic) -> None:
        self.part = part
        self._clock = clock
        self._start = self._compile_start = clock()
        self._end: float | None = None
        self._modules = self._total = 0
        self._stale: frozenset[str] = frozenset()
        self._begun: set[str] = set()

    def plan(self, packages: Sequence[tuple[str, bool]]) -> None:
        """Takes the import paths of all packages, each with whether the build cache lacks it."""
        self._total = len(packages)
        self._stale = frozenset(package for package, is_stale in packages if is_stale)
        self._compile_start = self._clock()

    def hear(self, line: str) -> bool:
        """Takes a line of Go's standard error. Returns whether it reports progress; any other may explain an error."""
        if line.startswith("go: downloading "):
            self._modules += 1
        elif line in self._stale:
            self._begun.add(line)
        else:
            return False
        return True

    def end(self) -> None:
        """Stops the clock."""
        self._end = self._clock()

    @property
    def elapsed(self) -> float:
        """Seconds since the beginning."""
        return (self._clock() if self._end is None else self._end) - self._start

    @property
    def compiled(self) -> int:
        """Packages that need no more work. Go prints a package when it begins with it, so the last one is not done."""
        return self._total - len(self._stale) + max(len(self._begun) - 1, 0)

    @property
    def remaining(self) -> float | None:
        """Seconds until the end, from the rate since the first package; None until two packages have begun."""
        if len(self._begun) < 2:
            return None
        rate = (self._clock() - self._compile_start) / (len(self._begun) - 1)
        return rate * (self._total - self.compiled)

    @property
    def status(self) -> Status:
        """What it does, without the time."""
        if not self._total:
            return Status(f"downloading Go modules, {self._modules} so far" if self._modules else "reading packages")
        if len(self._begun) == len(self._stale):
            return Status("linking", self._total, self._total)
        return Status(f"{self.compiled:,} of {self._total:,} packages", self.compiled, self._total)


class BuildQueue:
    """The programs that have to be built, in order."""

    def __init__(self, parts: Sequence[Tool] = (), clock: Callable[[], float] = time.monotonic) -> None:
        self._parts, self._clock = list(parts), clock
        self._begun: list[BuildProgress] = []

    @contextmanager
    def building(self, part: Tool) -> Iterator[BuildProgress]:
        """While it lasts, the part is the one that is built."""
        if part not in self._parts:  # its release was refused
            self._parts.insert(len(self._begun), part)
        progress = BuildProgress(part, self._clock)
        self._begun.append(progress)
        try:
            yield progress
        finally:
            progress.end()

    def label(self, part: Tool) -> str:
        """Such as "kubectl 1.36.2 · Go build 3 of 11"; without numbers for the only program."""
        position = f" {self._parts.index(part) + 1} of {len(self._parts)}" if len(self._parts) > 1 else ""
        return f"{part.title} · Go build{position}"

    def status(self) -> Status:
        """The program that is built, which of all it is, how far it is, and the time left."""
        current = self._begun[-1]
        state, rest, whole = current.status, current.remaining, self.remaining()
        times = time_left(rest) + (time_left(whole, " for all") if whole != rest else "")
        return replace(state, text=f"{self.label(current.part)} · {state.text}{times}")

    def remaining(self) -> float | None:
        """Seconds until all programs are built; None while the rate is unknown.

        The weights say how much longer the programs take that have not begun.
        """
        rest = self._begun[-1].remaining
        if rest is None:
            return None
        begun = [progress.part for progress in self._begun]
        later = sum(map(_weight, self._parts[self._parts.index(begun[-1]) + 1 :]))
        spent = sum(progress.elapsed for progress in self._begun) + rest
        return rest + spent * later / sum(map(_weight, begun))
