"""What settlements post to the ledger."""

from __future__ import annotations

from typing import TYPE_CHECKING

from domain.ledger.account import AVAILABLE, FEES_REVENUE, PENDING, RESERVE
from domain.ledger.entry import Entry, EntryKind, transfer

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from domain.kernel.money import Money
    from domain.settlements.reserve_hold import ReserveHold
    from domain.settlements.settlement import Settlement


def settlement_entry(settlement: Settlement, net: Money, entry_id: UUID, at: datetime) -> Entry:
    """The net becomes available."""
    return Entry(
        id=entry_id,
        merchant_id=settlement.merchant_id,
        kind=EntryKind.SETTLEMENT,
        postings=transfer(PENDING, AVAILABLE, net),
        posted_at=at,
        settlement_id=settlement.id,
    )


def reserve_entry(settlement: Settlement, held: Money, entry_id: UUID, at: datetime) -> Entry:
    """Some of it is held back; its first posting is a line of the same settlement."""
    return Entry(
        id=entry_id,
        merchant_id=settlement.merchant_id,
        kind=EntryKind.RESERVE_HOLD,
        postings=transfer(PENDING, RESERVE, held),
        posted_at=at,
        settlement_id=settlement.id,
    )


def release_entry(hold: ReserveHold, entry_id: UUID, at: datetime) -> Entry:
    """What was held is owed again, by way of the next settlement: so a balance below zero is set off first."""
    return Entry(
        id=entry_id,
        merchant_id=hold.merchant_id,
        kind=EntryKind.RESERVE_RELEASE,
        postings=transfer(RESERVE, PENDING, hold.amount),
        posted_at=at,
        settlement_id=hold.settlement_id,
    )


def adjustment_entry(merchant_id: UUID, amount: Money, entry_id: UUID, at: datetime) -> Entry:
    """What a merchant is given (above zero) we earn less, and what is taken from it we earn more."""
    return Entry(
        id=entry_id,
        merchant_id=merchant_id,
        kind=EntryKind.ADJUSTMENT,
        postings=transfer(FEES_REVENUE, PENDING, amount),
        posted_at=at,
    )
