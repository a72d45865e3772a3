"""What must hold whatever happened: the gateway's books, the payments and the ledger say the same."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from domain.ledger.entry import EntryKind
from domain.payments.operation import OperationStatus

if TYPE_CHECKING:
    from tests.fakes.gateway import StandInGateway
    from tests.fakes.tables import Tables


def assert_agreement(tables: Tables, gateway: StandInGateway) -> None:
    """Nothing is open, nothing was done twice, and nothing was done unrecorded."""
    assert {operation.status for operation in tables.operations.values()} <= {
        OperationStatus.SUCCEEDED,
        OperationStatus.FAILED,
    }
    for payment in tables.payments.values():
        assert payment.unknown_operations == payment.capture_pending_minor == payment.refund_pending_minor == 0
        assert not payment.void_pending
        assert not payment.final_capture_pending
        book = gateway.books.get(payment.gateway_reference or "")
        assert payment.captured_minor == (book.captured if book else 0)
        assert payment.refunded_minor == (book.refunded if book else 0)
        events = [event.sequence for event in tables.events if event.subject_id == payment.id]
        assert events == list(range(1, payment.version + 1))
    executed = Counter(effect.operation_id for effect in gateway.effects)
    assert set(executed.values()) <= {1}
    succeeded = {o.id for o in tables.operations.values() if o.status is OperationStatus.SUCCEEDED}
    assert set(executed) <= succeeded
    assert_ledger(tables)


def assert_ledger(tables: Tables) -> None:
    """The clearing account holds what was captured less what was refunded; fees are what the payments paid."""
    payments = tables.payments.values()
    moved = sum(payment.captured_minor - payment.refunded_minor for payment in payments)
    fees = sum(payment.fee_minor - payment.returned_fee_minor + payment.refund_fee_minor for payment in payments)
    assert tables.balance_minor("gateway_clearing:simulator") == moved
    assert tables.balance_minor("fees_revenue") == -fees
    assert tables.balance_minor("pending") == fees - moved
    posted = Counter(entry.operation_id for entry in tables.entries)
    assert set(posted.values()) <= {1}
    kinds = Counter(entry.kind for entry in tables.entries)
    captures = [c for c in tables.captures.values() if c.status is OperationStatus.SUCCEEDED]
    assert kinds[EntryKind.CAPTURE] == len(captures)
