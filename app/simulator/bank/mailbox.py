"""Two directories that the bank shares with its customer: files of transfers come in, statements go out."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import structlog

from app.simulator.bank.payment_file import LARGEST_FILE_BYTES, read_payment_file
from app.simulator.bank.statement_file import StatementVersion, statement_file
from app.simulator.request import BadRequest

if TYPE_CHECKING:
    from pathlib import Path

    from app.simulator.bank.bank_books import BankBooks
    from app.simulator.bank.transfer import Statement

EVERY_SECONDS = 1.0
_log = structlog.get_logger("paydesk.simulator.bank")


class Mailbox:
    """`directory` holds `outgoing`, which the customer writes and the bank only reads, and `incoming`."""

    def __init__(self, directory: Path, books: BankBooks) -> None:
        self._directory = directory
        self._outgoing = directory / "outgoing"
        self._incoming = directory / "incoming"
        self._books = books
        self._seen: set[Path] = set()

    async def run(self) -> None:
        """Go on until cancelled."""
        while True:
            try:
                await self.work()
            except Exception:  # noqa: BLE001 - a directory that is gone comes back, and the next file may be a good one
                _log.exception("the bank could not do its work")
            await asyncio.sleep(EVERY_SECONDS)

    async def work(self) -> None:
        """Take new files, return what is due, make statements, and post them."""
        for path in await asyncio.to_thread(self._new_files):
            await self._take(path)
        await self._books.return_due()
        await self._books.make_statements()
        await self.post()

    async def post(self) -> None:
        """Put every statement that nobody has got yet into the inbox."""
        for statement in self._books.to_post():
            await asyncio.to_thread(self._write, file_name(statement), statement_file(statement))
            await self._books.note_posted(statement)

    async def copy(self, statement: Statement, name: str, version: StatementVersion) -> None:
        """Put a statement into the inbox again under another name, in the version that is wanted."""
        await asyncio.to_thread(self._write, name, statement_file(statement, version))

    async def _take(self, path: Path) -> None:
        content = await asyncio.to_thread(_read, path)
        try:
            await self._books.take(read_payment_file(content))
        except BadRequest as error:
            _log.warning("the bank cannot read a file", file=path.name, reason=str(error))
        self._seen.add(path)

    def _new_files(self) -> list[Path]:
        if not self._outgoing.is_dir():
            return []
        return sorted(path for path in self._outgoing.rglob("*.xml") if path.is_file() and path not in self._seen)

    def _write(self, name: str, content: bytes) -> None:
        self._incoming.mkdir(parents=True, exist_ok=True)
        # Whoever watches the inbox sees the whole file or none.
        building = self._directory / f".{name}"
        building.write_bytes(content)
        building.replace(self._incoming / name)


def file_name(statement: Statement) -> str:
    """What a statement's file is called."""
    return f"camt053-{statement.id}.xml"


def _read(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(LARGEST_FILE_BYTES + 1)
