"""How far a run of the engine is, from its events, and an estimate of the time left."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from anykube_cli.durations import Durations
from anykube_cli.toolchain.progress import Status, duration, time_left

_VERBS = {"up": "deploying", "destroy": "destroying", "preview": "previewing"}
_REGISTERED = re.compile(r"registering resource: ty=(\S+), name=(.+), custom=True, remote=False(?:<\{%reset%\}>)?\s*$")
"""What Pulumi's SDK for Python logs when the program names a resource, long before the engine begins with it.

On a terminal the engine puts its marks for colours around it.

https://github.com/pulumi/pulumi/blob/master/sdk/python/lib/pulumi/runtime/resource.py
"""
_QUICK = frozenset({"same", "read", "read-discard"})
"""Operations that take no time to speak of."""


def key_of(urn: str) -> str:
    """A resource as type and name, such as "kubernetes:apps/v1:Deployment::web"."""
    _, _, types, name = urn.split("::", 3)
    return f"{types.rpartition('$')[2]}::{name}"


def existing(deployment: Mapping[str, Any]) -> frozenset[str]:
    """The resources of a state that are operated on: no components, and no default providers."""
    resources = deployment.get("resources") or ()
    return frozenset(filter(_counts, (key_of(resource["urn"]) for resource in resources if resource.get("custom"))))


class RunProgress:
    """What a run has done and what it waits for. Components do not count: the engine only notes them.

    `existing`: the resources in the state before the run. `last`: what earlier runs took. `time_left`: how a remaining
    time, in seconds or None, is written. All times are seconds of the Unix clock, as in events.
    """

    def __init__(
        self,
        stack: str,
        command: str,
        existing: Iterable[str] = (),
        last: Durations | None = None,
        time_left: Callable[[float | None], str] = time_left,
    ) -> None:
        self._stack, self._command, self._time_left = stack, command, time_left
        self._existing, self._last = frozenset(existing), last or Durations()
        self._resources = set(self._existing if command == "destroy" else ())
        self._running: dict[str, tuple[str, float]] = {}
        self._done: set[str] = set()
        self._seconds: dict[str, float] = {}
        self._start: float | None = None
        """When the program named its first resource, or the first operation began."""

    def apply(self, event: Mapping[str, Any]) -> None:
        """Takes the next event."""
        self._start = event["timestamp"] if self._start is None else self._start
        ended = event.get("resOutputsEvent") or event.get("resOpFailedEvent")
        if begun := event.get("resourcePreEvent"):
            self._begin(begun["metadata"], event["timestamp"])
        elif ended:
            self._end(ended["metadata"], event["timestamp"])
        elif registered := _REGISTERED.search((event.get("diagnosticEvent") or {}).get("message", "")):
            self._resources.add("::".join(registered.groups()))

    def status(self, now: float) -> Status:
        """What is done, what it waits for, and how long still."""
        text = f"{self._stack} · {_VERBS.get(self._command, self._command)}"
        if not self._resources:
            return Status(f"{text} · starting the program{self._time_left(None)}")
        done, total = len(self._done), len(self._resources)
        text = f"{text} · {done} of {total} resources{self._time_left(self.remaining(now))}{self._waiting(now)}"
        return Status(text, done, total)

    def remaining(self, now: float) -> float | None:
        """Seconds until all resources are done; None without an estimate."""
        if self._command == "preview":
            return self._remaining_by_rate(now)
        rests = [*self._rests(now)]
        if self._start is None or None in rests:
            return None
        known = [rest for rest in rests if rest is not None]
        parallel = self._last.parallel.get(self._command) or self._parallel(now)
        # Not before the slowest one, and not faster than as many at once as usual. 0: overdue, so nobody knows.
        return max(max(known, default=0.0), sum(known) / parallel) or None

    def _remaining_by_rate(self, now: float) -> float | None:
        """Seconds by the last run of the command or, for the first one, by the resources so far."""
        if self._start is None or not self._done:
            return None
        spent, undone = now - self._start, len(self._resources - self._done)
        usual = self._last.runs.get(self._command, spent + spent / len(self._done) * undone)
        return max(usual - spent, 0.0) or None

    def learn(self, now: float) -> Durations:
        """The durations of earlier runs, with those of this one."""
        last, command = self._last, self._command
        if self._start is None:
            return last
        return Durations(
            {**last.operations, **self._seconds},
            {**last.parallel, command: self._parallel(now)},
            {**last.runs, command: now - self._start},
            last.steps,
        )

    def _begin(self, step: Mapping[str, Any], timestamp: float) -> None:
        key = key_of(step["urn"])
        if not _counts(key) or not _is_custom(step):
            return
        self._resources.add(key)
        self._done.discard(key)
        self._running[key] = (step["op"], timestamp)

    def _end(self, step: Mapping[str, Any], timestamp: float) -> None:
        key = key_of(step["urn"])
        if key not in self._running:
            return
        operation, start = self._running.pop(key)
        self._done.add(key)
        if operation not in _QUICK and self._command != "preview":
            self._seconds[f"{operation} {key}"] = timestamp - start

    def _waiting(self, now: float) -> str:
        """The resource that runs longest."""
        if not self._running:
            return ""
        key, (_, start) = min(self._running.items(), key=lambda item: item[1][1])
        kind, name = key.split("::", 1)
        return f" · waiting for {kind.rpartition(':')[2]} {name} for {duration(now - start)}"

    def _rests(self, now: float) -> Iterator[float | None]:
        """For each resource that is not done, the seconds until it is."""
        for key in self._resources - self._done:
            operation, start = self._running.get(key) or (self._expected(key), now)
            usual = self._usual(operation, key)
            yield None if usual is None else max(usual - (now - start), 0.0)

    def _expected(self, key: str) -> str:
        """The operation that a resource will probably need."""
        if self._command == "destroy":
            return "delete"
        return "same" if key in self._existing else "create"

    def _usual(self, operation: str, key: str) -> float | None:
        """Seconds of the operation: none, what it took the last time, or the average of this run."""
        if operation in _QUICK:
            return 0.0
        average = sum(self._seconds.values()) / len(self._seconds) if self._seconds else None
        return self._last.operations.get(f"{operation} {key}", average)

    def _parallel(self, now: float) -> float:
        """How many operations have run at once on average; at least 1."""
        start = now if self._start is None else self._start
        busy = sum(self._seconds.values()) + sum(now - begin for _, begin in self._running.values())
        return max(busy / (now - start), 1.0) if now > start else 1.0


def _counts(key: str) -> bool:
    """Whether it is more than a default provider, which the engine adds of itself."""
    return not (key.startswith("pulumi:providers:") and key.partition("::")[2].startswith("default"))


def _is_custom(step: Mapping[str, Any]) -> bool:
    return bool((step.get("new") or step.get("old") or {}).get("custom"))
