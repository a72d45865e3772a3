"""Reserve, then move or release: whatever the order, no more is moved than there was."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.kernel.ids import new_uuid
from domain.kernel.money import Money
from domain.payments import money_movement
from domain.payments.errors import CaptureExceedsAuthorization, PaymentStateForbids, RefundExceedsCaptured
from domain.payments.events import PaymentEventType
from domain.payments.operation import OperationStatus, OperationType
from domain.payments.payment import Payment, PaymentStatus
from tests.builders.moments import MORNING, after
from tests.builders.money import EUR, eur
from tests.builders.payments import a_capture, a_payment, a_refund, an_operation, an_outcome

S = PaymentStatus
E = PaymentEventType
DISPUTE = new_uuid(MORNING)


def captured(payment: Payment, amount: Money, *, final: bool = True, fee: int = 0) -> Payment:
    reserved = money_movement.reserve_capture(payment, amount, final=final, at=after(1))
    return money_movement.take_capture(reserved, a_capture(amount=amount, final=final), fee, after(2))


def test_a_capture_reserves_and_then_takes() -> None:
    reserved = money_movement.reserve_capture(a_payment(), eur(40), final=False, at=after(1))
    assert (reserved.capture_pending_minor, reserved.captured_minor, reserved.status) == (4000, 0, S.AUTHORIZED)
    capture = a_capture(amount=eur(40), final=False)
    taken = money_movement.take_capture(reserved, capture, 85, after(2))
    assert (taken.capture_pending_minor, taken.captured_minor, taken.fee_minor) == (0, 4000, 85)
    assert (taken.status, taken.captured_at) == (S.PARTIALLY_CAPTURED, after(2))
    assert taken.events[-1].data == {
        "amount_minor": 4000, "currency": "EUR", "capture_id": str(capture.id), "fee_minor": 85,
        "final": False, "released_minor": 0,
    }  # fmt: skip


def test_parts_make_a_whole_also_without_a_final_one() -> None:
    payment = captured(a_payment(), eur(40), final=False, fee=1)
    payment = captured(payment, eur(60), final=False, fee=2)
    assert (payment.status, payment.captured_minor, payment.fee_minor) == (S.CAPTURED, 10000, 3)
    assert payment.events[-1].data["final"] is True
    assert payment.events[-1].data["released_minor"] == 0


def test_the_final_part_releases_the_rest() -> None:
    payment = captured(captured(a_payment(), eur(40), final=False), eur(10))
    assert (payment.status, payment.captured_minor, payment.capturable_minor) == (S.CAPTURED, 5000, 0)
    assert payment.events[-1].data["released_minor"] == 5000
    assert payment.captured_at == after(2)


def test_nothing_is_captured_beside_a_final_capture_under_way() -> None:
    reserved = money_movement.reserve_capture(a_payment(), eur(40), final=True, at=after(1))
    with pytest.raises(PaymentStateForbids, match="final capture is under way"):
        money_movement.reserve_capture(reserved, eur(10), final=False, at=after(2))
    freed = money_movement.release_capture(reserved, a_capture(amount=eur(40), final=True), "no", after(3))
    assert (freed.capturable_minor, freed.final_capture_pending) == (10000, False)
    assert freed.events[-1].type is E.CAPTURE_FAILED


def test_a_part_that_fails_does_not_end_the_final_one_s_wait() -> None:
    part = money_movement.reserve_capture(a_payment(), eur(40), final=False, at=after(1))
    both = money_movement.reserve_capture(part, eur(60), final=True, at=after(2))
    freed = money_movement.release_capture(both, a_capture(amount=eur(40), final=False), "no", after(3))
    assert (freed.capture_pending_minor, freed.final_capture_pending) == (6000, True)


def test_a_part_may_arrive_after_the_final_one() -> None:
    part = money_movement.reserve_capture(a_payment(), eur(30), final=False, at=after(1))
    both = money_movement.reserve_capture(part, eur(40), final=True, at=after(2))
    final = money_movement.take_capture(both, a_capture(amount=eur(40), final=True), 1, after(3))
    assert (final.status, final.captured_minor, final.capture_pending_minor) == (S.CAPTURED, 4000, 3000)
    assert final.events[-1].data["released_minor"] == 3000
    late = money_movement.take_capture(final, a_capture(amount=eur(30), final=False), 2, after(4))
    assert (late.status, late.captured_minor, late.capture_pending_minor) == (S.CAPTURED, 7000, 0)
    assert (late.fee_minor, late.refundable_minor, late.final_capture_pending) == (3, 7000, False)
    assert late.events[-1].data["released_minor"] == 3000
    failed = money_movement.release_capture(final, a_capture(amount=eur(30), final=False), "no", after(4))
    assert (failed.status, failed.captured_minor, failed.capture_pending_minor) == (S.CAPTURED, 4000, 0)


def test_authorized_and_captured_at_once() -> None:
    processing = a_payment(status=S.PROCESSING)
    payment = money_movement.take_at_once(
        processing, an_outcome(), a_capture(amount=eur(100), final=True), 175, after(1)
    )
    assert (payment.status, payment.authorized_minor, payment.captured_minor) == (S.CAPTURED, 10000, 10000)
    assert (payment.capture_pending_minor, payment.final_capture_pending, payment.fee_minor) == (0, False, 175)
    assert [event.type for event in payment.events] == [E.AUTHORIZED, E.CAPTURE_REQUESTED, E.CAPTURED]


def test_a_refund_reserves_and_then_gives_back() -> None:
    payment = a_payment(captured=eur(100), fee_minor=175)
    reserved = money_movement.reserve_refund(payment, eur(40), after(1))
    assert (reserved.refund_pending_minor, reserved.refunded_minor) == (4000, 0)
    refund = a_refund(amount=eur(40), returned_fee_minor=70, fee_minor=30)
    back = money_movement.give_back(reserved, refund, after(2))
    assert (back.refund_pending_minor, back.refunded_minor, back.returned_fee_minor) == (0, 4000, 70)
    assert (back.fee_minor, back.refund_fee_minor) == (175, 30)
    assert (back.status, back.refundable_minor) == (S.CAPTURED, 6000)
    assert back.events[-1].data == {
        "amount_minor": 4000, "currency": "EUR", "refund_id": str(refund.id), "returned_fee_minor": 70,
        "fee_minor": 30,
    }  # fmt: skip


def test_a_refund_that_fails_can_be_made_again() -> None:
    reserved = money_movement.reserve_refund(a_payment(captured=eur(100)), eur(100), after(1))
    with pytest.raises(PaymentStateForbids, match="about to be refunded"):
        money_movement.reserve_refund(reserved, eur(1), after(2))
    freed = money_movement.release_refund(reserved, a_refund(amount=eur(100)), "closed", after(3))
    assert freed.refundable_minor == 10000
    assert freed.events[-1].data["response_code"] == "closed"


def withdrawn(payment: Payment, amount: Money) -> Payment:
    return money_movement.withdraw_disputed(payment, amount, DISPUTE, after(1))[0]


def test_a_network_takes_of_what_is_left_and_then_more_than_that() -> None:
    payment = a_payment(captured=eur(100), refunded=eur(50), refund_pending=eur(10))
    taken, beyond = money_movement.withdraw_disputed(payment, eur(60), DISPUTE, after(1))
    assert (taken.disputed_minor, taken.double_loss_minor, beyond, taken.refundable_minor) == (4000, 2000, 2000, 0)
    assert (taken.events[-1].type, taken.events[-1].data) == (
        E.DISPUTE_FUNDS_WITHDRAWN,
        {"amount_minor": 6000, "currency": "EUR", "dispute_id": str(DISPUTE), "double_loss_minor": 2000},
    )
    more, beyond = money_movement.withdraw_disputed(taken, eur(5), DISPUTE, after(2))
    assert (more.disputed_minor, more.double_loss_minor, beyond) == (4000, 2500, 500)


def test_what_it_gives_back_was_lost_twice_first() -> None:
    payment = withdrawn(a_payment(captured=eur(100), refunded=eur(60)), eur(70))
    first = money_movement.reinstate_disputed(payment, eur(40), DISPUTE, after(2))
    assert (first.disputed_minor, first.double_loss_minor, first.refundable_minor) == (3000, 0, 1000)
    assert (first.events[-1].type, first.events[-1].data["double_loss_minor"]) == (E.DISPUTE_FUNDS_REINSTATED, 3000)
    second = money_movement.reinstate_disputed(first, eur(30), DISPUTE, after(3))
    assert (second.disputed_minor, second.double_loss_minor, second.refundable_minor) == (0, 0, 4000)


def test_a_refund_that_fails_after_a_network_took_the_money_covers_what_it_took() -> None:
    reserved = money_movement.reserve_refund(a_payment(captured=eur(100)), eur(80), after(1))
    taken = withdrawn(reserved, eur(40))
    assert (taken.disputed_minor, taken.double_loss_minor) == (2000, 2000)
    freed = money_movement.release_refund(taken, a_refund(amount=eur(80)), "closed", after(3))
    assert (freed.disputed_minor, freed.double_loss_minor, freed.refundable_minor) == (4000, 0, 6000)


def test_a_capture_after_a_network_took_more_than_there_was_covers_it() -> None:
    payment = withdrawn(captured(a_payment(), eur(30), final=False), eur(40))
    assert (payment.disputed_minor, payment.double_loss_minor) == (3000, 1000)
    payment = captured(payment, eur(5), final=False)
    assert (payment.disputed_minor, payment.double_loss_minor, payment.refundable_minor) == (3500, 500, 0)
    payment = captured(payment, eur(10))
    assert (payment.disputed_minor, payment.double_loss_minor, payment.refundable_minor) == (4000, 0, 500)


STEPS = st.lists(
    st.tuples(st.sampled_from(["capture", "final", "refund"]), st.integers(1, 60), st.booleans(), st.integers(0, 3)),
    max_size=14,
)


@given(STEPS)
def test_in_any_order_nothing_is_moved_twice_and_nothing_gets_stuck(steps: list[tuple[str, int, bool, int]]) -> None:
    """Captures and refunds begin, and end well or badly, each with up to three others in between."""
    payment = a_payment(Money(100, EUR))
    open_: list[tuple[int, str, int, bool]] = []

    def end(kind: str, minor: int, *, well: bool) -> None:
        nonlocal payment
        operation = an_operation(type=OperationType.CAPTURE if kind != "refund" else OperationType.REFUND)
        amount = Money(minor, EUR)
        if kind == "refund":
            refund = a_refund(operation, amount=amount)
            payment = (
                money_movement.give_back(payment, refund, after(9))
                if well
                else money_movement.release_refund(payment, refund, "no", after(9))
            )
            return
        capture = a_capture(operation, amount=amount, final=kind == "final", status=OperationStatus.PENDING)
        payment = (
            money_movement.take_capture(payment, capture, 0, after(9))
            if well
            else money_movement.release_capture(payment, capture, "no", after(9))
        )

    for number, (kind, minor, well, delay) in enumerate(steps):
        try:
            if kind == "refund":
                payment = money_movement.reserve_refund(payment, Money(minor, EUR), after(number))
            else:
                payment = money_movement.reserve_capture(
                    payment, Money(minor, EUR), final=kind == "final", at=after(number)
                )
            open_.append((number + delay, kind, minor, well))
        except (CaptureExceedsAuthorization, RefundExceedsCaptured, PaymentStateForbids):
            pass
        for item in [item for item in open_ if item[0] <= number]:
            open_.remove(item)
            end(item[1], item[2], well=item[3])
    for _, kind, minor, well in open_:
        end(kind, minor, well=well)
    assert payment.capture_pending_minor == payment.refund_pending_minor == 0
    assert not payment.final_capture_pending
    assert payment.version == len(payment.events)
