"""Every arrow of the payment's machine, its invariants, and what may be done with it when."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.kernel.errors import Invalid
from domain.kernel.machine import TransitionNotAllowed, finals
from domain.kernel.money import Money
from domain.payments.errors import CaptureExceedsAuthorization, PaymentStateForbids, RefundExceedsCaptured
from domain.payments.events import PaymentEventType
from domain.payments.payment import (
    MOST_EVENTS,
    MOST_EVENTS_TO_CAPTURE,
    MOST_MINOR,
    TRANSITIONS,
    Payment,
    PaymentStatus,
    checked_texts,
    positive,
)
from tests.builders.moments import after
from tests.builders.money import EUR, eur, jpy
from tests.builders.payments import a_payment

S = PaymentStatus
FINAL = {S.CAPTURED, S.VOIDED, S.DECLINED, S.FAILED, S.CANCELED, S.EXPIRED}
# docs' table, written out once more: a change of the machine has to be made in two places.
ARROWS = {
    S.PROCESSING: {S.REQUIRES_ACTION, S.IN_REVIEW, S.AUTHORIZED, S.CAPTURED, S.DECLINED, S.FAILED},
    S.REQUIRES_ACTION: {
        S.PROCESSING, S.AUTHORIZED, S.CAPTURED, S.IN_REVIEW, S.DECLINED, S.FAILED, S.CANCELED, S.EXPIRED,
    },
    S.IN_REVIEW: {S.AUTHORIZED, S.CAPTURED, S.VOIDED, S.EXPIRED},
    S.AUTHORIZED: {S.IN_REVIEW, S.PARTIALLY_CAPTURED, S.CAPTURED, S.VOIDED, S.EXPIRED},
    S.PARTIALLY_CAPTURED: {S.PARTIALLY_CAPTURED, S.CAPTURED},
}  # fmt: skip


def test_the_table_knows_every_status_and_which_are_final() -> None:
    assert set(TRANSITIONS) == set(S)
    assert finals(TRANSITIONS) == FINAL


@pytest.mark.parametrize("target", S)
@pytest.mark.parametrize("current", S)
def test_every_cell_of_the_table(current: PaymentStatus, target: PaymentStatus) -> None:
    payment = a_payment(status=current)
    if target in ARROWS.get(current, set()):
        assert payment.next_status(target) is target
        return
    with pytest.raises(TransitionNotAllowed, match=f"A payment that is {current} cannot become {target}"):
        payment.next_status(target)


AMOUNTS = st.integers(-3, 10)


@given(AMOUNTS, AMOUNTS, AMOUNTS, AMOUNTS, AMOUNTS, AMOUNTS, AMOUNTS)
def test_a_payment_that_breaks_an_amount_invariant_cannot_be_held(
    amount: int, authorized: int, captured: int, capturing: int, refunded: int, disputed: int, refunding: int
) -> None:
    taken = captured + capturing
    given_back = refunded + disputed + refunding
    values: dict[str, Any] = {
        "authorized_minor": authorized,
        "captured_minor": captured,
        "capture_pending_minor": capturing,
        "refunded_minor": refunded,
        "disputed_minor": disputed,
        "refund_pending_minor": refunding,
        "status": S.CAPTURED,
    }
    if 0 <= taken <= authorized <= amount and 0 <= given_back <= captured:
        payment = a_payment(Money(amount, EUR), **values)
        assert payment.refundable_minor == captured - given_back
        return
    with pytest.raises(AssertionError, match="breaks an amount invariant"):
        a_payment(Money(amount, EUR), **values)


def test_a_change_counts_and_carries_its_event() -> None:
    payment = a_payment(version=3)
    changed = payment.change(after(5), PaymentEventType.CONFIRMED, {"a": 1}, risk_score=7)
    assert (changed.version, changed.updated_at, changed.risk_score) == (4, after(5), 7)
    [event] = changed.events
    assert (event.type, event.occurred_at, event.data) == (PaymentEventType.CONFIRMED, after(5), {"a": 1})
    assert payment.events == ()


@pytest.mark.parametrize("status", S)
def test_what_may_be_done_in_which_status(status: PaymentStatus) -> None:
    payment = a_payment(status=status)
    assert (payment.capture_refusal() is None) == (status in {S.AUTHORIZED, S.PARTIALLY_CAPTURED})
    assert (payment.void_refusal() is None) == (status in {S.AUTHORIZED, S.IN_REVIEW, S.REQUIRES_ACTION})
    assert (payment.confirm_refusal() is None) == (status is S.REQUIRES_ACTION)
    assert payment.refund_refusal() is not None
    for refusal in (payment.capture_refusal(), payment.void_refusal(), payment.confirm_refusal()):
        assert refusal is None or status in refusal


@pytest.mark.parametrize(
    ("values", "capture", "void", "refund"),
    [
        ({}, 100, True, 0),
        ({"capture_pending": eur(40)}, 60, False, 0),
        ({"capture_pending": eur(40), "final_capture_pending": True}, 0, False, 0),
        ({"capture_pending": eur(100)}, 0, False, 0),
        ({"void_pending": True}, 0, False, 0),
        ({"captured": eur(40)}, 60, False, 40),
        ({"captured": eur(40), "capture_pending": eur(60)}, 0, False, 40),
        ({"captured": eur(40), "refunded": eur(10)}, 60, False, 30),
        ({"captured": eur(100)}, 0, False, 100),
        ({"captured": eur(100), "refunded": eur(30), "disputed": eur(20), "refund_pending": eur(10)}, 0, False, 40),
        ({"captured": eur(100), "refunded": eur(100)}, 0, False, 0),
        ({"captured": eur(100), "refund_pending": eur(100)}, 0, False, 0),
        ({"captured": eur(100), "disputed": eur(100)}, 0, False, 0),
        ({"captured": eur(60), "status": S.CAPTURED}, 0, False, 60),
    ],
)
def test_how_much_may_be_done_meanwhile(values: dict[str, Any], capture: int, void: bool, refund: int) -> None:  # noqa: FBT001 - a column of the table
    payment = a_payment(**values)
    assert payment.money(payment.capturable_minor) == eur(capture)
    assert (payment.capture_refusal() is None) == (capture > 0)
    assert (payment.void_refusal() is None) == void
    assert payment.money(payment.refundable_minor) == eur(refund)
    assert (payment.refund_refusal() is None) == (refund > 0)


def test_a_payment_of_too_many_events_is_captured_no_more_and_later_refunded_no_more() -> None:
    last = a_payment(captured=eur(40), version=MOST_EVENTS_TO_CAPTURE - 1)
    assert (last.ensure_capturable(eur(60)), last.ensure_refundable(eur(40))) == (6000, 4000)
    many = a_payment(captured=eur(40), version=MOST_EVENTS - 1)
    assert (many.capturable_minor, many.ensure_refundable(eur(40))) == (0, 4000)
    full = a_payment(captured=eur(40), version=MOST_EVENTS)
    assert (full.capturable_minor, full.refundable_minor) == (0, 0)
    for ensure in (full.ensure_capturable, full.ensure_refundable):
        with pytest.raises(PaymentStateForbids, match=f"has had {MOST_EVENTS} events"):
            ensure(eur(1))
    # The reason that would hold anyway comes first.
    assert a_payment(captured=eur(40), capture_pending=eur(60), version=MOST_EVENTS).capture_refusal() == (
        "All that was authorized is captured or about to be."
    )


def test_however_many_events_a_payment_can_be_voided_and_confirmed() -> None:
    assert a_payment(version=MOST_EVENTS).void_refusal() is None
    assert a_payment(status=S.REQUIRES_ACTION, version=MOST_EVENTS).confirm_refusal() is None


def test_an_amount_beyond_what_is_left_is_refused_with_the_limit() -> None:
    payment = a_payment(captured=eur(40), refunded=eur(10))
    assert payment.ensure_capturable(eur(60)) == 6000
    with pytest.raises(CaptureExceedsAuthorization, match=r"At most 60\.00 EUR can be captured") as capture:
        payment.ensure_capturable(eur("60.01"))
    assert capture.value.limit == eur(60)
    assert payment.ensure_refundable(eur(30)) == 3000
    with pytest.raises(RefundExceedsCaptured, match=r"At most 30\.00 EUR can be refunded") as refund:
        payment.ensure_refundable(eur("30.01"))
    assert refund.value.limit == eur(30)


@pytest.mark.parametrize(
    ("amount", "path"),
    [
        (eur(0), ("amount", "amount")),
        (eur(-1), ("amount", "amount")),
        (Money(MOST_MINOR + 1, EUR), ("amount", "amount")),
        (jpy(10), ("amount", "currency")),
    ],
)
def test_an_amount_that_is_none_is_refused(amount: Money, path: tuple[str, ...]) -> None:
    payment = a_payment(captured=eur(40))
    for ensure in (payment.ensure_capturable, payment.ensure_refundable):
        with pytest.raises(Invalid) as refusal:
            ensure(amount)
        assert refusal.value.path == path


@pytest.mark.parametrize("status", [s for s in S if s not in {S.AUTHORIZED, S.PARTIALLY_CAPTURED}])
def test_all_that_is_left_of_a_payment_that_cannot_be_captured_is_refused_by_its_state(status: PaymentStatus) -> None:
    payment = a_payment(status=status)
    with pytest.raises(PaymentStateForbids, match=status):
        payment.ensure_capturable(payment.money(payment.capturable_minor))
    with pytest.raises(PaymentStateForbids, match="Only captured money"):
        payment.ensure_refundable(payment.money(payment.refundable_minor))


def test_the_largest_amount() -> None:
    assert positive(Money(MOST_MINOR, EUR)) == MOST_MINOR


@pytest.mark.parametrize(
    ("texts", "path"),
    [
        (("", None, {}), ("reference",)),
        (("4242 4242 4242 4242", None, {}), ("reference",)),
        (("a\nb", None, {}), ("reference",)),
        ((None, "x" * 1001, {}), ("description",)),
        ((None, "card 4242424242424242", {}), ("description",)),
        ((None, None, {"k" * 41: "v"}), ("metadata", "0", "key")),
        ((None, None, {"a": "b", "": "v"}), ("metadata", "1", "key")),
        ((None, None, {"k": "v" * 501}), ("metadata", "0", "value")),
        ((None, None, {"k": "5555 5555 5555 4444"}), ("metadata", "0", "value")),
        ((None, None, {str(number): "v" for number in range(51)}), ("metadata",)),
    ],
)
def test_a_bad_text_is_refused_with_its_path(
    texts: tuple[str | None, str | None, dict[str, str]], path: tuple[str, ...]
) -> None:
    with pytest.raises(Invalid) as refusal:
        checked_texts(*texts)
    assert refusal.value.path == path


def test_good_texts_pass() -> None:
    checked_texts("R-1", "Two lines\nof text", {str(number): "v" * 500 for number in range(50)})
    checked_texts(None, None, {})


def test_the_builder_s_words_for_amounts() -> None:
    payment: Payment = a_payment(captured=eur(40))
    assert (payment.status, payment.captured_minor, payment.authorized_minor) == (S.PARTIALLY_CAPTURED, 4000, 10000)
