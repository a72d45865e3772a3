"""A payment's whole life tells the same story in memory and in PostgreSQL."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from domain.kernel.idempotency import IdempotencyConflict
from domain.payments.errors import CaptureExceedsAuthorization, RefundExceedsCaptured
from domain.payments.gateway import OutcomeKind
from domain.payments.payment import CaptureMode, PaymentStatus
from domain.payments.screening import ALLOWED
from tests.builders.money import eur
from tests.builders.payments import a_method, an_outcome
from tests.contracts.house import House, names
from tests.fakes.clock import SettableClock
from tests.fakes.desk import Desk
from tests.fakes.gateway import Fault, StandInGateway
from tests.fakes.screening import AWAITING, BLOCKED, CHALLENGED, REVIEWED, ScriptedScreening

if TYPE_CHECKING:
    from domain.merchants.merchant import Merchant

S = PaymentStatus


@pytest.fixture
def desk(house: House, merchant: Merchant) -> Desk:
    clock = SettableClock()
    return Desk(house.units, merchant, StandInGateway(clock), clock)


async def test_a_whole_life(house: House, desk: Desk) -> None:
    desk.gateway.next(an_outcome(OutcomeKind.REQUIRES_ACTION))
    payment = (await desk.create(reference="R-1")).payment
    await desk.confirm(payment)
    await desk.capture(payment, eur(30), final=False)
    with pytest.raises(CaptureExceedsAuthorization):
        await desk.capture(payment, eur("70.01"))
    desk.gateway.next(Fault.ANSWER_LOST)
    doubtful = await desk.capture(payment, eur(50), idempotency_key="k")
    assert doubtful.payment.unknown_operations == 1
    with pytest.raises(IdempotencyConflict):
        await desk.capture(payment, eur(51), idempotency_key="k")
    await desk.resolve(after_seconds=2)
    again = await desk.capture(payment, eur(50), idempotency_key="k")
    assert (again.replayed, again.payment.captured_minor, again.payment.status) == (True, 8000, S.CAPTURED)
    desk.gateway.next(an_outcome(OutcomeKind.FAILED, response_code="no"))
    await desk.refund(payment, eur(20))
    with pytest.raises(RefundExceedsCaptured):
        await desk.refund(payment, eur("80.01"))
    done = await desk.refund(payment)
    assert (done.payment.refunded_minor, done.payment.refundable_minor) == (8000, 0)
    events = await house.events(payment.id)
    assert [sequence for _, sequence, _ in events] == list(range(1, done.payment.version + 1))
    assert [name.removeprefix("payment.") for name in names(events)] == [
        "created", "action_required", "confirmed", "authorized", "capture_requested", "captured",
        "capture_requested", "outcome_unknown", "captured", "refund_requested", "refund_failed",
        "refund_requested", "refunded",
    ]  # fmt: skip
    sums: Counter[str] = Counter()
    for _, account, _, minor in await house.postings():
        sums[account] += minor
    assert sums == {"gateway_clearing:simulator": 0, "pending": 25 + 45 + 25 + 75, "fees_revenue": -170}
    actions = Counter(record.action for record in await house.records())
    assert actions["payments.record_outcome"] == 7
    assert actions["payments.capture"] == actions["payments.refund"] == 2


async def test_a_void_and_a_decline(house: House, desk: Desk) -> None:
    voided = await desk.void(await desk.authorized(), reason="wrong article")
    assert voided.payment.status is S.VOIDED
    desk.gateway.next(an_outcome(OutcomeKind.FAILED))
    assert (await desk.create()).payment.status is S.DECLINED
    desk.gateway.next(Fault.NOT_SENT)
    assert (await desk.create()).payment.status is S.FAILED
    assert await house.postings() == []


async def test_screening_blocks_challenges_holds_and_lets_pass(house: House, desk: Desk) -> None:
    screening = ScriptedScreening()
    desk.ports = replace(desk.ports, screening=screening)
    desk.gateway.cards["tok_1"] = a_method(token="tok_1", fingerprint="fp_1")
    statuses = []
    for first, then in (
        (ALLOWED, ALLOWED), (BLOCKED, ALLOWED), (CHALLENGED, ALLOWED), (REVIEWED, REVIEWED), (AWAITING, ALLOWED),
        (AWAITING, REVIEWED),
    ):  # fmt: skip
        screening.first, screening.then = first, then
        payment = (await desk.create(token="tok_1", capture_mode=CaptureMode.AUTOMATIC)).payment
        assert payment.method.fingerprint == "fp_1"
        statuses.append(payment.status)
    assert statuses == [S.CAPTURED, S.DECLINED, S.REQUIRES_ACTION, S.IN_REVIEW, S.CAPTURED, S.IN_REVIEW]
    assert desk.gateway.asked_about == ["tok_1"]


async def test_after_the_challenge_the_capture_is_withheld_as_before(house: House, desk: Desk) -> None:
    desk.ports = replace(desk.ports, screening=ScriptedScreening(replace(AWAITING, request_3ds=True)))
    payment = (await desk.create(capture_mode=CaptureMode.AUTOMATIC)).payment
    confirmed = (await desk.confirm(payment)).payment
    assert (confirmed.status, confirmed.captured_minor) == (S.CAPTURED, 10000)
    assert [request.capture for request in desk.gateway.requests] == [False, False, False]
    assert [name.removeprefix("payment.") for name in names(await house.events(payment.id))] == [
        "created", "action_required", "confirmed", "authorized", "capture_requested", "captured",
    ]  # fmt: skip


async def test_what_is_held_is_voided_by_the_merchant(house: House, desk: Desk) -> None:
    desk.ports = replace(desk.ports, screening=ScriptedScreening(REVIEWED, REVIEWED))
    voided = await desk.void(await desk.captured())
    assert (voided.payment.status, voided.payment.authorized_minor) == (S.VOIDED, 10000)
    assert await house.postings() == []
