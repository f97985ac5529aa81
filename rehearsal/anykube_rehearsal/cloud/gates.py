"""TCP gates on loopback before the API servers of simulated clusters.

A gate passes a connection on if the caller reaches the API in the real network. Otherwise it never answers, as a
firewall that drops packets, so that clients time out as they would in the cloud.
"""

import asyncio
import contextlib
import json
import threading
from collections.abc import Callable, Coroutine
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlsplit

from anykube_cli.certificates import write_private

from anykube_rehearsal.cloud.caller import NODE, Caller

Judge = Callable[[str, str, Caller], bool]
"""Whether a caller reaches a cluster by one of its addresses, such as the private one."""

T = TypeVar("T")

_CHUNK = 65536


@dataclass(frozen=True)
class Gate:
    """One address of a cluster's API."""

    cluster: str
    address: str
    """Which address of the cluster, such as `private`. Each cloud has its own."""
    server: str
    """URL of the API server."""
    port: int = 0


class Gates:
    """The gates of one account. They stay in a file of its folder, so that a restarted account opens them again."""

    def __init__(self, folder: Path, caller: Caller, judge: Judge) -> None:
        self._file, self._caller, self._judge = folder / "gates.json", caller, judge
        self._gates: dict[tuple[str, str], Gate] = {}
        self._servers: dict[tuple[str, str], asyncio.Server] = {}
        self._loop: asyncio.AbstractEventLoop | None = None
        self._lock = threading.Lock()
        if self._file.exists():
            for entry in json.loads(self._file.read_text("utf-8")):
                self._open(Gate(**entry))

    def url(self, cluster: str, address: str, server: str) -> str:
        """The URL at which the caller finds the API server: that of a gate, or of the server for a caller on a node."""
        if self._caller == NODE:
            return server
        with self._lock:
            gate = self._gates.get((cluster, address))
            if gate is None or gate.server != server:
                gate = self._open(Gate(cluster, address, server, gate.port if gate else 0))
                self._save()
        return f"https://127.0.0.1:{gate.port}"

    def close(self, cluster: str) -> None:
        """Closes the gates of a deleted cluster."""
        with self._lock:
            for key in [key for key in self._gates if key[0] == cluster]:
                del self._gates[key]
                self._run(self._stop(key))
                self._save()

    def stop(self) -> None:
        """Closes all gates. The next account in the folder opens them again."""
        for key in list(self._gates):
            self._run(self._stop(key))

    def _open(self, gate: Gate) -> Gate:
        key = (gate.cluster, gate.address)
        self._run(self._stop(key))
        server = self._servers[key] = self._run(self._listen(key, gate.port))
        opened = self._gates[key] = Gate(gate.cluster, gate.address, gate.server, server.sockets[0].getsockname()[1])
        return opened

    async def _listen(self, key: tuple[str, str], port: int) -> asyncio.Server:
        async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            with contextlib.suppress(OSError, asyncio.CancelledError):
                await self._serve(key, reader, writer)
            writer.close()

        return await asyncio.start_server(connected, "127.0.0.1", port)

    async def _stop(self, key: tuple[str, str]) -> None:
        if server := self._servers.pop(key, None):
            server.close()

    async def _serve(self, key: tuple[str, str], reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        # In a thread: the judge may wait for the account's lock.
        if not await asyncio.to_thread(self._judge, *key, self._caller):
            while await reader.read(_CHUNK):
                pass
            return
        location = urlsplit(self._gates[key].server)
        upstream_reader, upstream = await asyncio.open_connection(location.hostname, location.port)
        await asyncio.gather(_copy(reader, upstream), _copy(upstream_reader, writer))

    def _run(self, work: Coroutine[Any, Any, T]) -> T:
        if self._loop is None:
            self._loop = asyncio.new_event_loop()
            threading.Thread(target=self._loop.run_forever, daemon=True).start()
        return asyncio.run_coroutine_threadsafe(work, self._loop).result()

    def _save(self) -> None:
        write_private(self._file, json.dumps([asdict(gate) for gate in self._gates.values()]))


async def _copy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Copies until the end of the stream, and closes the other side."""
    try:
        while data := await reader.read(_CHUNK):
            writer.write(data)
            await writer.drain()
    finally:
        writer.close()
