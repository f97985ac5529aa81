"""Two commands in turn, A B A B …, and the ratio of their medians: what is left when the machine's speed drifts."""

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass

Action = Callable[[], None]


def nothing() -> None:
    """What needs no preparation."""


@dataclass(frozen=True)
class Contender:
    """What is measured, what makes it ready before each time, and what it is called."""

    name: str
    action: Action
    before: Action = nothing

    def time(self) -> float:
        """Wall-clock seconds of one run."""
        self.before()
        start = time.perf_counter()
        self.action()
        return time.perf_counter() - start


@dataclass(frozen=True)
class Result:
    """Medians in seconds, and whether the promise holds: ours ≤ `ratio` × theirs + `seconds`."""

    ours: float
    theirs: float
    ratio: float
    seconds: float

    @property
    def kept(self) -> bool:
        return self.ours <= self.ratio * self.theirs + self.seconds


def compare(ours: Contender, theirs: Contender, *, rounds: int, ratio: float, seconds: float = 0.0) -> Result:
    """Runs both in turn that many rounds."""
    times = [(ours.time(), theirs.time()) for _ in range(rounds)]
    result = Result(
        statistics.median(mine for mine, _ in times), statistics.median(other for _, other in times), ratio, seconds
    )
    promise = f"≤ {ratio:.2f} ×" + (f" + {seconds:.0f} s" if seconds else "")
    print(f"  {ours.name}: {', '.join(f'{mine:.2f}' for mine, _ in times)} s")
    print(f"  {theirs.name}: {', '.join(f'{other:.2f}' for _, other in times)} s")
    print(
        f"  median {result.ours:.2f} s against {result.theirs:.2f} s: ratio {result.ours / result.theirs:.2f}, "
        f"promised {promise}: {'kept' if result.kept else 'BROKEN'}\n",
        flush=True,
    )
    return result
