"""What disputes post to the ledger."""

from __future__ import annotations

from typing import TYPE_CHECKING

from domain.ledger.account import FEES_REVENUE, PENDING, gateway_clearing
from domain.ledger.entry import Entry, EntryKind, transfer

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from domain.disputes.dispute import Dispute
    from domain.kernel.money import Money
    from domain.ledger.entry import Posting


def withdrawal_entry(dispute: Dispute, amount: Money, fee: Money, entry_id: UUID, at: datetime) -> Entry:
    """The network takes the amount from the gateway and so from the merchant, who pays the case's fee as well."""
    charged = transfer(PENDING, FEES_REVENUE, fee) if fee.minor else ()
    postings = transfer(PENDING, gateway_clearing(dispute.gateway), amount) + charged
    return _entry(EntryKind.DISPUTE, dispute, postings, entry_id, at)


def reversal_entry(dispute: Dispute, amount: Money, entry_id: UUID, at: datetime) -> Entry:
    """The network gives the amount back; the fee stays."""
    postings = transfer(gateway_clearing(dispute.gateway), PENDING, amount)
    return _entry(EntryKind.DISPUTE_REVERSAL, dispute, postings, entry_id, at)


def _entry(kind: EntryKind, dispute: Dispute, postings: tuple[Posting, ...], entry_id: UUID, at: datetime) -> Entry:
    return Entry(
        id=entry_id,
        merchant_id=dispute.merchant_id,
        kind=kind,
        postings=postings,
        posted_at=at,
        payment_id=dispute.payment_id,
        dispute_id=dispute.id,
    )
