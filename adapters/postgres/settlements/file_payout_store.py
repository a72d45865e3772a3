"""The payouts of payment files, many at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from adapters.postgres.settlements.bank_account_rows import account_of
from adapters.postgres.settlements.payout_rows import payout_of
from domain.kernel.unit import Contention

if TYPE_CHECKING:
    from collections.abc import Sequence
    from uuid import UUID

    from adapters.postgres.database import FencedConnection
    from domain.settlements.bank_account import BankAccount
    from domain.settlements.payout import Payout

_UNFILED = """
SELECT p.* FROM payouts AS p
WHERE p.status = 'APPROVED' AND p.payment_file_id IS NULL AND p.currency = $1
  AND EXISTS (SELECT FROM merchants AS m WHERE m.id = p.merchant_id AND m.status = 'ACTIVE')
  AND NOT EXISTS (
      SELECT FROM settlement_accounts AS a
      WHERE (a.merchant_id, a.currency) = (p.merchant_id, p.currency) AND a.hold_reason IS NOT NULL)
ORDER BY p.id LIMIT $2
FOR UPDATE OF p SKIP LOCKED
"""
_ACCOUNTS = """
SELECT a.* FROM unnest($1::uuid[], $2::uuid[]) AS wanted (merchant_id, id)
JOIN bank_accounts AS a ON (a.merchant_id, a.id) = (wanted.merchant_id, wanted.id)
"""
_FILE = """
UPDATE payouts AS p
SET payment_file_id = filed.payment_file_id, execution_on = filed.execution_on, updated_at = filed.updated_at
FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::date[], $5::timestamptz[], $6::bigint[])
    AS filed (merchant_id, id, payment_file_id, execution_on, updated_at, version)
WHERE (p.merchant_id, p.id, p.version) = (filed.merchant_id, filed.id, filed.version)
  AND p.status = 'APPROVED' AND p.payment_file_id IS NULL
"""
_OF_FILE = "SELECT * FROM payouts WHERE payment_file_id = $1 ORDER BY id FOR UPDATE"
_STRANDED = """
SELECT p.id FROM payment_files AS f JOIN payouts AS p ON p.payment_file_id = f.id
WHERE f.status = 'FAILED' AND p.status = 'APPROVED'
ORDER BY p.id LIMIT $1
"""


class FilePayoutStore:
    """Satisfies `domain.settlements.file_ports.FilePayouts` in one transaction."""

    def __init__(self, connection: FencedConnection) -> None:
        self._connection = connection

    async def unfiled(self, currency: str, limit: int) -> list[tuple[Payout, BankAccount]]:
        """Approved payouts that are in no file, the oldest first, locked until the unit ends, and where they go."""
        payouts = [payout_of(row) for row in await self._connection.fetch(_UNFILED, currency, limit)]
        merchants, ids = [one.merchant_id for one in payouts], [one.bank_account_id for one in payouts]
        rows = await self._connection.fetch(_ACCOUNTS, merchants, ids) if payouts else []
        accounts = {row["id"]: account_of(row) for row in rows}
        return [(payout, accounts[payout.bank_account_id]) for payout in payouts]

    async def keep_filed(self, payouts: Sequence[Payout]) -> None:
        """Payouts that were put into a file just now, and are in no other; raise `Contention`."""
        columns = ("merchant_id", "id", "payment_file_id", "execution_on", "updated_at", "version")
        status = await self._connection.execute(_FILE, *([getattr(one, name) for one in payouts] for name in columns))
        if status != f"UPDATE {len(payouts)}":
            message = "A payout was changed at the same time; try again."
            raise Contention(message)

    async def of_file(self, file_id: UUID) -> list[Payout]:
        """All payouts of a file, the oldest first, locked until the unit ends."""
        return [payout_of(row) for row in await self._connection.fetch(_OF_FILE, file_id)]

    async def stranded(self, limit: int) -> list[UUID]:
        """Payouts that are still approved, and whose file has failed."""
        return [row["id"] for row in await self._connection.fetch(_STRANDED, limit)]
