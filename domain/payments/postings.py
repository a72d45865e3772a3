"""What payments post to the ledger."""

from __future__ import annotations

from typing import TYPE_CHECKING

from domain.ledger.account import FEES_REVENUE, PENDING, gateway_clearing
from domain.ledger.entry import Entry, EntryKind, Posting, transfer

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from domain.kernel.money import Money
    from domain.payments.operation import Operation
    from domain.payments.payment import Payment
    from domain.payments.refund import Refund


def capture_entry(payment: Payment, operation: Operation, entry_id: UUID, fee_minor: int, at: datetime) -> Entry:
    """The gateway owes us the amount, we owe it to the merchant, less the fee."""
    clearing = gateway_clearing(operation.gateway)
    postings = transfer(clearing, PENDING, operation.amount) + _fee(payment.money(fee_minor))
    return _entry(EntryKind.CAPTURE, payment, operation, entry_id, postings, at)


def refund_entry(payment: Payment, operation: Operation, refund: Refund, entry_id: UUID, at: datetime) -> Entry:
    """The merchant owes the amount back to the gateway; it gets its fee back and pays for the refund as planned."""
    clearing = gateway_clearing(operation.gateway)
    fees = _fee(payment.money(-refund.returned_fee_minor)) + _fee(payment.money(refund.fee_minor))
    postings = transfer(PENDING, clearing, operation.amount) + fees
    return _entry(EntryKind.REFUND, payment, operation, entry_id, postings, at)


def _fee(fee: Money) -> tuple[Posting, ...]:
    if fee.minor == 0:
        return ()
    return transfer(PENDING, FEES_REVENUE, fee)


def _entry(
    kind: EntryKind,
    payment: Payment,
    operation: Operation,
    entry_id: UUID,
    postings: tuple[Posting, ...],
    at: datetime,
) -> Entry:
    return Entry(
        id=entry_id,
        merchant_id=payment.merchant_id,
        kind=kind,
        postings=postings,
        posted_at=at,
        payment_id=payment.id,
        operation_id=operation.id,
    )
