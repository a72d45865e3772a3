"""What payments post, to the cent."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hypothesis import given
from hypothesis import strategies as st

from domain.kernel.ids import new_uuid
from domain.kernel.money import Money
from domain.ledger.entry import EntryKind
from domain.payments.postings import capture_entry, refund_entry
from tests.builders.moments import MORNING, after
from tests.builders.money import EUR, eur
from tests.builders.payments import a_payment, a_refund, an_operation

if TYPE_CHECKING:
    from domain.ledger.entry import Posting

PAYMENT = a_payment(captured=eur(40))
OPERATION = an_operation(PAYMENT, amount=eur(40))
ENTRY_ID = new_uuid(MORNING)


def amounts(postings: tuple[Posting, ...]) -> list[tuple[str, int]]:
    return [(p.account.name, p.amount.minor) for p in postings]


def test_a_capture_and_its_fee() -> None:
    entry = capture_entry(PAYMENT, OPERATION, ENTRY_ID, 85, after(1))
    assert amounts(entry.postings) == [
        ("gateway_clearing:simulator", 4000),
        ("pending", -4000),
        ("pending", 85),
        ("fees_revenue", -85),
    ]
    assert (entry.kind, entry.id, entry.posted_at) == (EntryKind.CAPTURE, ENTRY_ID, after(1))
    assert (entry.merchant_id, entry.payment_id, entry.operation_id) == (PAYMENT.merchant_id, PAYMENT.id, OPERATION.id)


def test_a_refund_with_the_fee_it_gives_back() -> None:
    refund = a_refund(OPERATION, returned_fee_minor=85)
    entry = refund_entry(PAYMENT, OPERATION, refund, ENTRY_ID, after(1))
    assert amounts(entry.postings) == [
        ("pending", 4000),
        ("gateway_clearing:simulator", -4000),
        ("pending", -85),
        ("fees_revenue", 85),
    ]
    assert entry.kind is EntryKind.REFUND


def test_a_refund_with_what_it_costs_itself() -> None:
    refund = a_refund(OPERATION, returned_fee_minor=85, fee_minor=30)
    entry = refund_entry(PAYMENT, OPERATION, refund, ENTRY_ID, after(1))
    assert amounts(entry.postings)[2:] == [
        ("pending", -85),
        ("fees_revenue", 85),
        ("pending", 30),
        ("fees_revenue", -30),
    ]
    alone = refund_entry(PAYMENT, OPERATION, a_refund(OPERATION, fee_minor=30), ENTRY_ID, after(1))
    assert amounts(alone.postings)[2:] == [("pending", 30), ("fees_revenue", -30)]


def test_no_fee_no_posting() -> None:
    assert len(capture_entry(PAYMENT, OPERATION, ENTRY_ID, 0, after(1)).postings) == 2
    assert len(refund_entry(PAYMENT, OPERATION, a_refund(OPERATION), ENTRY_ID, after(1)).postings) == 2


@given(st.integers(1, 10**12), st.integers(0, 10**12))
def test_entries_balance_and_a_full_refund_undoes_a_capture(minor: int, fee: int) -> None:
    operation = an_operation(PAYMENT, amount=Money(minor, EUR))
    refund = a_refund(operation, returned_fee_minor=fee)
    captured = amounts(capture_entry(PAYMENT, operation, ENTRY_ID, fee, after(1)).postings)
    refunded = amounts(refund_entry(PAYMENT, operation, refund, ENTRY_ID, after(1)).postings)
    assert sorted(captured) == sorted((account, -amount) for account, amount in refunded)
