"""Which step of a rehearsal runs, and how long still for all of them."""

import time
from collections.abc import Callable, Mapping, Sequence

from anykube_cli.toolchain.progress import time_left


class Steps:
    """The steps of a rehearsal in order. `last`: seconds of each the last time. `clock`: seconds, from any start."""

    def __init__(
        self, names: Sequence[str], last: Mapping[str, float], clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._names, self._last, self._clock = list(names), last, clock
        self._name = ""
        self._start = clock()
        self._seconds: dict[str, float] = {}
        """What the steps that ended took."""

    def begin(self, name: str) -> str:
        """Begins the step and returns its heading, such as "destroy · step 7 of 7 · about 20 s left for all"."""
        self._name, self._start = name, self._clock()
        return f"{name}{self._position()}{time_left(self._remaining(None), ' for all')}"

    def end(self) -> float:
        """Ends the step under way, and returns its seconds."""
        seconds = self._seconds[self._name] = self._clock() - self._start
        return seconds

    def time_left(self, rest: float | None) -> str:
        """How the engine's progress line ends. `rest`: seconds until its run is done, None where it does not know."""
        is_known = rest is not None and self._name == self._names[-1]
        return f"{time_left(rest)}{self._position()}{'' if is_known else time_left(self._remaining(rest), ' for all')}"

    def _position(self) -> str:
        return f" · step {self._names.index(self._name) + 1} of {len(self._names)}"

    def _remaining(self, rest: float | None) -> float | None:
        """Seconds for the step under way and those after it; None while no step was ever timed."""
        usual = self._usual(self._name)
        later = [self._usual(name) for name in self._names[self._names.index(self._name) + 1 :]]
        times = [usual if rest is None else rest, *later]
        if None in times:
            return None
        spent = self._clock() - self._start if rest is None else 0.0
        return max(sum(time for time in times if time is not None) - spent, 0.0) or None

    def _usual(self, name: str) -> float | None:
        """What the step took the last time; else the average of this rehearsal's steps."""
        average = sum(self._seconds.values()) / len(self._seconds) if self._seconds else None
        return self._last.get(name, average)
