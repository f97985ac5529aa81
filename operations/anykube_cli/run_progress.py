"""The progress of a Pulumi run, from its events, with an estimate of the remaining time."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from anykube_cli.durations import Durations
from anykube_cli.toolchain.progress import Status, duration, time_left

_VERBS = {"up": "deploying", "destroy": "destroying", "preview": "previewing"}
_REGISTERED = re.compile(r"registering resource: ty=(\S+), name=(.+), custom=True, remote=False(?:<\{%reset%\}>)?\s*$")
"""Pulumi's Python SDK logs this when the program declares a resource, long before Pulumi starts to create it.

On a terminal Pulumi adds its colour marks.

https://github.com/pulumi/pulumi/blob/master/sdk/python/lib/pulumi/runtime/resource.py
"""
_QUICK = frozenset({"same", "read", "read-discard"})
"""Operations that take no noticeable time."""


def key_of(urn: str) -> str:
    """The type and name of a resource, such as "kubernetes:apps/v1:Deployment::web"."""
    _, _, types, name = urn.split("::", 3)
    return f"{types.rpartition('$')[2]}::{name}"


def existing(deployment: Mapping[str, Any]) -> frozenset[str]:
    """The resources of a state, without components and default providers, which take no time."""
    resources = deployment.get("resources") or ()
    return frozenset(filter(_counts, (key_of(resource["urn"]) for resource in resources if resource.get("custom"))))


class RunProgress:
    """What a run has done and what it waits for. Components do not count: they take no time.

    `existing`: the resources in the state before the run. `last`: the durations of earlier runs. `time_left`: formats
    the remaining seconds, or None. All times are in seconds since the Unix epoch, as in the events.
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
        """When the program declared its first resource, or the first operation started."""

    def apply(self, event: Mapping[str, Any]) -> None:
        """Updates the progress with the next event."""
        self._start = event["timestamp"] if self._start is None else self._start
        ended = event.get("resOutputsEvent") or event.get("resOpFailedEvent")
        if started := event.get("resourcePreEvent"):
            self._begin(started["metadata"], event["timestamp"])
        elif ended:
            self._end(ended["metadata"], event["timestamp"])
        elif registered := _REGISTERED.search((event.get("diagnosticEvent") or {}).get("message", "")):
            self._resources.add("::".join(registered.groups()))

    def status(self, now: float) -> Status:
        """The progress line: what is done, what the run waits for, and the remaining time."""
        text = f"{self._stack} · {_VERBS.get(self._command, self._command)}"
        if not self._resources:
            return Status(f"{text} · starting the program{self._time_left(None)}")
        done, total = len(self._done), len(self._resources)
        text = f"{text} · {done} of {total} resources{self._time_left(self.remaining(now))}{self._waiting(now)}"
        return Status(text, done, total)

    def remaining(self, now: float) -> float | None:
        """Seconds until all resources are done; None if there is no estimate."""
        if self._command == "preview":
            return self._remaining_by_rate(now)
        estimates = [*self._estimates(now)]
        if self._start is None or None in estimates:
            return None
        seconds = [estimate for estimate in estimates if estimate is not None]
        parallel = self._last.parallel.get(self._command) or self._parallel(now)
        # The slowest resource and the usual parallelism both limit the run. 0 means overdue: no estimate.
        return max(max(seconds, default=0.0), sum(seconds) / parallel) or None

    def _remaining_by_rate(self, now: float) -> float | None:
        """Seconds according to the last run of the command; in the first run, according to the resources so far."""
        if self._start is None or not self._done:
            return None
        elapsed, pending = now - self._start, len(self._resources - self._done)
        total = self._last.runs.get(self._command, elapsed + elapsed / len(self._done) * pending)
        return max(total - elapsed, 0.0) or None

    def learn(self, now: float) -> Durations:
        """The durations of earlier runs, updated with this run."""
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
        """The resource whose operation has been running longest."""
        if not self._running:
            return ""
        key, (_, start) = min(self._running.items(), key=lambda item: item[1][1])
        kind, name = key.split("::", 1)
        return f" · waiting for {kind.rpartition(':')[2]} {name} for {duration(now - start)}"

    def _estimates(self, now: float) -> Iterator[float | None]:
        """For each pending resource, the estimated seconds until it is done."""
        for key in self._resources - self._done:
            operation, start = self._running.get(key) or (self._expected(key), now)
            usual = self._usual(operation, key)
            yield None if usual is None else max(usual - (now - start), 0.0)

    def _expected(self, key: str) -> str:
        """The operation that is most likely for a resource."""
        if self._command == "destroy":
            return "delete"
        return "same" if key in self._existing else "create"

    def _usual(self, operation: str, key: str) -> float | None:
        """The usual seconds of an operation: those of the last run, or else the average of this run."""
        if operation in _QUICK:
            return 0.0
        average = sum(self._seconds.values()) / len(self._seconds) if self._seconds else None
        return self._last.operations.get(f"{operation} {key}", average)

    def _parallel(self, now: float) -> float:
        """The average number of concurrent operations in this run; at least 1."""
        start = now if self._start is None else self._start
        busy = sum(self._seconds.values()) + sum(now - begin for _, begin in self._running.values())
        return max(busy / (now - start), 1.0) if now > start else 1.0


def _counts(key: str) -> bool:
    """Whether the resource counts: Pulumi adds default providers by itself."""
    return not (key.startswith("pulumi:providers:") and key.partition("::")[2].startswith("default"))


def _is_custom(step: Mapping[str, Any]) -> bool:
    return bool((step.get("new") or step.get("old") or {}).get("custom"))
