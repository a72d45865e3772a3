"""A line of a settlement: one posting to `pending`, or what is carried from one settlement to the next."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from domain.kernel.money import Money

CARRIED_OUT = -1
CARRIED_IN = -2


class LineKind(StrEnum):
    """What a line is for."""

    CAPTURE = "CAPTURE"
    REFUND = "REFUND"
    FEE = "FEE"
    DISPUTE = "DISPUTE"
    DISPUTE_FEE = "DISPUTE_FEE"
    DISPUTE_REVERSAL = "DISPUTE_REVERSAL"
    RESERVE_HOLD = "RESERVE_HOLD"
    RESERVE_RELEASE = "RESERVE_RELEASE"
    ADJUSTMENT = "ADJUSTMENT"
    CARRIED_OVER = "CARRIED_OVER"


@dataclass(frozen=True, slots=True, kw_only=True)
class SettlementLine:
    """`amount` is positive for what the merchant is owed, negative for what it owes: a debit of `pending` is negative.

    `entry_id` and `position` name the posting. A CARRIED_OVER line has none: its `entry_id` is the settlement's own id,
    its position `CARRIED_OUT` or `CARRIED_IN`. `posted_at` is when the posting was made.
    """

    merchant_id: UUID
    entry_id: UUID
    position: int
    settlement_id: UUID
    kind: LineKind
    amount: Money
    payment_id: UUID | None = None
    dispute_id: UUID | None = None
    posted_at: datetime

    @property
    def of_ledger(self) -> bool:
        """Whether it is a posting of the ledger."""
        return self.position >= 0
