"""Beat one: lock, permission, key, change, audit; all of it or nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from domain.identity.permission import Permission
from domain.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from domain.kernel.ids import new_uuid
from domain.payments.events import PaymentEventType
from domain.payments.existing import Intent, carry_out
from tests.builders.identity import an_actor
from tests.builders.moments import MORNING

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from domain.payments.operation import Operation
    from domain.payments.payment import Payment
    from domain.payments.ports import PaymentsUnit
    from domain.payments.void_payment import VoidPayment
    from tests.fakes.desk import Desk
    from tests.fakes.tables import Tables


def an_intent(payment_id: UUID, key: str = "k") -> Intent:
    return Intent(
        name="touch",
        mutation="touchPayment",
        permission=Permission.PAYMENTS_WRITE,
        payment_id=payment_id,
        idempotency_key=key,
        command=_command(payment_id),
    )


def _command(payment_id: UUID) -> VoidPayment:
    from domain.payments.void_payment import VoidPayment

    return VoidPayment(idempotency_key="k", payment_id=payment_id)


async def touch(_: PaymentsUnit, payment: Payment, __: UUID, at: datetime) -> tuple[Payment, Operation | None]:
    return payment.change(at, PaymentEventType.CONFIRMED, {}), None


async def refuse(*_: object) -> tuple[Payment, Operation | None]:
    raise Conflict("no")


async def test_it_is_committed_with_its_audit_record_and_claim(desk: Desk, tables: Tables) -> None:
    payment = await desk.authorized()
    intended = await carry_out(desk.ports, desk.actor, an_intent(payment.id), touch)
    assert (intended.operation, intended.earlier) == (None, False)
    assert tables.payments[payment.id].version == payment.version + 1
    assert (tables.audit[-1].action, tables.audit[-1].data) == ("payments.touch", {})
    assert tables.claims[(payment.merchant_id, "touchPayment", "k")] == intended.claim


async def test_an_earlier_claim_is_found_and_nothing_is_done_again(desk: Desk, tables: Tables) -> None:
    payment = await desk.authorized()
    first = await carry_out(desk.ports, desk.actor, an_intent(payment.id), touch)
    again = await carry_out(desk.ports, desk.actor, an_intent(payment.id), refuse)
    assert (again.earlier, again.claim) == (True, first.claim)
    assert tables.payments[payment.id].version == payment.version + 1


async def test_a_refused_change_leaves_no_claim_behind(desk: Desk, tables: Tables) -> None:
    payment = await desk.authorized()
    before = (dict(tables.claims), list(tables.audit), tables.payments[payment.id])
    with pytest.raises(Conflict):
        await carry_out(desk.ports, desk.actor, an_intent(payment.id), refuse)
    assert (dict(tables.claims), list(tables.audit), tables.payments[payment.id]) == before


async def test_what_is_refused_before_any_change(desk: Desk, tables: Tables) -> None:
    payment = await desk.authorized()
    with pytest.raises(NotFound):
        await carry_out(desk.ports, desk.actor, an_intent(new_uuid(MORNING)), touch)
    with pytest.raises(Invalid):
        await carry_out(desk.ports, desk.actor, an_intent(payment.id, key=""), touch)
    reader = an_actor(desk.merchant, permissions=[Permission.PAYMENTS_READ])
    with pytest.raises(Forbidden):
        await carry_out(desk.ports, reader, an_intent(payment.id), touch)
    assert tables.payments[payment.id] == payment
