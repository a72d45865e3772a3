"""The write side of payment files."""

from __future__ import annotations

from typing import TYPE_CHECKING

from adapters.postgres.settlements.file_rows import FILE_COLUMNS, payment_file_of, payment_file_values
from adapters.postgres.settlements.file_tables import payment_files
from adapters.postgres.statement import insert_row, update_row
from domain.kernel.errors import NotFound
from domain.kernel.ids import PLATFORM

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from adapters.postgres.database import FencedConnection
    from domain.settlements.payment_file import PaymentFile

_INSERT = insert_row(payment_files)
_UPDATE = update_row(
    payment_files, "status", "attempts", "doubts", "next_try_at", "last_error", "delivered_at", "failed_at"
)
_LOCK = f"SELECT {FILE_COLUMNS} FROM payment_files WHERE merchant_id = $1 AND id = $2 FOR UPDATE"  # noqa: S608 - ours
_NEXT = f"""
SELECT {FILE_COLUMNS} FROM payment_files
WHERE status = 'PREPARED' AND next_try_at <= $1
ORDER BY next_try_at, id LIMIT 1 FOR UPDATE SKIP LOCKED
"""  # noqa: S608 - as above
_CONTENT = "SELECT content_sealed FROM payment_files WHERE merchant_id = $1 AND id = $2"


class PaymentFileStore:
    """Satisfies `domain.settlements.file_ports.PaymentFiles` in one transaction."""

    def __init__(self, connection: FencedConnection) -> None:
        self._connection = connection

    async def add(self, file: PaymentFile, sealed: bytes) -> None:
        """A new one with its content."""
        values = {**payment_file_values(file), "content_sealed": sealed}
        await self._connection.execute(_INSERT.sql, *_INSERT.args(**values))

    async def for_update(self, file_id: UUID) -> PaymentFile:
        """The file, locked until the unit ends; raise `NotFound`."""
        row = await self._connection.fetchrow(_LOCK, PLATFORM, file_id)
        if row is None:
            what = "The payment file"
            raise NotFound(what)
        return payment_file_of(row)

    async def save(self, file: PaymentFile) -> None:
        """A changed one."""
        keys = {"key_merchant_id": file.merchant_id, "key_id": file.id}
        await self._connection.execute(_UPDATE.sql, *_UPDATE.args(**payment_file_values(file), **keys))

    async def next_due(self, at: datetime) -> PaymentFile | None:
        """The file that is due for longest, locked; one that somebody else is taking is passed over."""
        row = await self._connection.fetchrow(_NEXT, at)
        return None if row is None else payment_file_of(row)

    async def content(self, file_id: UUID) -> bytes:
        """The sealed content; raise `NotFound`."""
        sealed: bytes | None = await self._connection.fetchval(_CONTENT, PLATFORM, file_id)
        if sealed is None:
            what = "The payment file"
            raise NotFound(what)
        return sealed
