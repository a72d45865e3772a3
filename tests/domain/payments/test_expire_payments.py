"""What has run out of time ends, and what is under way is waited for."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from domain.payments.expire_payments import ExpirePayments, expire_payments
from domain.payments.gateway import OutcomeKind, RedirectAction
from domain.payments.payment import PaymentStatus
from tests.builders.moments import after
from tests.builders.money import eur
from tests.builders.payments import an_outcome
from tests.fakes.agreement import assert_agreement
from tests.fakes.crash import Crash
from tests.fakes.desk import JOBS
from tests.fakes.gateway import AUTHORIZED_FOR, Fault
from tests.fakes.screening import REVIEWED, ScriptedScreening

if TYPE_CHECKING:
    from tests.fakes.desk import Desk
    from tests.fakes.gateway import StandInGateway
    from tests.fakes.tables import Tables
    from tests.fakes.unit import MemoryUnits

S = PaymentStatus
LIFE = int(AUTHORIZED_FOR.total_seconds())


async def expire(desk: Desk, *, after_seconds: int = LIFE, limit: int = 200) -> int:
    desk.clock.pass_by(after_seconds)
    return await expire_payments(desk.ports, JOBS, ExpirePayments(limit=limit))


async def test_authorizations_lapse_and_parts_stay_captured(
    desk: Desk, tables: Tables, gateway: StandInGateway
) -> None:
    untouched, in_part = await desk.authorized(), await desk.authorized()
    await desk.capture(in_part, eur(40), final=False)
    captured = await desk.captured()
    assert await expire(desk, after_seconds=LIFE - 1) == 0
    assert await expire(desk, after_seconds=1) == 2
    assert tables.payments[untouched.id].status is S.EXPIRED
    assert (tables.payments[in_part.id].status, tables.payments[in_part.id].captured_minor) == (S.CAPTURED, 4000)
    assert tables.payments[captured.id] == captured
    assert tables.events[-1].data == {"lapsed_minor": 6000, "currency": "EUR"}
    assert [record.action for record in tables.audit][-2:] == ["payments.expire"] * 2
    assert await expire(desk) == 0
    assert_agreement(tables, gateway)


async def test_what_nobody_decided_about_lapses_too(desk: Desk, tables: Tables, gateway: StandInGateway) -> None:
    desk.ports = replace(desk.ports, screening=ScriptedScreening(REVIEWED, REVIEWED))
    payment = await desk.captured()
    assert await expire(desk, after_seconds=LIFE - 1) == 0
    assert await expire(desk, after_seconds=1) == 1
    expired = tables.payments[payment.id]
    assert (payment.status, expired.status, expired.captured_minor) == (S.IN_REVIEW, S.EXPIRED, 0)
    assert tables.events[-1].data == {"lapsed_minor": 10000, "currency": "EUR"}
    assert_agreement(tables, gateway)


async def test_actions_nobody_took(desk: Desk, tables: Tables, gateway: StandInGateway) -> None:
    action = RedirectAction(url="https://acs.example/1", expires_at=after(600))
    gateway.next(an_outcome(OutcomeKind.REQUIRES_ACTION, next_action=action))
    payment = await desk.authorized()
    assert await expire(desk, after_seconds=599) == 0
    assert await expire(desk, after_seconds=1) == 1
    expired = tables.payments[payment.id]
    assert (expired.status, expired.next_action_url) == (S.EXPIRED, None)


@pytest.mark.parametrize(("verb", "status"), [("capture", S.CAPTURED), ("void", S.VOIDED)])
async def test_what_is_under_way_is_waited_for(
    desk: Desk, tables: Tables, gateway: StandInGateway, verb: str, status: PaymentStatus
) -> None:
    payment = await desk.authorized()
    gateway.next(Fault.ANSWER_LOST)
    await getattr(desk, verb)(payment)
    assert await expire(desk) == 0
    await desk.resolve()
    assert await expire(desk) == 0
    assert tables.payments[payment.id].status is status
    assert_agreement(tables, gateway)


async def test_what_was_in_doubt_and_then_refused_expires_in_its_turn(
    desk: Desk, tables: Tables, gateway: StandInGateway
) -> None:
    payment = await desk.authorized()
    gateway.next(Fault.REQUEST_LOST)
    await desk.capture(payment)
    assert await expire(desk) == 0
    gateway.next(an_outcome(OutcomeKind.FAILED))
    await desk.resolve()
    assert await expire(desk, after_seconds=0) == 1
    assert tables.payments[payment.id].status is S.EXPIRED
    assert_agreement(tables, gateway)


async def test_at_most_so_many_at_a_time(desk: Desk) -> None:
    for _ in range(5):
        await desk.authorized()
    assert [await expire(desk, limit=2) for _ in range(4)] == [2, 2, 1, 0]


async def test_one_that_cannot_be_ended_keeps_no_other_waiting(desk: Desk, units: MemoryUnits, tables: Tables) -> None:
    first, second, third = [await desk.authorized() for _ in range(3)]
    units.raise_at("expire.intent.before_commit", ValueError("the first"))
    with pytest.raises(ExceptionGroup) as failed:
        await expire(desk)
    assert [str(error) for error in failed.value.exceptions] == ["the first"]
    assert tables.payments[first.id].status is S.AUTHORIZED
    assert [tables.payments[payment.id].status for payment in (second, third)] == [S.EXPIRED] * 2
    assert await expire(desk) == 1


async def test_the_death_of_the_process_ends_the_batch_at_once(desk: Desk, units: MemoryUnits, tables: Tables) -> None:
    for _ in range(2):
        await desk.authorized()
    units.die_at("expire.intent.before_commit")
    with pytest.raises(Crash):
        await expire(desk)
    assert {payment.status for payment in tables.payments.values()} == {S.AUTHORIZED}
