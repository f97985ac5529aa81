"""The progress of Go builds: compiled packages, total packages and an estimate of the time left."""

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
"""How long each tool takes to build relative to the others, in the order of TOOLS and from an empty build cache.

Only the ratios matter. The values are seconds between the times at which the tools appeared in the cache, with Go
1.26.8 on linux-amd64 with two cores in November 2026. The machine was busy during the build of the Kubernetes provider,
so its value comes from an earlier build of twelve minutes. kubectl compiles most packages that the other Kubernetes
programs share.
"""
_DEFAULT_WEIGHT = 30.0


def _weight(tool: Tool) -> float:
    return WEIGHTS.get(tool.name, _DEFAULT_WEIGHT)


class BuildProgress:
    """The progress of one build, from the output of `go list` and `go build -v`.

    `clock` returns seconds from any starting point.
    """

    def __init__(self, tool: Tool, clock: Callable[[], float] = time.monotonic) -> None:
        self.tool = tool
        self._clock = clock
        self._start = self._compile_start = clock()
        self._end: float | None = None
        self._modules = self._total = 0
        self._stale: frozenset[str] = frozenset()
        self._started: set[str] = set()

    def plan(self, packages: Sequence[tuple[str, bool]]) -> None:
        """Sets the import paths of all packages, each with whether it is missing from the build cache."""
        self._total = len(packages)
        self._stale = frozenset(package for package, is_stale in packages if is_stale)
        self._compile_start = self._clock()

    def parse_line(self, line: str) -> bool:
        """Parses a line of Go's standard error. Returns whether it reports progress; other lines may be errors."""
        if line.startswith("go: downloading "):
            self._modules += 1
        elif line in self._stale:
            self._started.add(line)
        else:
            return False
        return True

    def end(self) -> None:
        """Stops the clock."""
        self._end = self._clock()

    @property
    def elapsed(self) -> float:
        """Seconds since the start."""
        return (self._clock() if self._end is None else self._end) - self._start

    @property
    def compiled(self) -> int:
        """Number of finished packages. Go prints a package when it starts on it, so the last one is not finished."""
        return self._total - len(self._stale) + max(len(self._started) - 1, 0)

    @property
    def remaining(self) -> float | None:
        """Seconds until the end, from the rate since the first package; None until two packages have started."""
        if len(self._started) < 2:
            return None
        rate = (self._clock() - self._compile_start) / (len(self._started) - 1)
        return rate * (self._total - self.compiled)

    @property
    def status(self) -> Status:
        """The current step, without the time left."""
        if not self._total:
            return Status(f"downloading Go modules, {self._modules} so far" if self._modules else "reading packages")
        if len(self._started) == len(self._stale):
            return Status("linking", self._total, self._total)
        return Status(f"{self.compiled:,} of {self._total:,} packages", self.compiled, self._total)


class BuildQueue:
    """The tools to build, in order."""

    def __init__(self, tools: Sequence[Tool] = (), clock: Callable[[], float] = time.monotonic) -> None:
        self._tools, self._clock = list(tools), clock
        self._started: list[BuildProgress] = []

    @contextmanager
    def building(self, tool: Tool) -> Iterator[BuildProgress]:
        """Makes this tool the current build until the block ends."""
        if tool not in self._tools:  # its release could not be used
            self._tools.insert(len(self._started), tool)
        progress = BuildProgress(tool, self._clock)
        self._started.append(progress)
        try:
            yield progress
        finally:
            progress.end()

    def label(self, tool: Tool) -> str:
        """Such as "kubectl 1.36.2 · Go build 3 of 11"; without the position if there is only one tool."""
        position = f" {self._tools.index(tool) + 1} of {len(self._tools)}" if len(self._tools) > 1 else ""
        return f"{tool.title} · Go build{position}"

    def status(self) -> Status:
        """The current build, its position, its progress and the time left."""
        current = self._started[-1]
        status, remaining, total = current.status, current.remaining, self.remaining()
        times = time_left(remaining) + (time_left(total, " for all") if total != remaining else "")
        return replace(status, text=f"{self.label(current.tool)} · {status.text}{times}")

    def remaining(self) -> float | None:
        """Seconds until all tools are built; None while the rate is unknown.

        Estimates the builds that have not started from their weights.
        """
        current_remaining = self._started[-1].remaining
        if current_remaining is None:
            return None
        started = [progress.tool for progress in self._started]
        later_weight = sum(map(_weight, self._tools[self._tools.index(started[-1]) + 1 :]))
        started_seconds = sum(progress.elapsed for progress in self._started) + current_remaining
        return current_remaining + started_seconds * later_weight / sum(map(_weight, started))
