"""Looks beside an engine's destroy for what a cluster left, and removes it."""

import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Protocol

Say = Callable[[str], None]

_EVERY = 5.0
"""Seconds between two looks. AWS' provider asks for the network's end over and over, for 20 minutes."""
_PATIENCE = 120.0
"""Seconds for what is still there after the engine's run: clouds take a while to remove a load balancer."""

_BLIND_LOOKS = 3


@dataclass(frozen=True)
class Leftover:
    """Something that a controller or a node of the cluster made, and nobody removed."""

    what: str
    """In words, such as `network interface eni-0a1b`."""
    remove: Callable[[], object]
    """Asks the cloud to remove it. Raises what the cloud's SDK raises."""


class Account(Protocol):
    """A cloud's account, as far as one cluster may have left something in it."""

    def leftovers(self) -> Iterable[Leftover]:
        """What there is now, in the order in which it can go; nothing while the cluster is there.

        Whoever iterates removes each before asking for the next one. Raises what the cloud's SDK raises.
        """
        ...

    def brief(self, error: BaseException) -> str:
        """An error of the SDK in a line, without what may be private in it."""
        ...


class Sweep:
    """One cluster's. What the cloud refuses is left to the next look."""

    def __init__(self, enter: Callable[[], Account], say: Say) -> None:
        """`enter` is called at the first look, and again where it failed; `say` hears what goes, once."""
        self._enter, self._say = enter, say
        self._account: Account | None = None
        self.swept: set[str] = set()
        """What went so far."""
        self.refused: dict[str, str] = {}
        """What the last look could not remove, and why."""
        self.blind: str | None = None
        """Why the last look did not see everything."""

    def once(self) -> bool:
        """Removes what there is now. False where there was something, or it is not known."""
        found, self.refused, self.blind = 0, {}, None
        try:
            self._account = self._account or self._enter()
            for leftover in self._account.leftovers():
                found += 1
                self._remove(self._account, leftover)
        except Exception as error:  # a thread beside the engine has nobody to raise it to
            self.blind = self._account.brief(error) if self._account else type(error).__name__
        return not found and self.blind is None

    def _remove(self, account: Account, leftover: Leftover) -> None:
        try:
            leftover.remove()
        except Exception as error:  # something still uses it, or the cloud does not answer
            self.refused[leftover.what] = account.brief(error)
            return
        if leftover.what not in self.swept:
            self.swept.add(leftover.what)
            self._say(f"swept the {leftover.what}")

    def finish(self, every: float, patience: float) -> None:
        """Looks until nothing is left, and says after so many seconds what still is. A cloud that does not let itself
        be looked at is asked three times.
        """
        end, blind = time.monotonic() + patience, 0
        while not self.once() and time.monotonic() < end:
            blind = blind + 1 if self.blind else 0
            if blind == _BLIND_LOOKS:
                break
            time.sleep(every)
        for what, why in self.refused.items():
            self._say(f"the {what} is still there, a controller of the cluster left it: remove it yourself ({why})")
        if self.blind is not None:
            self._say(f"whether controllers of the cluster left something could not be found out ({self.blind})")


@contextmanager
def sweeping(
    enter: Callable[[], Account], say: Say, every: float = _EVERY, patience: float = _PATIENCE
) -> Iterator[Sweep]:
    """Sweeps beside what the block does, every so many seconds, and once more after it where that ended by itself."""
    over, sweep = threading.Event(), Sweep(enter, say)

    def work() -> None:
        while not over.wait(every):
            sweep.once()

    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    try:
        yield sweep
    finally:
        over.set()
        thread.join(timeout=60)
    sweep.finish(every, patience)


def destroyed(
    run: Callable[[], int],
    enter: Callable[[], Account],
    say: Say,
    every: float = _EVERY,
    patience: float = _PATIENCE,
) -> int:
    """Runs an engine's destroy with a sweep beside it, and returns its exit code.

    It runs a second time where the first failed and something was swept: Google's and Azure's providers ask for a
    network's end just once, which may be before what blocks it is gone.
    """
    with sweeping(enter, say, every, patience) as sweep:
        code = run()
    if code == 0 or not sweep.swept:
        return code
    say("what controllers left may have been in the way, and was swept: once more")
    return run()
