"""Removes a cluster's leftovers while the Pulumi engine destroys its stack."""

import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Protocol

Notify = Callable[[str], None]

_INTERVAL_SECONDS = 5.0
"""Pause between two searches. AWS' provider retries the deletion of the network for 20 minutes."""
_TIMEOUT_SECONDS = 120.0
"""How long to search after the engine's run: clouds take a while to remove a load balancer."""

_MAX_FAILED_SEARCHES = 3


@dataclass(frozen=True)
class Leftover:
    """A resource that a controller or a node of the cluster created and nobody removed."""

    description: str
    """Kind and name, such as `network interface eni-0a1b`."""
    remove: Callable[[], object]
    """Requests its removal. Raises errors of the cloud's SDK."""
    proof: str = ""
    """Why it is the cluster's."""


@dataclass(frozen=True)
class Unproven:
    """A resource that is perhaps the cluster's. The sweep does not remove it."""

    description: str
    reason: str
    """Why it is not certain."""
    command: str
    """The command that removes it."""

    def __str__(self) -> str:
        return f"{self.description}: {self.reason}. If nobody needs it, remove it: {self.command}"


@dataclass(frozen=True)
class Kept:
    """A resource that outlives the cluster on purpose, and is billed."""

    description: str
    """Kind and name, such as `volume vol-0a1b`."""
    billed: str
    """What is billed, such as `20 GiB-months a month`; without a price."""
    command: str
    """The command that removes it."""

    def __str__(self) -> str:
        return f"{self.description}, billed by {self.billed}. To remove it with its data: {self.command}"


class Account(Protocol):
    """A cloud account, searched for leftovers of one cluster."""

    @property
    def cluster_exists(self) -> bool:
        """Whether the cluster existed at the last call of `leftovers`."""
        ...

    def leftovers(self) -> Iterable[Leftover]:
        """The current leftovers, in an order in which they can be removed. None while the cluster exists.

        The caller removes each one before it asks for the next. Raises errors of the cloud's SDK.
        """
        ...

    def unproven(self) -> Iterable[Unproven]:
        """What the last `leftovers` found and could not prove to be the cluster's."""
        ...

    def kept(self) -> Iterable[Kept]:
        """What outlives the cluster on purpose and is billed. Raises errors of the cloud's SDK."""
        ...

    def summarize_error(self, error: BaseException) -> str:
        """An error of the SDK in one line, without private data."""
        ...


class Sweep:
    """The sweep of one cluster. What cannot be removed yet is tried again in the next search."""

    def __init__(self, open_account: Callable[[], Account], notify: Notify) -> None:
        """`open_account` is called at the first search, and again if it failed; `notify` gets each removal once."""
        self._open_account, self._notify = open_account, notify
        self._account: Account | None = None
        self.removed: set[str] = set()
        """The leftovers removed so far."""
        self.failed: dict[str, str] = {}
        """The leftovers that the last search could not remove, with the error."""
        self.search_error: str | None = None
        """Why the last search was incomplete."""

    def search(self) -> bool:
        """Removes the current leftovers. Returns whether there are none; False also if the search failed."""
        count, self.failed, self.search_error = 0, {}, None
        try:
            self._account = self._account or self._open_account()
            for leftover in self._account.leftovers():
                count += 1
                self._remove(self._account, leftover)
        except Exception as error:  # in a thread beside the engine, nobody would catch it
            self.search_error = self._account.summarize_error(error) if self._account else type(error).__name__
        return not count and self.search_error is None

    def _remove(self, account: Account, leftover: Leftover) -> None:
        try:
            leftover.remove()
        except Exception as error:  # still in use, or the cloud does not respond
            self.failed[leftover.description] = account.summarize_error(error)
            return
        if leftover.description not in self.removed:
            self.removed.add(leftover.description)
            self._notify(f"removed a leftover of the cluster: {leftover.description}")

    def finish(self, interval: float, timeout: float) -> None:
        """Searches until nothing is left, and after `timeout` seconds reports what is still there.

        Gives up after three failed searches.
        """
        end, failed_searches = time.monotonic() + timeout, 0
        while not self.search() and time.monotonic() < end:
            failed_searches = failed_searches + 1 if self.search_error else 0
            if failed_searches == _MAX_FAILED_SEARCHES:
                break
            time.sleep(interval)
        for description, error in self.failed.items():
            self._notify(f"could not remove the {description}, a leftover of the cluster ({error}): remove it yourself")
        if self.search_error is not None:
            self._notify(
                f"could not search for leftovers of the cluster ({self.search_error}): check the account yourself"
            )
        if self._account is not None:
            self._report(self._account)

    @property
    def passed(self) -> bool:
        """Whether the last search was complete and removed everything that it found."""
        return not self.failed and self.search_error is None

    def _report(self, account: Account) -> None:
        """Lists what the sweep left alone."""
        for unproven in account.unproven():
            self._notify(f"left alone, because it is not proven to be the cluster's: {unproven}")
        try:
            for kept in account.kept():
                self._notify(f"kept: {kept}")
        except Exception as error:  # such as a missing permission; the destroy succeeded
            self._notify(f"could not list what outlives the cluster ({account.summarize_error(error)})")


@contextmanager
def sweep_during(
    open_account: Callable[[], Account],
    notify: Notify,
    interval: float = _INTERVAL_SECONDS,
    timeout: float = _TIMEOUT_SECONDS,
) -> Iterator[Sweep]:
    """Sweeps while the block runs, every `interval` seconds, and again after it unless it raised an error."""
    done, sweep = threading.Event(), Sweep(open_account, notify)

    def work() -> None:
        while not done.wait(interval):
            sweep.search()

    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    try:
        yield sweep
    finally:
        done.set()
        thread.join(timeout=60)
    sweep.finish(interval, timeout)


def destroy_and_sweep(
    destroy: Callable[[], int],
    open_account: Callable[[], Account],
    notify: Notify,
    interval: float = _INTERVAL_SECONDS,
    timeout: float = _TIMEOUT_SECONDS,
) -> int:
    """Runs the engine's destroy with a sweep beside it, and returns its exit code.

    Runs it a second time if the first failed and leftovers were removed: Google's and Azure's providers try to delete a
    network only once, perhaps before the leftover that blocks it is removed.
    """
    with sweep_during(open_account, notify, interval, timeout) as sweep:
        code = destroy()
    if code == 0 or not sweep.removed:
        return code
    notify("the destroy failed, perhaps because of leftovers that are removed now: running it again")
    return destroy()
