"""A payment goes on after the customer's action."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from domain.identity.permission import MerchantRole
from domain.kernel.errors import Forbidden, NotFound
from domain.payments.decline import DeclineCode
from domain.payments.errors import PaymentStateForbids
from domain.payments.gateway import OutcomeKind, RedirectAction
from domain.payments.operation import OperationType
from domain.payments.payment import CaptureMode, Payment, PaymentStatus
from tests.builders.identity import an_actor
from tests.builders.merchants import a_merchant
from tests.builders.moments import after
from tests.builders.payments import an_outcome
from tests.fakes.agreement import assert_agreement
from tests.fakes.gateway import Fault

if TYPE_CHECKING:
    from tests.fakes.desk import Desk
    from tests.fakes.gateway import StandInGateway
    from tests.fakes.tables import Tables

S = PaymentStatus
ACTION = RedirectAction(url="https://acs.example/1", expires_at=after(600))
WAIT = an_outcome(OutcomeKind.REQUIRES_ACTION, next_action=ACTION, gateway_reference="ref_3ds")


async def waiting(desk: Desk, mode: CaptureMode = CaptureMode.AUTOMATIC) -> Payment:
    desk.gateway.next(WAIT)
    return (await desk.create(capture_mode=mode)).payment


@pytest.mark.parametrize(("mode", "status"), [(CaptureMode.AUTOMATIC, S.CAPTURED), (CaptureMode.MANUAL, S.AUTHORIZED)])
async def test_it_goes_on_as_it_was_meant(
    desk: Desk, tables: Tables, gateway: StandInGateway, mode: CaptureMode, status: PaymentStatus
) -> None:
    confirmed = await desk.confirm(await waiting(desk, mode))
    assert (confirmed.payment.status, confirmed.payment.next_action_url) == (status, None)
    request = gateway.requests[-1]
    assert (request.confirms, request.type, request.gateway_reference) == (True, OperationType.AUTHORIZE, "ref_3ds")
    assert request.capture == (mode is CaptureMode.AUTOMATIC)
    assert_agreement(tables, gateway)


async def test_it_still_waits_when_the_customer_has_not_acted(desk: Desk, gateway: StandInGateway) -> None:
    payment = await waiting(desk)
    gateway.next(WAIT)
    assert (await desk.confirm(payment)).payment.status is S.REQUIRES_ACTION
    assert (await desk.confirm(payment)).payment.status is S.CAPTURED


async def test_it_may_be_declined(desk: Desk, tables: Tables, gateway: StandInGateway) -> None:
    payment = await waiting(desk)
    gateway.next(an_outcome(OutcomeKind.FAILED, decline_code=DeclineCode.AUTHENTICATION_FAILED))
    declined = (await desk.confirm(payment)).payment
    assert (declined.status, declined.decline_code) == (S.DECLINED, DeclineCode.AUTHENTICATION_FAILED)
    assert_agreement(tables, gateway)


async def test_in_doubt_it_is_found_out(desk: Desk, tables: Tables, gateway: StandInGateway) -> None:
    payment = await waiting(desk)
    gateway.next(Fault.ANSWER_LOST)
    assert (await desk.confirm(payment)).payment.status is S.PROCESSING
    await desk.resolve(after_seconds=2)
    assert tables.payments[payment.id].status is S.CAPTURED
    assert_agreement(tables, gateway)


async def test_when_the_gateway_cannot_be_reached_it_can_be_confirmed_again(
    desk: Desk, tables: Tables, gateway: StandInGateway
) -> None:
    payment = await waiting(desk)
    gateway.next(Fault.NOT_SENT)
    still = (await desk.confirm(payment)).payment
    assert (still.status, still.next_action_url) == (S.REQUIRES_ACTION, ACTION.url)
    assert (still.next_action_expires_at, still.decline_code) == (ACTION.expires_at, None)
    assert (await desk.confirm(payment)).payment.status is S.CAPTURED
    assert_agreement(tables, gateway)


async def test_nothing_else_is_confirmed(desk: Desk) -> None:
    with pytest.raises(PaymentStateForbids, match="AUTHORIZED"):
        await desk.confirm(await desk.authorized())


async def test_the_same_key_again(desk: Desk, gateway: StandInGateway) -> None:
    payment = await waiting(desk)
    first = await desk.confirm(payment, idempotency_key="k")
    again = await desk.confirm(payment, idempotency_key="k")
    assert (again.replayed, again.payment) == (True, first.payment)
    assert len(gateway.requests) == 2


async def test_without_the_permission_nothing_happens(desk: Desk, tables: Tables) -> None:
    payment = await waiting(desk)
    desk.actor = an_actor(desk.merchant, role=MerchantRole.VIEWER)
    with pytest.raises(Forbidden):
        await desk.confirm(payment)
    desk.actor = an_actor(a_merchant())
    with pytest.raises(NotFound):
        await desk.confirm(payment)
    assert tables.payments[payment.id] == payment
