"""The gateway's memory on disk: JSON lines, each synced before anyone is told of what it holds."""

from __future__ import annotations

import asyncio
import os
from typing import TYPE_CHECKING, Any, BinaryIO

import orjson

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path


class JournalDamaged(Exception):
    """A line before the last one cannot be read: someone else wrote to the file."""


class Journal:
    """Appends entries in the order of the calls; entries that wait together share one fsync."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file: BinaryIO | None = None
        self._lines: list[bytes] = []
        self._batch: asyncio.Future[None] | None = None
        self._writer: asyncio.Task[None] | None = None

    def open(self) -> list[dict[str, Any]]:
        """Every entry so far; cut off a last line that a crash left half-written."""
        self._path.parent.mkdir(parents=True, exist_ok=True)
        entries, good = _read_entries(self._path)
        self._file = self._path.open("ab", buffering=0)
        self._file.truncate(good)
        os.fsync(self._file.fileno())
        _sync_directory(self._path.parent)
        return entries

    def append(self, entry: dict[str, Any]) -> asyncio.Future[None]:
        """Take the entry on at once; the future ends when it is on disk. Await it shielded: others share it."""
        if self._batch is None:
            self._batch = asyncio.get_running_loop().create_future()
        self._lines.append(orjson.dumps(entry) + b"\n")
        if self._writer is None or self._writer.done():
            self._writer = asyncio.create_task(self._write())
        return self._batch

    async def close(self) -> None:
        """Finish what was taken on."""
        if self._writer is not None:
            await self._writer
        if self._file is not None:
            self._file.close()

    async def _write(self) -> None:
        while self._batch is not None:
            batch, self._batch = self._batch, None
            lines, self._lines = self._lines, []
            try:
                await asyncio.to_thread(self._store, b"".join(lines))
            except Exception as error:  # noqa: BLE001 - whoever waits for the batch has to learn of it
                # Half a line may be on disk: nothing may follow it, or the whole journal could not be read again.
                self._file = None
                batch.set_exception(error)
            else:
                batch.set_result(None)

    def _store(self, data: bytes) -> None:
        if self._file is None:
            raise OSError("The journal is not open, or failed before; start the simulator again.")
        view = memoryview(data)
        while view:
            view = view[self._file.write(view) :]
        os.fsync(self._file.fileno())


def write_entries(path: Path, entries: Iterable[dict[str, Any]]) -> None:
    """Append entries while no simulator runs on the file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("ab") as file:
        for entry in entries:
            file.write(orjson.dumps(entry) + b"\n")
        file.flush()
        os.fsync(file.fileno())


def _read_entries(path: Path) -> tuple[list[dict[str, Any]], int]:
    entries: list[dict[str, Any]] = []
    good = 0
    if not path.exists():
        return entries, good
    with path.open("rb") as file:
        for number, line in enumerate(file, start=1):
            if not line.endswith(b"\n"):
                break
            try:
                entries.append(orjson.loads(line))
            except orjson.JSONDecodeError:
                raise JournalDamaged(
                    f"Line {number} of {path} is damaged; restore the file or start with another one."
                ) from None
            good += len(line)
    return entries, good


def _sync_directory(directory: Path) -> None:
    # A new file is found after a power cut only when its directory was synced too; Windows cannot and need not.
    if os.name != "posix":
        return
    descriptor = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
