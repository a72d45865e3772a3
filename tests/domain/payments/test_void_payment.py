"""An authorization is given back before anything of it is captured."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from domain.identity.permission import MerchantRole
from domain.kernel.errors import Forbidden, Invalid, NotFound
from domain.payments.errors import PaymentStateForbids
from domain.payments.gateway import OutcomeKind
from domain.payments.operation import OperationType
from domain.payments.payment import PaymentStatus
from tests.builders.identity import an_actor
from tests.builders.merchants import a_merchant
from tests.builders.money import eur
from tests.builders.payments import an_outcome
from tests.fakes.agreement import assert_agreement
from tests.fakes.gateway import Fault
from tests.fakes.screening import REVIEWED, ScriptedScreening

if TYPE_CHECKING:
    from domain.payments.gateway import Outcome
    from tests.fakes.desk import Desk
    from tests.fakes.gateway import StandInGateway
    from tests.fakes.tables import Tables

S = PaymentStatus


async def test_a_void(desk: Desk, tables: Tables, gateway: StandInGateway) -> None:
    result = await desk.void(await desk.authorized(), reason="wrong article")
    assert (result.payment.status, result.replayed) == (S.VOIDED, False)
    assert gateway.effects[-1].type is OperationType.VOID
    assert tables.events[-2].data == {"reason": "wrong article"}
    assert tables.entries == []
    assert_agreement(tables, gateway)


async def test_what_is_captured_is_refunded_not_voided(desk: Desk) -> None:
    payment = await desk.authorized()
    await desk.capture(payment, eur(1), final=False)
    with pytest.raises(PaymentStateForbids, match="nothing is captured"):
        await desk.void(payment)


async def test_a_void_or_a_capture_but_not_both(desk: Desk, tables: Tables, gateway: StandInGateway) -> None:
    payment = await desk.authorized()
    results = await asyncio.gather(desk.void(payment), desk.capture(payment), return_exceptions=True)
    assert sum(isinstance(result, PaymentStateForbids) for result in results) == 1
    assert_agreement(tables, gateway)


async def test_a_capture_waits_for_a_void_in_doubt(desk: Desk, tables: Tables, gateway: StandInGateway) -> None:
    payment = await desk.authorized()
    gateway.next(Fault.ANSWER_LOST)
    doubtful = (await desk.void(payment)).payment
    assert (doubtful.status, doubtful.void_pending, doubtful.unknown_operations) == (S.AUTHORIZED, True, 1)
    with pytest.raises(PaymentStateForbids, match="A void is under way"):
        await desk.capture(payment)
    await desk.resolve(after_seconds=2)
    assert tables.payments[payment.id].status is S.VOIDED
    assert_agreement(tables, gateway)


async def test_a_refused_void_keeps_the_authorization(desk: Desk, tables: Tables, gateway: StandInGateway) -> None:
    payment = await desk.authorized()
    gateway.next(an_outcome(OutcomeKind.FAILED, response_code="too_late"))
    kept = (await desk.void(payment)).payment
    assert (kept.status, kept.void_pending) == (S.AUTHORIZED, False)
    assert (await desk.capture(payment)).payment.status is S.CAPTURED
    assert_agreement(tables, gateway)


@pytest.mark.parametrize(
    ("outcome", "status"), [(an_outcome(), S.VOIDED), (an_outcome(OutcomeKind.FAILED, response_code="no"), S.IN_REVIEW)]
)
async def test_what_is_held_for_review(
    desk: Desk, tables: Tables, gateway: StandInGateway, outcome: Outcome, status: PaymentStatus
) -> None:
    desk.ports = replace(desk.ports, screening=ScriptedScreening(REVIEWED, REVIEWED))
    payment = await desk.captured()
    gateway.next(outcome)
    ended = (await desk.void(payment)).payment
    assert (ended.status, ended.void_pending) == (status, False)
    assert_agreement(tables, gateway)


async def test_what_waits_for_the_customer_is_canceled_without_a_call(
    desk: Desk, tables: Tables, gateway: StandInGateway
) -> None:
    gateway.next(an_outcome(OutcomeKind.REQUIRES_ACTION))
    payment = await desk.authorized()
    canceled = await desk.void(payment, idempotency_key="k", reason="no longer wanted")
    assert (canceled.payment.status, canceled.replayed) == (S.CANCELED, False)
    again = await desk.void(payment, idempotency_key="k", reason="no longer wanted")
    assert (again.payment, again.replayed) == (canceled.payment, True)
    assert len(gateway.requests) == 1
    assert_agreement(tables, gateway)


async def test_the_same_key_again(desk: Desk, gateway: StandInGateway) -> None:
    payment = await desk.authorized()
    first = await desk.void(payment, idempotency_key="k")
    again = await desk.void(payment, idempotency_key="k")
    assert (again.replayed, again.payment) == (True, first.payment)
    assert gateway.moved(OperationType.VOID) == 10000


@pytest.mark.parametrize("reason", ["", "x" * 256, "4242424242424242", "a\x00"])
async def test_a_bad_reason_is_refused(desk: Desk, tables: Tables, reason: str) -> None:
    payment = await desk.authorized()
    with pytest.raises(Invalid) as refusal:
        await desk.void(payment, reason=reason)
    assert refusal.value.path == ("reason",)
    assert tables.payments[payment.id] == payment


async def test_without_the_permission_nothing_happens(desk: Desk, tables: Tables) -> None:
    payment = await desk.authorized()
    desk.actor = an_actor(desk.merchant, role=MerchantRole.VIEWER)
    with pytest.raises(Forbidden):
        await desk.void(payment)
    desk.actor = an_actor(a_merchant())
    with pytest.raises(NotFound):
        await desk.void(payment)
    assert tables.payments[payment.id] == payment
