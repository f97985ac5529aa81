"""Stores the account's resources in one SQLite file, which survives a kill: https://www.sqlite.org/atomiccommit.html"""

import json
import os
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from anykube_rehearsal.cloud.account.model import Record

_TABLE = """
create table if not exists resources (
    token text not null,
    id text not null,
    content text not null,
    primary key (token, id)
)
"""


class Store:
    """The resources of an account, by type and id."""

    def __init__(self, file: Path) -> None:
        os.close(os.open(file, os.O_CREAT | os.O_RDWR, 0o600))
        self._lock = threading.RLock()
        self._database = sqlite3.connect(file, check_same_thread=False, isolation_level=None)
        self._database.execute(_TABLE)

    @contextmanager
    def exclusive(self) -> Iterator[None]:
        """Keeps other threads from reading or writing."""
        with self._lock:
            yield

    def find(self, token: str, identifier: str) -> Record | None:
        """A resource, or a deleted one whose name is still taken; None if there is neither."""
        with self._lock:
            row = self._database.execute(
                "select content from resources where token = ? and id = ?", (token, identifier)
            ).fetchone()
        return Record(**json.loads(row[0])) if row else None

    def all(self, token: str | None = None) -> list[Record]:
        """Every resource, or those of one type, sorted by type and id."""
        with self._lock:
            rows = self._database.execute(
                "select content from resources where ? is null or token = ? order by token, id", (token, token)
            ).fetchall()
        records = [Record(**json.loads(row[0])) for row in rows]
        return [record for record in records if not record.gone]

    def put(self, record: Record) -> None:
        """Inserts or replaces a resource."""
        with self._lock:
            self._database.execute(
                "insert or replace into resources values (?, ?, ?)",
                (record.token, record.id, json.dumps(vars(record))),
            )

    def remove(self, token: str, identifier: str) -> None:
        """Removes a resource. Does nothing if it does not exist."""
        with self._lock:
            self._database.execute("delete from resources where token = ? and id = ?", (token, identifier))

    def close(self) -> None:
        """Closes the database."""
        self._database.close()
