"""The read side of settlements, of all its parts: every read is scoped."""

from __future__ import annotations

from typing import TYPE_CHECKING

from adapters.postgres.keyset import Key, cursor_of
from adapters.postgres.settlements.account_reads import SettlementAccountReads
from adapters.postgres.settlements.line_reads import SettlementLineReads
from adapters.postgres.settlements.preview import SettlementPreviews
from adapters.postgres.settlements.settlement_reads import SettlementListReads

if TYPE_CHECKING:
    from adapters.postgres.database import Database
    from domain.settlements.adjustment import SettlementAdjustment
    from domain.settlements.reserve_hold import ReserveHold


class SettlementReads(SettlementListReads, SettlementLineReads, SettlementAccountReads, SettlementPreviews):
    """Satisfies `api.settlements.reads.SettlementReads`."""

    def __init__(self, database: Database) -> None:
        # Each part wants the database and nothing else.
        super().__init__(database)
        self._database = database

    @staticmethod
    def place(row: ReserveHold | SettlementAdjustment) -> str:
        """Where a row stands in a list that is in the order of ids."""
        return cursor_of(Key.ID, 0, row.id)
