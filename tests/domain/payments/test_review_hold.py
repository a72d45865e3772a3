"""What is held for a review is released, given back, or held once more."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from domain.kernel.ids import new_uuid
from domain.kernel.machine import TransitionNotAllowed
from domain.payments import review_hold
from domain.payments.errors import PaymentStateForbids
from domain.payments.events import PaymentEventType
from domain.payments.gateway import OutcomeKind
from domain.payments.operation import OperationStatus, OperationType
from domain.payments.payment import CaptureMode, PaymentStatus
from domain.payments.perform_operation import PerformOperation, perform_operation
from tests.builders.moments import after
from tests.builders.money import eur
from tests.builders.payments import a_method, a_payment, an_outcome
from tests.fakes.agreement import assert_agreement
from tests.fakes.desk import JOBS
from tests.fakes.gateway import Fault
from tests.fakes.screening import REVIEWED, ScriptedScreening

if TYPE_CHECKING:
    from uuid import UUID

    from domain.payments.operation import Operation
    from domain.payments.payment import Payment
    from domain.payments.ports import PaymentsUnit
    from tests.fakes.desk import Desk
    from tests.fakes.gateway import StandInGateway
    from tests.fakes.tables import Tables

S, E = PaymentStatus, PaymentEventType
AUTOMATIC, MANUAL = CaptureMode.AUTOMATIC, CaptureMode.MANUAL


async def held(desk: Desk, mode: CaptureMode = AUTOMATIC) -> Payment:
    desk.ports = replace(desk.ports, screening=ScriptedScreening(REVIEWED, REVIEWED))
    return (await desk.create(capture_mode=mode)).payment


async def end(
    desk: Desk, payment: Payment, *, approved: bool, perform: bool = True
) -> tuple[Payment, Operation | None]:
    """What deciding a review does with the payment."""

    async def change(unit: PaymentsUnit, locked: Payment, operation_id: UUID) -> tuple[Payment, Operation | None]:
        if approved:
            return await review_hold.release(unit, locked, operation_id, desk.clock.now())
        return await review_hold.refuse(unit, locked, operation_id, desk.clock.now(), "stolen")

    async with desk.ports.units.begin(JOBS, "review") as unit:
        locked = await unit.payments.for_update(payment.id)
        changed, operation = await change(unit, locked, new_uuid(desk.clock.now()))
        changed = await unit.payments.save(changed)
        await unit.commit()
    if operation is not None and perform:
        await perform_operation(desk.ports, JOBS, PerformOperation(payment=changed, operation=operation))
    return changed, operation


@pytest.mark.parametrize("status", [S.PROCESSING, S.REQUIRES_ACTION])
def test_an_authorization_is_held(status: PaymentStatus) -> None:
    outcome = an_outcome(
        gateway_reference="ref_1", method=a_method(last4="4954"), risk_score=87, authorization_expires_at=after(900)
    )
    before = a_payment(status=status, next_action_url="https://acs.example/1")
    payment = review_hold.hold(before, outcome, after(1))
    assert (payment.status, payment.authorized_minor, payment.authorized_at) == (S.IN_REVIEW, 10000, after(1))
    assert (payment.gateway_reference, payment.method.last4, payment.risk_score) == ("ref_1", "4954", 87)
    assert (payment.authorization_expires_at, payment.next_action_url) == (after(900), None)
    [event] = payment.events
    assert (event.type, event.data) == (E.HELD_FOR_REVIEW, {"amount_minor": 10000, "currency": "EUR"})


def test_only_what_is_being_authorized_is_held() -> None:
    with pytest.raises(TransitionNotAllowed):
        review_hold.hold(a_payment(status=S.DECLINED), an_outcome(), after(1))


def test_what_was_released_is_held_again() -> None:
    payment = review_hold.hold_again(a_payment(authorization_expires_at=after(900)), after(1))
    assert (payment.status, payment.authorized_minor, payment.authorization_expires_at) == (
        S.IN_REVIEW, 10000, after(900),
    )  # fmt: skip
    assert [event.type for event in payment.events] == [E.HELD_FOR_REVIEW]


@pytest.mark.parametrize(
    ("values", "why"),
    [
        ({"captured": eur(40)}, "this one is PARTIALLY_CAPTURED"),
        ({"captured": eur(100)}, "this one is CAPTURED"),
        ({"status": S.VOIDED}, "this one is VOIDED"),
        ({"status": S.EXPIRED}, "this one is EXPIRED"),
        ({"status": S.IN_REVIEW}, "this one is IN_REVIEW"),
        ({"capture_pending": eur(40)}, "under way"),
        ({"void_pending": True}, "under way"),
    ],
)
def test_but_not_once_money_was_asked_for(values: dict[str, Any], why: str) -> None:
    with pytest.raises(PaymentStateForbids, match=why):
        review_hold.hold_again(a_payment(**values), after(1))


async def test_an_automatic_payment_is_captured_when_released(
    desk: Desk, tables: Tables, gateway: StandInGateway
) -> None:
    payment = await held(desk)
    released, operation = await end(desk, payment, approved=True)
    assert (released.status, released.capture_pending_minor) == (S.AUTHORIZED, 10000)
    assert operation is not None
    assert (operation.type, operation.amount, operation.final) == (OperationType.CAPTURE, eur(100), True)
    assert (tables.payments[payment.id].status, tables.payments[payment.id].captured_minor) == (S.CAPTURED, 10000)
    assert [e.name.removeprefix("payment.") for e in tables.events if e.subject_id == payment.id] == [
        "created", "held_for_review", "released_from_review", "capture_requested", "captured",
    ]  # fmt: skip
    assert_agreement(tables, gateway)


async def test_a_manual_one_can_be_captured_then(desk: Desk, tables: Tables, gateway: StandInGateway) -> None:
    payment = await held(desk, MANUAL)
    released, operation = await end(desk, payment, approved=True)
    assert (released.status, operation, released.capturable_minor) == (S.AUTHORIZED, None, 10000)
    assert (await desk.capture(released, eur(40))).payment.captured_minor == 4000
    assert_agreement(tables, gateway)


async def test_refused_it_is_voided(desk: Desk, tables: Tables, gateway: StandInGateway) -> None:
    payment = await held(desk)
    reserved, operation = await end(desk, payment, approved=False)
    assert (reserved.status, reserved.void_pending) == (S.IN_REVIEW, True)
    assert operation is not None
    assert (operation.type, operation.amount, operation.status) == (
        OperationType.VOID, eur(100), OperationStatus.PENDING,
    )  # fmt: skip
    assert tables.payments[payment.id].status is S.VOIDED
    requested = next(event for event in tables.events if event.name == "payment.void_requested")
    assert requested.data == {"reason": "stolen"}
    assert_agreement(tables, gateway)


@pytest.mark.parametrize(("approved", "status"), [(True, S.CAPTURED), (False, S.VOIDED)])
@pytest.mark.parametrize("sent", [True, False])
async def test_the_job_goes_on_where_a_crash_ended_it(
    desk: Desk, tables: Tables, gateway: StandInGateway, status: PaymentStatus, *, approved: bool, sent: bool
) -> None:
    payment = await held(desk)
    if sent:
        gateway.next(Fault.ANSWER_LOST)
    await end(desk, payment, approved=approved, perform=sent)
    await desk.resolve(after_seconds=30)
    assert tables.payments[payment.id].status is status
    assert_agreement(tables, gateway)


async def test_a_void_that_is_refused_leaves_it_held(desk: Desk, tables: Tables, gateway: StandInGateway) -> None:
    payment = await held(desk)
    gateway.next(an_outcome(OutcomeKind.FAILED, response_code="no"))
    await end(desk, payment, approved=False)
    assert (tables.payments[payment.id].status, tables.payments[payment.id].void_pending) == (S.IN_REVIEW, False)
    await end(desk, payment, approved=False)
    assert tables.payments[payment.id].status is S.VOIDED
    assert_agreement(tables, gateway)


@pytest.mark.parametrize("approved", [True, False])
@pytest.mark.parametrize(
    ("values", "why"),
    [({}, "this one is AUTHORIZED"), ({"status": S.IN_REVIEW, "void_pending": True}, "A void is under way")],
)
async def test_nothing_else_is_decided_about(
    desk: Desk, tables: Tables, values: dict[str, Any], why: str, *, approved: bool
) -> None:
    payment = a_payment(merchant_id=desk.merchant.id, **values)
    tables.payments[payment.id] = payment
    with pytest.raises(PaymentStateForbids, match=why):
        await end(desk, payment, approved=approved)
    assert (tables.payments[payment.id], tables.operations) == (payment, {})
