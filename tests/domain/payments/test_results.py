"""What verbs give back is what is committed now."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from domain.kernel.errors import NotFound
from domain.kernel.ids import new_uuid
from domain.payments.results import current_capture, current_payment, current_refund, refund_or_request
from tests.builders.identity import an_actor
from tests.builders.merchants import a_merchant
from tests.builders.moments import MORNING
from tests.builders.money import eur

if TYPE_CHECKING:
    from tests.fakes.desk import Desk
    from tests.fakes.tables import Tables


async def test_objects_as_they_are_now(desk: Desk, tables: Tables) -> None:
    payment = await desk.authorized()
    captured = (await desk.capture(payment)).capture
    refunded = (await desk.refund(payment, eur(40))).refund
    now = tables.payments[payment.id]
    assert (await current_payment(desk.ports, desk.actor, payment.id, replayed=True)).payment == now
    capture = await current_capture(desk.ports, desk.actor, captured.operation_id, replayed=True)
    assert (capture.capture, capture.payment, capture.replayed) == (captured, now, True)
    refund = await current_refund(desk.ports, desk.actor, refunded.operation_id, replayed=False)
    assert (refund.refund, refund.payment, refund.replayed) == (refunded, now, False)
    with pytest.raises(NotFound, match="The capture"):
        await current_capture(desk.ports, desk.actor, refunded.operation_id, replayed=False)
    with pytest.raises(NotFound, match="The payment"):
        await current_payment(desk.ports, an_actor(a_merchant()), payment.id, replayed=False)


async def test_a_refund_or_the_request_for_it(desk: Desk) -> None:
    payment = await desk.captured()
    done = (await desk.refund(payment, eur(40))).refund
    await desk.want_approval(eur(50))
    asked = await desk.ask_to_refund(payment, eur(60))
    found = await refund_or_request(desk.ports, desk.actor, done.operation_id, replayed=True)
    assert found == await current_refund(desk.ports, desk.actor, done.operation_id, replayed=True)
    assert await refund_or_request(desk.ports, desk.actor, asked.operation_id, replayed=True) == asked
    with pytest.raises(NotFound, match="The operation"):
        await refund_or_request(desk.ports, desk.actor, new_uuid(MORNING), replayed=True)
