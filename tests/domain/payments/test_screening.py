"""Payments go on as screening says: blocked, challenged, held, or captured once they may be."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from domain.payments.create_payment import NewCustomer
from domain.payments.decline import BLOCKED as BLOCKED_ADVICE
from domain.payments.decline import DeclineCode
from domain.payments.errors import PaymentStateForbids
from domain.payments.gateway import OutcomeKind
from domain.payments.operation import OperationStatus, OperationType
from domain.payments.origin import Origin
from domain.payments.payment import CaptureMode, PaymentStatus
from domain.payments.screening import ALLOWED, NoScreening, ScreeningDecision, Verdict
from tests.builders.payments import a_method, an_outcome
from tests.fakes.agreement import assert_agreement
from tests.fakes.crash import Crash
from tests.fakes.gateway import AUTHORIZED_FOR, Fault
from tests.fakes.screening import AWAITING, BLOCKED, CHALLENGED, REVIEWED, ScriptedScreening

if TYPE_CHECKING:
    from domain.payments.payment import Payment
    from tests.fakes.desk import Desk
    from tests.fakes.gateway import StandInGateway
    from tests.fakes.tables import Tables
    from tests.fakes.unit import MemoryUnits

S, D = PaymentStatus, ScreeningDecision
AUTOMATIC, MANUAL = CaptureMode.AUTOMATIC, CaptureMode.MANUAL


def screen(desk: Desk, first: Verdict = ALLOWED, then: Verdict = ALLOWED) -> ScriptedScreening:
    screening = ScriptedScreening(first, then)
    desk.ports = replace(desk.ports, screening=screening)
    return screening


def names(tables: Tables, payment: Payment) -> list[str]:
    return [event.name.removeprefix("payment.") for event in tables.events if event.subject_id == payment.id]


@pytest.mark.parametrize(
    ("verdict", "withheld"),
    [(ALLOWED, False), (CHALLENGED, False), (BLOCKED, False), (REVIEWED, True), (AWAITING, True)],
)
def test_when_the_capture_is_withheld(verdict: Verdict, *, withheld: bool) -> None:
    assert verdict.withholds_capture == withheld


async def test_without_screening_nothing_is_asked(desk: Desk, gateway: StandInGateway) -> None:
    assert isinstance(desk.ports.screening, NoScreening)
    assert (await desk.captured()).status is S.CAPTURED
    assert (await desk.authorized()).status is S.AUTHORIZED
    assert gateway.asked_about == []


async def test_it_is_told_all_that_is_known(desk: Desk, gateway: StandInGateway) -> None:
    gateway.cards["tok_visa"] = a_method()
    screening = screen(desk)
    origin = Origin(ip_address="203.0.113.7", shipping_country="FR")
    payment = (await desk.create(customer=NewCustomer(email="ada@example.com"), origin=origin)).payment
    [arrival] = screening.arrivals
    assert (arrival.payment.id, arrival.payment.status) == (payment.id, S.PROCESSING)
    assert (arrival.merchant, arrival.origin) == (desk.merchant, origin)
    assert arrival.customer is not None
    assert arrival.customer.id == payment.customer_id


async def test_a_block_asks_no_gateway(desk: Desk, tables: Tables, gateway: StandInGateway) -> None:
    gateway.cards["tok_visa"] = a_method(last4="1881")
    screening = screen(desk, BLOCKED)
    result = await desk.create(capture_mode=AUTOMATIC, idempotency_key="k")
    payment = result.payment
    assert (payment.status, payment.decline_code) == (S.DECLINED, DeclineCode.FRAUD_SUSPECTED)
    assert (payment.decline_message, payment.method.last4) == (BLOCKED_ADVICE, "1881")
    assert names(tables, payment) == ["created", "declined"]
    assert (tables.operations, gateway.requests, tables.entries) == ({}, [], [])
    assert tables.audit[-1].data == {"amount_minor": 10000, "currency": "EUR", "screening": "BLOCK"}
    again = await desk.create(capture_mode=AUTOMATIC, idempotency_key="k")
    assert (again.replayed, again.payment) == (True, payment)
    assert len(screening.arrivals) == 1
    assert_agreement(tables, gateway)


@pytest.mark.parametrize(("mode", "status"), [(AUTOMATIC, S.CAPTURED), (MANUAL, S.AUTHORIZED)])
async def test_a_challenge_is_asked_for(
    desk: Desk, tables: Tables, gateway: StandInGateway, mode: CaptureMode, status: PaymentStatus
) -> None:
    screen(desk, CHALLENGED)
    payment = (await desk.create(capture_mode=mode)).payment
    assert (payment.status, payment.next_action_url) == (S.REQUIRES_ACTION, "https://acs.example/ref_1")
    assert [request.request_3ds for request in gateway.requests] == [True]
    confirmed = (await desk.confirm(payment)).payment
    assert confirmed.status is status
    assert [request.request_3ds for request in gateway.requests] == [True, False]
    assert_agreement(tables, gateway)


async def test_a_challenge_is_asked_for_again_when_the_request_was_lost(desk: Desk, gateway: StandInGateway) -> None:
    screen(desk, CHALLENGED)
    gateway.next(Fault.REQUEST_LOST)
    await desk.create()
    await desk.resolve(after_seconds=2)
    assert gateway.requests[0] == gateway.requests[1]
    assert gateway.requests[1].request_3ds


@pytest.mark.parametrize("mode", [AUTOMATIC, MANUAL])
async def test_a_review_holds_the_money(desk: Desk, tables: Tables, gateway: StandInGateway, mode: CaptureMode) -> None:
    screening = screen(desk, REVIEWED, REVIEWED)
    gateway.next(an_outcome(risk_score=87, method=a_method(last4="4954")))
    payment = (await desk.create(capture_mode=mode)).payment
    assert (payment.status, payment.authorized_minor, payment.captured_minor) == (S.IN_REVIEW, 10000, 0)
    assert (payment.capturable_minor, payment.authorized_at) == (0, desk.clock.now())
    assert payment.authorization_expires_at == desk.clock.now() + AUTHORIZED_FOR
    assert names(tables, payment) == ["created", "held_for_review"]
    assert tables.events[-1].data == {"amount_minor": 10000, "currency": "EUR"}
    assert not gateway.requests[0].capture
    [asked] = screening.authorized
    assert (asked.id, asked.risk_score, asked.authorization_expires_at) == (
        payment.id, 87, payment.authorization_expires_at,
    )  # fmt: skip
    with pytest.raises(PaymentStateForbids, match="once its fraud review is approved"):
        await desk.capture(payment)
    assert_agreement(tables, gateway)


async def test_a_review_after_the_challenge_holds_it_as_well(
    desk: Desk, tables: Tables, gateway: StandInGateway
) -> None:
    screen(desk, Verdict(decision=D.REVIEW, request_3ds=True), REVIEWED)
    payment = (await desk.create(capture_mode=AUTOMATIC)).payment
    assert payment.status is S.REQUIRES_ACTION
    assert (await desk.confirm(payment)).payment.status is S.IN_REVIEW
    assert not gateway.requests[-1].capture
    assert_agreement(tables, gateway)


async def test_what_waited_for_the_score_is_captured_before_the_answer(
    desk: Desk, tables: Tables, gateway: StandInGateway
) -> None:
    screen(desk, AWAITING)
    payment = (await desk.create(capture_mode=AUTOMATIC)).payment
    assert (payment.status, payment.captured_minor, payment.fee_minor) == (S.CAPTURED, 10000, 175)
    assert names(tables, payment) == ["created", "authorized", "capture_requested", "captured"]
    assert [(r.type, r.capture, r.final) for r in gateway.requests] == [
        (OperationType.AUTHORIZE, False, False), (OperationType.CAPTURE, False, True),
    ]  # fmt: skip
    capture_id = str(gateway.requests[1].operation_id)
    assert tables.audit[1].data == {"type": "AUTHORIZE", "outcome": "SUCCEEDED", "capture_operation_id": capture_id}
    assert_agreement(tables, gateway)


async def test_a_manual_payment_that_waited_for_the_score_is_captured_by_hand(desk: Desk) -> None:
    screen(desk, AWAITING)
    payment = (await desk.create(capture_mode=MANUAL)).payment
    assert (payment.status, payment.capture_pending_minor) == (S.AUTHORIZED, 0)
    assert (await desk.capture(payment)).payment.status is S.CAPTURED


async def test_the_score_may_hold_it(desk: Desk, tables: Tables, gateway: StandInGateway) -> None:
    screen(desk, AWAITING, REVIEWED)
    payment = (await desk.create(capture_mode=AUTOMATIC)).payment
    assert (payment.status, payment.captured_minor) == (S.IN_REVIEW, 0)
    assert_agreement(tables, gateway)


async def test_after_the_challenge_it_still_waits_for_the_score(
    desk: Desk, tables: Tables, gateway: StandInGateway
) -> None:
    screen(desk, replace(AWAITING, request_3ds=True))
    payment = (await desk.create(capture_mode=AUTOMATIC)).payment
    confirmed = (await desk.confirm(payment)).payment
    assert (confirmed.status, confirmed.captured_minor) == (S.CAPTURED, 10000)
    assert [(r.type, r.capture) for r in gateway.requests] == [
        (OperationType.AUTHORIZE, False), (OperationType.AUTHORIZE, False), (OperationType.CAPTURE, False),
    ]  # fmt: skip
    assert_agreement(tables, gateway)


@pytest.mark.parametrize(("then", "status"), [(ALLOWED, S.CAPTURED), (REVIEWED, S.IN_REVIEW)])
async def test_an_authorization_that_was_found_out_later(
    desk: Desk, tables: Tables, gateway: StandInGateway, then: Verdict, status: PaymentStatus
) -> None:
    screen(desk, AWAITING, then)
    gateway.next(Fault.ANSWER_LOST)
    payment = (await desk.create(capture_mode=AUTOMATIC)).payment
    assert (payment.status, payment.unknown_operations) == (S.PROCESSING, 1)
    await desk.resolve(after_seconds=2)
    assert (tables.payments[payment.id].status, tables.payments[payment.id].unknown_operations) == (status, 0)
    assert_agreement(tables, gateway)


@pytest.mark.parametrize(
    "place", ["authorize.intent.committed", "call.before", "call.after", "outcome.before_commit", "outcome.committed"]
)
async def test_a_crash_between_the_beats(
    desk: Desk, units: MemoryUnits, tables: Tables, gateway: StandInGateway, place: str
) -> None:
    screen(desk, AWAITING)
    faults = {"call.before": Fault.CRASH_BEFORE, "call.after": Fault.CRASH_AFTER}
    if place in faults:
        gateway.next(faults[place])
    else:
        units.die_at(place)
    with pytest.raises(Crash):
        await desk.create(capture_mode=AUTOMATIC, idempotency_key="k")
    await desk.resolve(after_seconds=30)
    await _assert_captured_once(desk, tables, gateway)


@pytest.mark.parametrize("fault", [Fault.CRASH_BEFORE, Fault.CRASH_AFTER])
async def test_a_crash_in_the_capture_that_follows(
    desk: Desk, tables: Tables, gateway: StandInGateway, fault: Fault
) -> None:
    screen(desk, AWAITING)
    gateway.next(an_outcome(), fault)
    with pytest.raises(Crash):
        await desk.create(capture_mode=AUTOMATIC, idempotency_key="k")
    [payment] = tables.payments.values()
    assert (payment.status, payment.capture_pending_minor, payment.final_capture_pending) == (S.AUTHORIZED, 10000, True)
    again = await desk.create(capture_mode=AUTOMATIC, idempotency_key="k")
    assert (again.replayed, again.payment) == (True, payment)
    assert await desk.resolve(after_seconds=30) == 1
    await _assert_captured_once(desk, tables, gateway)


async def test_the_resolver_may_die_before_the_capture_that_follows(
    desk: Desk, units: MemoryUnits, tables: Tables, gateway: StandInGateway
) -> None:
    screen(desk, AWAITING)
    gateway.next(Fault.ANSWER_LOST)
    await desk.create(capture_mode=AUTOMATIC, idempotency_key="k")
    units.die_at("outcome.committed")
    with pytest.raises(Crash):
        await desk.resolve(after_seconds=2)
    assert [o.status for o in tables.operations.values()] == [OperationStatus.SUCCEEDED, OperationStatus.PENDING]
    await desk.resolve(after_seconds=30)
    await _assert_captured_once(desk, tables, gateway)


async def test_a_capture_that_follows_and_was_never_sent_is_sent_later(
    desk: Desk, tables: Tables, gateway: StandInGateway
) -> None:
    """Nobody else would ask for it again, and the authorization would lapse."""
    screen(desk, AWAITING)
    gateway.next(an_outcome(), Fault.NOT_SENT)
    payment = (await desk.create(capture_mode=AUTOMATIC, idempotency_key="k")).payment
    assert (payment.status, payment.capture_pending_minor, payment.unknown_operations) == (S.AUTHORIZED, 10000, 1)
    await desk.resolve(after_seconds=30)
    await _assert_captured_once(desk, tables, gateway)


async def test_a_merchants_own_capture_that_was_never_sent_has_failed(desk: Desk, gateway: StandInGateway) -> None:
    payment = (await desk.create(capture_mode=MANUAL)).payment
    gateway.next(Fault.NOT_SENT)
    captured = await desk.capture(payment)
    assert (captured.capture.status, captured.payment.capturable_minor) == (OperationStatus.FAILED, 10000)


async def _assert_captured_once(desk: Desk, tables: Tables, gateway: StandInGateway) -> None:
    [payment] = tables.payments.values()
    assert (payment.status, payment.captured_minor) == (S.CAPTURED, 10000)
    assert gateway.moved(OperationType.CAPTURE) == 10000
    assert_agreement(tables, gateway)
    again = await desk.create(capture_mode=AUTOMATIC, idempotency_key="k")
    assert (again.replayed, again.payment) == (True, payment)
    assert await desk.resolve(after_seconds=10_000) == 0


async def test_a_capture_that_is_refused_leaves_the_authorization(
    desk: Desk, tables: Tables, gateway: StandInGateway
) -> None:
    screen(desk, AWAITING)
    gateway.next(an_outcome(), an_outcome(OutcomeKind.FAILED, response_code="no"))
    payment = (await desk.create(capture_mode=AUTOMATIC)).payment
    assert (payment.status, payment.captured_minor, payment.capturable_minor) == (S.AUTHORIZED, 0, 10000)
    assert names(tables, payment)[-1] == "capture_failed"
    assert (await desk.capture(payment)).payment.status is S.CAPTURED
    assert_agreement(tables, gateway)


async def test_a_decline_is_not_judged_again(desk: Desk, gateway: StandInGateway) -> None:
    screening = screen(desk, AWAITING, REVIEWED)
    gateway.next(an_outcome(OutcomeKind.FAILED))
    assert (await desk.create(capture_mode=AUTOMATIC)).payment.status is S.DECLINED
    assert screening.authorized == []


async def test_what_is_captured_at_once_is_not_judged_again(desk: Desk) -> None:
    screening = screen(desk)
    assert (await desk.captured()).status is S.CAPTURED
    assert screening.authorized == []
