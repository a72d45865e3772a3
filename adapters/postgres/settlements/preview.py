"""What the next settlement would hold: the same source as a closing's, only added up."""

from __future__ import annotations

from typing import TYPE_CHECKING

from adapters.postgres.settlements import rows
from adapters.postgres.settlements.gathering import add_up
from domain.settlements.preview import preview_of

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from adapters.postgres.database import Database
    from domain.identity.actor import Scope
    from domain.kernel.money import Currency
    from domain.settlements.preview import SettlementPreview

_ACCOUNT = "SELECT * FROM settlement_accounts WHERE merchant_id = $1 AND currency = $2"
_NEXT = """
SELECT * FROM settlements WHERE merchant_id = $1 AND currency = $2 AND status = 'OPEN' ORDER BY number LIMIT 1
"""


class SettlementPreviews:
    """Reads that add up; nothing is locked and nothing is written."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def preview(
        self, scope: Scope, merchant_id: UUID, currency: Currency, at: datetime
    ) -> SettlementPreview | None:
        """What would be closed next, as of now; None without an account. Raises `Unavailable`."""
        if not scope.covers(merchant_id):
            return None
        # One snapshot: a closing between two statements would be counted in half.
        async with (
            self._database.connection(scope) as connection,
            connection.transaction(isolation="repeatable_read", readonly=True),
        ):
            found = await connection.fetchrow(_ACCOUNT, merchant_id, currency.code)
            following = await connection.fetchrow(_NEXT, merchant_id, currency.code)
            if found is None or following is None:
                return None
            account, settlement = rows.account_of(found), rows.settlement_of(following)
            cut_off = settlement.effective_cut_off(at)
            return preview_of(account, settlement, cut_off, await add_up(connection, account, cut_off))
