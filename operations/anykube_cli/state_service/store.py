"""Stacks as files: the state that the last run ended with, and beside it the journal of the one that is at work.

    PROJECT/STACK/stack.json       tags, and the number of runs so far
                  deployment.json  the state, secrets encrypted
                  update.json      the run at work, or the one that was killed at it
                  journal.jsonl    its journal, a batch of entries a line
                  history.jsonl    the runs that ended, a line each
                  part.json        what the next run is about, where that is not the whole stack
                  applied.json     what operations know of the last run (operations/anykube_cli/partial_update.py)

A batch is on the disk before the engine hears that it is, and the engine waits for that before it goes on. A file is
replaced whole or not at all. So whatever is killed, and whenever: state and journal tell together what exists.
"""

import getpass
import json
import platform
import shutil
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any

import orjson
import psutil
from filelock import FileLock

from anykube_cli.state_service.partial_update import OutdatedPlanError, PartialUpdate, needs, split
from anykube_cli.state_service.partial_update import names as names_of
from anykube_cli.state_service.replay import Json, replay
from anykube_cli.toolchain import simulation

_EMPTY: Mapping[str, Any] = {"version": 3, "features": [], "deployment": {}}
_FOLDED = "folded"
"""Beside the state: the run whose journal it already has in it."""


_MOVED = "moved"
"""Beside the tags: the address of the backend that has the stack by now."""


class BusyError(Exception):
    """An engine that may be alive is at work on the stack."""

    def __init__(self, engine: "Engine", run: str = "") -> None:
        self.run = run
        """The id of its run."""
        super().__init__(
            f"{engine.user} on {engine.host} is at work on this stack (process {engine.pid}, since "
            f"{datetime.fromtimestamp(engine.since):%Y-%m-%d %H:%M:%S})"
        )


class MovedError(Exception):
    """The stack's state lies somewhere else by now."""

    def __init__(self, name: str, url: str) -> None:
        super().__init__(
            f"{name} was moved to {url}, and what lies here is a copy of that time: export PULUMI_BACKEND_URL='{url}'"
        )


class ResourcesLeftError(Exception):
    """A stack that still has resources is not removed."""


@dataclass(frozen=True)
class Engine:
    """The process that a run is done by. `since` in seconds of the Unix clock."""

    pid: int
    since: float
    host: str = field(default_factory=platform.node)
    user: str = field(default_factory=getpass.getuser)

    @property
    def is_gone(self) -> bool:
        """Whether it is known to be gone: it was on this host, and its pid is free or a later process's."""
        if self.host != platform.node():
            return False
        try:
            process = psutil.Process(self.pid)
            return process.status() == psutil.STATUS_ZOMBIE or process.create_time() > self.since + 1
        except psutil.NoSuchProcess:
            return True


@dataclass(frozen=True)
class Update:
    """A run that changes a stack, as `pulumi stack history` tells of it. Secrets in `config` are encrypted."""

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
    """URNs of components that the run does not see, where it is about a part of the stack."""


class Store:
    """All stacks below a folder; a rehearsal's where a file in it says so."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @staticmethod
    def mark_as_rehearsal(folder: Path) -> None:
        """Makes the folder a rehearsal's: states of real clouds are refused there."""
        (folder / simulation.VARIABLE).touch(mode=0o600)

    def stack(self, project: str, name: str) -> "Stack":
        """The stack of that name, whether or not it is there."""
        return Stack(self._folder / project / name)

    def stacks(self) -> Iterator["Stack"]:
        """Those that are there."""
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
        """Its name."""
        return self._folder.name

    @property
    def project(self) -> str:
        """Its project's."""
        return self._folder.parent.name

    @property
    def exists(self) -> bool:
        """Whether it was made, and not removed since."""
        return self._metadata_file.exists()

    def create(self, tags: Mapping[str, str], state: Json | None = None) -> None:
        """Makes it, empty or with that state. Raises simulation.ForeignStateError."""
        self._check_state(state or _EMPTY)
        self._folder.mkdir(mode=0o700, parents=True)
        if state:
            _replace(self._deployment_file, state)
        _replace(self._metadata_file, {"tags": tags, "version": 0})

    def remove(self, *, force: bool = False) -> None:
        """Removes it and its history. Raises ResourcesLeftError unless it is empty or that is forced."""
        with self._lock():
            self._recover()
            resources = self.deployment()["deployment"].get("resources", [])
            if not force and any(resource["type"] != "pulumi:pulumi:Stack" for resource in resources):
                raise ResourcesLeftError
        self._metadata_file.unlink()  # from here on it is not there, however far the rest gets
        shutil.rmtree(self._folder)

    def metadata(self) -> Json:
        """Its tags and its version."""
        return _read(self._metadata_file)

    def set_tags(self, tags: Mapping[str, str]) -> None:
        """Gives it these tags in place of those that it has."""
        _replace(self._metadata_file, {**self.metadata(), "tags": tags})

    @property
    def moved_to(self) -> str | None:
        """The backend that it was moved to, as Pulumi names it."""
        found: str | None = self.metadata().get(_MOVED) if self.exists else None
        return found

    def set_moved_to(self, url: str | None) -> None:
        """Lets no run begin on it from here on, since its state lies there; None: lets it be the state again."""
        with self._lock():
            _replace(self._metadata_file, {**self.metadata(), _MOVED: url})

    def deployment(self) -> Json:
        """The state, with what the run at work, or the one that was killed at it, did so far."""
        base = _read(self._deployment_file) if self._deployment_file.exists() else {**_EMPTY, "deployment": {}}
        folded, update = base.pop(_FOLDED, None), self.current_update()
        if update is None or update.id == folded or not self._journal_file.exists():
            return base
        seen, rest = split(base["deployment"].get("resources") or (), update.left_out)
        if rest:
            base["deployment"]["resources"] = seen
        return replay(base["deployment"], self._journal_entries(), update.pulumi, rest)

    def plan_partial_update(self, part: PartialUpdate, state: Json) -> bool:
        """Lets a run ask for this part of the state. False: what it would see names something that it would not."""
        resources = state["deployment"].get("resources") or ()
        seen, rest = split(resources, part.left_out)
        hidden = {name for resource in rest for name in names_of(resource)}
        apart = bool(rest) and hidden.isdisjoint(needs(seen))
        if apart:
            _replace(self._plan_file, part._asdict())
        return apart

    def partial_state(self, names: str) -> Json:
        """The state as a run sees it that is about a part. Raises VoidPartError."""
        update = self.current_update()
        begun = update is not None and not update.engine.is_gone
        left_out = self._load_plan(names, since_then=1 if begun else 0).left_out
        whole = self.deployment()
        whole["deployment"]["resources"], _ = split(whole["deployment"].get("resources") or (), left_out)
        return whole

    def _load_plan(self, names: str, since_then: int = 0) -> PartialUpdate:
        try:
            part = PartialUpdate(**_read(self._plan_file))
        except FileNotFoundError:
            raise OutdatedPlanError(f"nobody planned a run about {names}") from None
        if part.names != names or self.metadata()["version"] not in (part.version, part.version + since_then):
            raise OutdatedPlanError(f"{self.name} was changed since a run about {names} was planned: run it again")
        return part

    def has_pending_operations(self) -> bool:
        """Whether the last run left anything under way; to read a state of 500 services for that takes a while."""
        return self._deployment_file.exists() and b'"pending_operations"' in self._deployment_file.read_bytes()

    def import_state(self, state: Json) -> None:
        """Takes this for the state, as `pulumi stack import` does. Raises BusyError, simulation.ForeignStateError."""
        self._check_state(state)
        with self._lock():
            self._recover()
            about = self.metadata()
            _replace(
                self._metadata_file, {**about, "version": about["version"] + 1}
            )  # what was known of it is known no more
            _replace(self._deployment_file, state)

    def current_update(self) -> Update | None:
        """The run at work, or the one that was killed at it."""
        try:
            content = _read(self._update_file)
        except FileNotFoundError:
            return None
        return Update(**{**content, "engine": Engine(**content["engine"])})

    def recover(self) -> Update | None:
        """Takes over what a run did that was killed, and returns it; None where none was. Raises BusyError."""
        with self._lock():
            return self._recover()

    def begin_update(self, update: Update, tags: Mapping[str, str], part: str | None = None) -> int:
        """Enters a run, about that part or all, as the one at work and returns its number.

        Raises BusyError, MovedError, VoidPartError.
        """
        with self._lock():
            self._recover()
            if url := self.moved_to:
                raise MovedError(self.name, url)
            if part is not None:
                update = replace(update, left_out=self._load_plan(part).left_out)
            version: int = self.metadata()["version"] + 1
            _replace(self._metadata_file, {"tags": tags, "version": version})
            _replace(self._update_file, asdict(update) | {"version": version})
            return version

    def append_journal(self, batch: bytes) -> None:
        """Adds a batch of entries, a JSON document without a line break, to the journal."""
        with self._journal_file.open("ab") as file:
            file.write(batch + b"\n")

    def record_changes(self, changes: Mapping[str, int]) -> None:
        """Keeps how many resources the run changed, by operation, for the history."""
        if update := self.current_update():
            _replace(self._update_file, asdict(update) | {"changes": changes})

    def complete_update(self, status: str) -> None:
        """Ends the run at work."""
        with self._lock():
            if update := self.current_update():
                self._merge_journal(update, status)

    def cancel_update(self) -> None:
        """Ends the run at work whoever does it: a person knows that it is gone."""
        self.complete_update("cancelled")

    def history(self) -> list[Json]:
        """The runs that ended, the last one first."""
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
        # In this order: whenever this is cut short, the next one goes on to the same end.
        if self._journal_file.exists():
            _replace(self._deployment_file, self.deployment() | {_FOLDED: update.id})
            self._journal_file.unlink()
        self._plan_file.unlink(missing_ok=True)
        with self._history_file.open("a") as file:
            file.write(json.dumps(_told(update, status)) + "\n")
        self._update_file.unlink()

    def _journal_entries(self) -> Iterator[Json]:
        with self._journal_file.open("rb") as file:
            for line in file:
                if line.endswith(b"\n"):  # else its writer was killed at it, and no engine went on from it
                    yield from orjson.loads(line)["entries"]

    @contextmanager
    def _lock(self) -> Iterator[None]:
        with FileLock(f"{self._folder}.lock", mode=0o600):
            yield


def _told(update: Update, status: str) -> Json:
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


def _replace(file: Path, content: Mapping[str, Any]) -> None:
    draft = file.with_name(f".{file.name}.part")
    draft.write_bytes(orjson.dumps(content))
    draft.replace(file)
