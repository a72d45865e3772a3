"""Somebody has read the number of a bank account in full."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from domain.kernel.ids import new_uuid
from domain.kernel.text import clean_text

if TYPE_CHECKING:
    from uuid import UUID

    from domain.approvals.party import Party
    from domain.settlements.bank_account import BankAccount

MOST_REVEALS = 20
"""So many numbers can one person read within `REVEAL_WINDOW`: enough for work, too few to carry the list away."""
REVEAL_WINDOW = timedelta(hours=1)
LONGEST_REASON = 255


@dataclass(frozen=True, slots=True, kw_only=True)
class BankAccountReveal:
    """Who read which number, when and what for. Raises `Invalid` for a reason that is no clean text."""

    id: UUID
    merchant_id: UUID
    bank_account_id: UUID
    revealed_by: Party
    reason: str
    revealed_at: datetime

    def __post_init__(self) -> None:
        clean_text(self.reason, ("reason",), longest=LONGEST_REASON)


def new_reveal(account: BankAccount, party: Party, reason: str, at: datetime) -> BankAccountReveal:
    """It is read now. Raises `Invalid`."""
    return BankAccountReveal(
        id=new_uuid(at),
        merchant_id=account.merchant_id,
        bank_account_id=account.id,
        revealed_by=party,
        reason=reason,
        revealed_at=at,
    )
