"""What payouts post to the ledger."""

from __future__ import annotations

from typing import TYPE_CHECKING

from domain.kernel.ids import new_uuid
from domain.ledger.account import AVAILABLE, PAYOUTS_IN_TRANSIT, bank
from domain.ledger.entry import Entry, EntryKind, transfer

if TYPE_CHECKING:
    from datetime import datetime

    from domain.ledger.account import Account
    from domain.settlements.payout import Payout


def approval_entry(payout: Payout, at: datetime) -> Entry:
    """What was available is on its way."""
    return _entry(EntryKind.PAYOUT, payout, AVAILABLE, PAYOUTS_IN_TRANSIT, at)


def reversal_entry(payout: Payout, at: datetime) -> Entry:
    """It never left, and is available again."""
    return _entry(EntryKind.PAYOUT_FAILED, payout, PAYOUTS_IN_TRANSIT, AVAILABLE, at)


def payment_entry(payout: Payout, house_account: str, at: datetime) -> Entry:
    """A house account was debited."""
    return _entry(EntryKind.PAYOUT_PAID, payout, PAYOUTS_IN_TRANSIT, bank(house_account), at)


def return_entry(payout: Payout, house_account: str, at: datetime) -> Entry:
    """A house account was credited with what came back, which is available again."""
    return _entry(EntryKind.PAYOUT_RETURNED, payout, bank(house_account), AVAILABLE, at)


def _entry(kind: EntryKind, payout: Payout, debit: Account, credit: Account, at: datetime) -> Entry:
    return Entry(
        id=new_uuid(at),
        merchant_id=payout.merchant_id,
        kind=kind,
        postings=transfer(debit, credit, payout.amount),
        posted_at=at,
        payout_id=payout.id,
    )
