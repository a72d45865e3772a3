"""What verbs give back is what is committed now."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from domain.kernel.errors import NotFound
from domain.payments.results import current_capture, current_payment, current_refund
from tests.builders.identity import an_actor
from tests.builders.merchants import a_merchant
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
