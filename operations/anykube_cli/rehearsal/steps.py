"""The progress of a rehearsal's steps, with an estimate of the remaining time."""

import time
from collections.abc import Callable, Mapping, Sequence

from anykube_cli.toolchain.progress import time_left


class Steps:
    """The steps of a rehearsal in order. `last`: the seconds of each in the last rehearsal. `clock`: gives seconds."""

    def __init__(
        self, names: Sequence[str], last: Mapping[str, float], clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._names, self._last, self._clock = list(names), last, clock
        self._name = ""
        self._start = clock()
        self._seconds: dict[str, float] = {}
        """The seconds of the finished steps."""

    def begin(self, name: str) -> str:
        """Starts the step and returns its heading, such as "destroy · step 7 of 7 · about 20 s left for all"."""
        self._name, self._start = name, self._clock()
        return f"{name}{self._position()}{time_left(self._remaining(None), ' for all')}"

    def end(self) -> float:
        """Ends the current step, and returns its seconds."""
        seconds = self._seconds[self._name] = self._clock() - self._start
        return seconds

    def time_left(self, run_seconds: float | None) -> str:
        """The end of the progress line. `run_seconds`: the rest of the current run of Pulumi; None if unknown."""
        is_last = run_seconds is not None and self._name == self._names[-1]
        total = "" if is_last else time_left(self._remaining(run_seconds), " for all")
        return f"{time_left(run_seconds)}{self._position()}{total}"

    def _position(self) -> str:
        return f" · step {self._names.index(self._name) + 1} of {len(self._names)}"

    def _remaining(self, run_seconds: float | None) -> float | None:
        """Seconds for the current step and those after it; None if no duration is known."""
        usual = self._usual(self._name)
        later = [self._usual(name) for name in self._names[self._names.index(self._name) + 1 :]]
        times = [usual if run_seconds is None else run_seconds, *later]
        if None in times:
            return None
        elapsed = self._clock() - self._start if run_seconds is None else 0.0
        return max(sum(time for time in times if time is not None) - elapsed, 0.0) or None

    def _usual(self, name: str) -> float | None:
        """The seconds of the step in the last rehearsal, or else the average of this rehearsal's steps."""
        average = sum(self._seconds.values()) / len(self._seconds) if self._seconds else None
        return self._last.get(name, average)
