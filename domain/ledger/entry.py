"""An entry is a set of postings that sums to zero per currency; a correction is another entry."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from domain.ledger.errors import EntryUnbalanced

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from domain.kernel.money import Money
    from domain.ledger.account import Account


class EntryKind(StrEnum):
    """The fact that an entry records."""

    CAPTURE = "CAPTURE"
    REFUND = "REFUND"
    REFUND_RETURNED = "REFUND_RETURNED"
    DISPUTE = "DISPUTE"
    DISPUTE_REVERSAL = "DISPUTE_REVERSAL"
    ADJUSTMENT = "ADJUSTMENT"
    SETTLEMENT = "SETTLEMENT"
    RESERVE_HOLD = "RESERVE_HOLD"
    RESERVE_RELEASE = "RESERVE_RELEASE"
    PAYOUT = "PAYOUT"
    PAYOUT_PAID = "PAYOUT_PAID"
    PAYOUT_FAILED = "PAYOUT_FAILED"
    PAYOUT_RETURNED = "PAYOUT_RETURNED"
    REMITTANCE = "REMITTANCE"
    SUSPENSE = "SUSPENSE"
    """What a bank booked and nothing matches, between bank and suspense."""


@dataclass(frozen=True, slots=True)
class Posting:
    """A signed amount on an account: a debit is positive, a credit negative."""

    account: Account
    amount: Money


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """Raises `EntryUnbalanced` for postings that do not sum to zero in each currency.

    `merchant_id` is `PLATFORM` for what concerns no merchant: money between a gateway and the bank.
    """

    id: UUID
    merchant_id: UUID
    kind: EntryKind
    postings: tuple[Posting, ...]
    posted_at: datetime
    payment_id: UUID | None = None
    operation_id: UUID | None = None
    dispute_id: UUID | None = None
    settlement_id: UUID | None = None
    payout_id: UUID | None = None

    def __post_init__(self) -> None:
        sums: defaultdict[str, int] = defaultdict(int)
        for posting in self.postings:
            sums[posting.amount.currency.code] += posting.amount.minor
        if len(self.postings) < 2 or any(sums.values()):  # noqa: PLR2004 - double entry
            raise EntryUnbalanced


def transfer(debit: Account, credit: Account, amount: Money) -> tuple[Posting, Posting]:
    """The two postings of `debit -> credit amount`."""
    return Posting(debit, amount), Posting(credit, type(amount)(-amount.minor, amount.currency))
