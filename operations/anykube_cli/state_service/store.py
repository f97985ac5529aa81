"""Stores stacks as files: the state after the last run, and the journal of the current run.

    PROJECT/STACK/stack.json       tags, and the number of runs so far
                  deployment.json  the state, with encrypted secrets
                  update.json      the current run, or one that was killed
                  journal.jsonl    the current run's journal, one batch of entries per line
                  history.jsonl    the finished runs, one per line
                  part.json        the plan of the next run, if it is a partial update
                  applied.json     a record of the last run (operations/anykube_cli/partial_update.py)

Each batch is written before the engine gets its response, and the engine waits for that. Files are replaced
atomically. So whichever process is killed, at any time, state and journal together describe what exists.
"""

import getpass
import json
import platform
import shutil
import time
from collections.abc import Hashable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any

import orjson
import psutil
from filelock import FileLock

from anykube_cli.state_service.partial_update import OutdatedPlanError, PartialUpdate, identifiers, references, split
from anykube_cli.state_service.replay import Json, replay
from anykube_cli.toolchain import simulation

_EMPTY: Mapping[str, Any] = {"version": 3, "features": [], "deployment": {}}
_MERGED = "folded"
"""Key in deployment.json: the id of the run whose journal is already part of the state."""
_MOVED = "moved"
"""Key in stack.json: the URL of the backend that now stores the stack."""


class BusyError(Exception):
    """Another run, whose engine may be alive, is updating the stack."""

    def __init__(self, engine: "Engine", run: str = "") -> None:
        self.run = run
        """The id of the run."""
        start = f"{datetime.fromtimestamp(engine.since):%Y-%m-%d %H:%M:%S}"
        super().__init__(
            f"another run is updating this stack: {engine.user} on {engine.host} (process {engine.pid}, since {start})"
        )


class MovedError(Exception):
    """The stack is now stored in another backend."""

    def __init__(self, name: str, url: str) -> None:
        super().__init__(f"{name} was moved to {url}. To use it, run: export PULUMI_BACKEND_URL='{url}'")


class ResourcesLeftError(Exception):
    """A stack cannot be removed because it still has resources."""


@dataclass(frozen=True)
class Engine:
    """The process of a run. `since` is its start in seconds of the Unix clock."""

    pid: int
    since: float
    host: str = field(default_factory=platform.node)
    user: str = field(default_factory=getpass.getuser)

    @property
    def is_gone(self) -> bool:
        """Whether the process has exited: it ran on this host, and its pid is unused or belongs to a later process."""
        if self.host != platform.node():
            return False
        try:
            process = psutil.Process(self.pid)
            return process.status() == psutil.STATUS_ZOMBIE or process.create_time() > self.since + 1
        except psutil.NoSuchProcess:
            return True


@dataclass(frozen=True)
class Update:
    """A run that changes a stack, as shown by `pulumi stack history`. Secrets in `config` are encrypted."""

    id: str
    kind: str
    engine: Engine
    pulumi: str
    version: int = 0
    message: str = ""
    environment: Mapping[str, str] = field(default_factory=dict)
    config: Mapping[str, Any] = field(default_factory=dict)
    changes: Mapping[str, int] = field(default_factory=dict)
    left_out: Sequence[str] = ()
    """URNs of the components that a partial update does not see."""


class Store:
    """All stacks in a folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @staticmethod
    def mark_as_rehearsal(folder: Path) -> None:
        """Marks the folder as a rehearsal's, which rejects states of real clouds."""
        (folder / simulation.VARIABLE).touch(mode=0o600)

    def stack(self, project: str, name: str) -> "Stack":
        """Returns the stack with this name, whether or not it exists."""
        return Stack(self._folder / project / name)

    def stacks(self) -> Iterator["Stack"]:
        """Returns the existing stacks."""
        for file in sorted(self._folder.glob("*/*/stack.json")):
            yield Stack(file.parent)


class Stack:
    """One stack and its files."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._metadata_file, self._deployment_file = folder / "stack.json", folder / "deployment.json"
        self._update_file, self._journal_file = folder / "update.json", folder / "journal.jsonl"
        self._history_file = folder / "history.jsonl"
        self._plan_file, self.applied = folder / "part.json", folder / "applied.json"

    @property
    def name(self) -> str:
        """The stack's name."""
        return self._folder.name

    @property
    def project(self) -> str:
        """The name of its Pulumi project."""
        return self._folder.parent.name

    @property
    def exists(self) -> bool:
        """Whether the stack exists."""
        return self._metadata_file.exists()

    def create(self, tags: Mapping[str, str], state: Json | None = None) -> None:
        """Creates the stack, empty or with this state. Raises simulation.ForeignStateError."""
        self._check_state(state or _EMPTY)
        self._folder.mkdir(mode=0o700, parents=True)
        if state:
            _replace(self._deployment_file, state)
        _replace(self._metadata_file, {"tags": tags, "version": 0})

    def remove(self, *, force: bool = False) -> None:
        """Removes the stack and its history. Raises ResourcesLeftError if it has resources, unless forced."""
        with self._lock():
            self._recover()
            resources = self.deployment()["deployment"].get("resources", [])
            if not force and any(resource["type"] != "pulumi:pulumi:Stack" for resource in resources):
                raise ResourcesLeftError
        self._metadata_file.unlink()  # from here on the stack does not exist, even if rmtree is interrupted
        shutil.rmtree(self._folder)

    def metadata(self) -> Json:
        """The stack's tags and version."""
        return _read(self._metadata_file)

    def set_tags(self, tags: Mapping[str, str]) -> None:
        """Replaces the stack's tags."""
        _replace(self._metadata_file, {**self.metadata(), "tags": tags})

    @property
    def moved_to(self) -> str | None:
        """The URL of the backend that the stack was moved to, if any."""
        url: str | None = self.metadata().get(_MOVED) if self.exists else None
        return url

    def set_moved_to(self, url: str | None) -> None:
        """Marks the stack as moved to another backend, so that no run can begin here. None removes the mark."""
        with self._lock():
            _replace(self._metadata_file, {**self.metadata(), _MOVED: url})

    def deployment(self) -> Json:
        """The state, including the effects so far of the current run or of one that was killed."""
        base = _read(self._deployment_file) if self._deployment_file.exists() else {**_EMPTY, "deployment": {}}
        merged, update = base.pop(_MERGED, None), self.current_update()
        if update is None or update.id == merged or not self._journal_file.exists():
            return base
        visible, hidden = split(base["deployment"].get("resources") or (), update.left_out)
        if hidden:
            base["deployment"]["resources"] = visible
        return replay(base["deployment"], self._journal_entries(), update.pulumi, hidden)

    @property
    def stamp(self) -> Hashable:
        """A value that changes whenever `deployment()` does. Takes no time, while reading the state does."""
        return tuple(_stamp(file) for file in (self._deployment_file, self._update_file, self._journal_file))

    def plan_partial_update(self, plan: PartialUpdate, state: Json) -> bool:
        """Saves the plan. Returns False, and saves nothing, if a visible resource refers to a hidden one."""
        resources = state["deployment"].get("resources") or ()
        visible, hidden = split(resources, plan.left_out)
        hidden_identifiers = {identifier for resource in hidden for identifier in identifiers(resource)}
        is_possible = bool(hidden) and hidden_identifiers.isdisjoint(references(visible))
        if is_possible:
            _replace(self._plan_file, plan._asdict())
        return is_possible

    def partial_state(self, names: str) -> Json:
        """The state as a partial update of these apps sees it. Raises OutdatedPlanError."""
        update = self.current_update()
        has_begun = update is not None and not update.engine.is_gone
        left_out = self._load_plan(names, versions_since=1 if has_begun else 0).left_out
        state = self.deployment()
        state["deployment"]["resources"], _ = split(state["deployment"].get("resources") or (), left_out)
        return state

    def _load_plan(self, names: str, versions_since: int = 0) -> PartialUpdate:
        try:
            plan = PartialUpdate(**_read(self._plan_file))
        except FileNotFoundError:
            raise OutdatedPlanError(f"no partial update of {names} is planned") from None
        if plan.names != names or self.metadata()["version"] not in (plan.version, plan.version + versions_since):
            raise OutdatedPlanError(
                f"{self.name} has changed since the partial update of {names} was planned. Run the command again"
            )
        return plan

    def has_pending_operations(self) -> bool:
        """Whether the last run left pending operations. Does not parse the state, which is slow for 500 services."""
        return self._deployment_file.exists() and b'"pending_operations"' in self._deployment_file.read_bytes()

    def import_state(self, state: Json) -> None:
        """Replaces the state, as `pulumi stack import` does. Raises BusyError, simulation.ForeignStateError."""
        self._check_state(state)
        with self._lock():
            self._recover()
            metadata = self.metadata()
            # The new version makes a planned partial update and applied.json outdated.
            _replace(self._metadata_file, {**metadata, "version": metadata["version"] + 1})
            _replace(self._deployment_file, state)

    def current_update(self) -> Update | None:
        """The current run, or one that was killed."""
        try:
            content = _read(self._update_file)
        except FileNotFoundError:
            return None
        return Update(**{**content, "engine": Engine(**content["engine"])})

    def recover(self) -> Update | None:
        """Merges the journal of a killed run into the state and returns that run, if any. Raises BusyError."""
        with self._lock():
            return self._recover()

    def begin_update(self, update: Update, tags: Mapping[str, str], names: str | None = None) -> int:
        """Records the current run and returns its version. `names`: the apps of a partial update; None: a full run.

        Raises BusyError, MovedError, OutdatedPlanError.
        """
        with self._lock():
            self._recover()
            if url := self.moved_to:
                raise MovedError(self.name, url)
            if names is not None:
                update = replace(update, left_out=self._load_plan(names).left_out)
            version: int = self.metadata()["version"] + 1
            _replace(self._metadata_file, {"tags": tags, "version": version})
            _replace(self._update_file, asdict(update) | {"version": version})
            return version

    def append_journal(self, batch: bytes) -> None:
        """Appends a batch of entries, as JSON without line breaks, to the journal."""
        with self._journal_file.open("ab") as file:
            file.write(batch + b"\n")

    def record_changes(self, changes: Mapping[str, int]) -> None:
        """Records the number of changed resources by operation, for the history."""
        if update := self.current_update():
            _replace(self._update_file, asdict(update) | {"changes": changes})

    def complete_update(self, status: str) -> None:
        """Ends the current run."""
        with self._lock():
            if update := self.current_update():
                self._merge_journal(update, status)

    def cancel_update(self) -> None:
        """Ends the current run, without checking its engine: the user knows that it has exited."""
        self.complete_update("cancelled")

    def history(self) -> list[Json]:
        """The finished runs, latest first."""
        if not self._history_file.exists():
            return []
        return [json.loads(line) for line in reversed(self._history_file.read_text().splitlines())]

    def _check_state(self, state: Mapping[str, Any]) -> None:
        rehearsal = (self._folder.parents[1] / simulation.VARIABLE).exists()
        simulation.check_state(state.get("deployment") or {}, simulated=rehearsal)

    def _recover(self) -> Update | None:
        update = self.current_update()
        if update is None:
            self._journal_file.unlink(missing_ok=True)
            return None
        if not update.engine.is_gone:
            raise BusyError(update.engine, update.id)
        self._merge_journal(update, "failed")
        return update

    def _merge_journal(self, update: Update, status: str) -> None:
        # In this order, an interrupted merge can be repeated with the same result.
        if self._journal_file.exists():
            _replace(self._deployment_file, self.deployment() | {_MERGED: update.id})
            self._journal_file.unlink()
        self._plan_file.unlink(missing_ok=True)
        with self._history_file.open("a") as file:
            file.write(json.dumps(_history_entry(update, status)) + "\n")
        self._update_file.unlink()

    def _journal_entries(self) -> Iterator[Json]:
        with self._journal_file.open("rb") as file:
            for line in file:
                if line.endswith(b"\n"):  # an incomplete line was never acknowledged
                    yield from orjson.loads(line)["entries"]

    @contextmanager
    def _lock(self) -> Iterator[None]:
        with FileLock(f"{self._folder}.lock", mode=0o600):
            yield


def _history_entry(update: Update, status: str) -> Json:
    return {
        "kind": update.kind,
        "startTime": int(update.engine.since),
        "endTime": int(time.time()),
        "message": update.message,
        "environment": update.environment,
        "config": update.config,
        "result": status,
        "version": update.version,
        "resourceChanges": update.changes,
    }


def _read(file: Path) -> Json:
    content: Json = orjson.loads(file.read_bytes())
    return content


def _stamp(file: Path) -> Hashable:
    """The identity, time and size of a file; None if there is none."""
    try:
        status = file.stat()
    except FileNotFoundError:
        return None
    return status.st_ino, status.st_mtime_ns, status.st_size


def _replace(file: Path, content: Mapping[str, Any]) -> None:
    draft = file.with_name(f".{file.name}.part")
    draft.write_bytes(orjson.dumps(content))
    draft.replace(file)
