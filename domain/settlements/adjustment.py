"""What somebody gave a merchant or took from it by hand, after somebody else had approved it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from domain.approvals.errors import ApproverIsRequester
from domain.kernel.errors import Invalid
from domain.kernel.text import clean_text

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from domain.approvals.party import Party
    from domain.kernel.money import Money

MOST_MINOR = 10**12
"""More than any payment is; and no sum of such amounts that people could type overflows what storage adds up."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SettlementAdjustment:
    """`amount` is positive for what the merchant is given and never zero; `entry_id` is the ledger's entry.

    Raises `Invalid`, and `ApproverIsRequester` when one person did both.
    """

    id: UUID
    merchant_id: UUID
    amount: Money
    reason: str
    requested_by: Party
    approved_by: Party
    entry_id: UUID
    at: datetime

    def __post_init__(self) -> None:
        ensure_adjustment(self.amount, self.reason)
        if (self.requested_by.kind, self.requested_by.id) == (self.approved_by.kind, self.approved_by.id):
            raise ApproverIsRequester


def ensure_adjustment(amount: Money, reason: str) -> None:
    """Raise `Invalid` for an amount of zero or beyond `MOST_MINOR`, and for a reason that is no clean text."""
    if amount.minor == 0:
        raise Invalid(("amount",), "An adjustment gives something (above zero) or takes something (below zero).")
    if abs(amount.minor) > MOST_MINOR:
        raise Invalid(("amount",), f"Adjust by at most {MOST_MINOR} minor units at once.")
    clean_text(reason, ("reason",))
