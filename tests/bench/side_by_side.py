"""Runs two commands alternately, A B A B …, and compares their medians, which cancels out drifts in machine speed."""

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass

Action = Callable[[], None]


def no_preparation() -> None:
    """Does nothing."""


@dataclass(frozen=True)
class Contender:
    """An action to measure. `before` prepares each run and is not measured."""

    name: str
    action: Action
    before: Action = no_preparation

    def time(self) -> float:
        """Measures one run, in seconds of wall-clock time."""
        self.before()
        start = time.perf_counter()
        self.action()
        return time.perf_counter() - start


@dataclass(frozen=True)
class Result:
    """Medians in seconds, and the limit: subject ≤ `ratio` × baseline + `seconds`."""

    subject: float
    baseline: float
    ratio: float
    seconds: float

    @property
    def passed(self) -> bool:
        return self.subject <= self.ratio * self.baseline + self.seconds


def compare(subject: Contender, baseline: Contender, *, rounds: int, ratio: float, seconds: float = 0.0) -> Result:
    """Runs both alternately for this many rounds."""
    times = [(subject.time(), baseline.time()) for _ in range(rounds)]
    subject_times, baseline_times = zip(*times, strict=True)
    result = Result(statistics.median(subject_times), statistics.median(baseline_times), ratio, seconds)
    limit = f"≤ {ratio:.2f} ×" + (f" + {seconds:.0f} s" if seconds else "")
    print(f"  {subject.name}: {', '.join(f'{value:.2f}' for value in subject_times)} s")
    print(f"  {baseline.name}: {', '.join(f'{value:.2f}' for value in baseline_times)} s")
    print(
        f"  median {result.subject:.2f} s against {result.baseline:.2f} s: "
        f"ratio {result.subject / result.baseline:.2f}, limit {limit}: {'passed' if result.passed else 'FAILED'}\n",
        flush=True,
    )
    return result
