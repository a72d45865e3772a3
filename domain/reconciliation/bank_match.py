"""What an entry of a bank statement turned out to be; each is one thing."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from domain.kernel.money import Currency, Money

if TYPE_CHECKING:
    from datetime import date, datetime
    from uuid import UUID

    from domain.identity.actor import Actor
    from domain.reconciliation.bank_entry import BankEntry


class MatchKind(StrEnum):
    """What the entry is."""

    PAYOUT = "PAYOUT"
    """A payout that reached the bank."""
    PAYOUT_RETURN = "PAYOUT_RETURN"
    """A payout that came back."""
    REMITTANCE = "REMITTANCE"
    SUSPENSE = "SUSPENSE"
    """What nobody could match; booked between bank and suspense. The subject is the reconciliation item."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BankMatch:
    """What is matched is `subject_id`: a payout of the merchant, or a remittance or reconciliation item of `PLATFORM`.

    It repeats of the entry what the payout's merchant may know: the rest of a bank statement is none of its business.
    """

    merchant_id: UUID
    entry_id: UUID
    kind: MatchKind
    subject_id: UUID
    account: str
    amount_minor: int
    currency: Currency
    booked_on: date
    value_on: date | None = None
    bank_reference: str | None = None
    return_reason: str | None = None
    by_hand: bool = False
    matched_by_name: str
    matched_at: datetime

    @property
    def amount(self) -> Money:
        """What came, or less than zero: what left."""
        return Money(self.amount_minor, self.currency)


def match_of(
    entry: BankEntry,
    account: str,
    kind: MatchKind,
    subject: tuple[UUID, UUID],
    actor: Actor,
    at: datetime,
    *,
    by_hand: bool = False,
) -> BankMatch:
    """An entry of a house account is this; `subject` is its merchant and its id."""
    merchant_id, subject_id = subject
    return BankMatch(
        merchant_id=merchant_id,
        entry_id=entry.id,
        kind=kind,
        subject_id=subject_id,
        account=account,
        amount_minor=entry.amount_minor,
        currency=entry.currency,
        booked_on=entry.booked_on,
        value_on=entry.value_on,
        bank_reference=entry.bank_reference,
        return_reason=entry.return_reason,
        by_hand=by_hand,
        matched_by_name=actor.name,
        matched_at=at,
    )
