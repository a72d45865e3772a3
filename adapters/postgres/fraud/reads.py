"""The read side of fraud, of all its parts: every read is scoped."""

from __future__ import annotations

from typing import TYPE_CHECKING

from adapters.postgres.fraud.backtest_reads import BacktestReads
from adapters.postgres.fraud.link_reads import LinkReads
from adapters.postgres.fraud.list_reads import ListReads
from adapters.postgres.fraud.review_reads import ReviewReads
from adapters.postgres.fraud.rule_reads import RuleReads
from adapters.postgres.fraud.screening_reads import ScreeningReads
from adapters.postgres.keyset import Key, cursor_of
from domain.fraud.link import LinkedPayment

if TYPE_CHECKING:
    from adapters.postgres.database import Database
    from domain.fraud.backtest import Backtest
    from domain.fraud.fraud_list import ListEntry
    from domain.fraud.rule import FraudRule


class FraudReads(ScreeningReads, RuleReads, ListReads, ReviewReads, LinkReads, BacktestReads):
    """Satisfies `api.fraud.reads.FraudReads`."""

    def __init__(self, database: Database) -> None:
        # Each part wants the database and nothing else.
        super().__init__(database)
        self._database = database

    @staticmethod
    def place(row: FraudRule | ListEntry | Backtest | LinkedPayment) -> str:
        """Where a row stands in a list that is in the order of ids, newest first; of links, the payment's id."""
        return cursor_of(Key.ID, 0, row.payment.id if isinstance(row, LinkedPayment) else row.id)
