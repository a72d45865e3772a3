"""An outcome is recorded once, whoever brings it and how often."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from domain.kernel.errors import NotFound
from domain.kernel.ids import new_uuid
from domain.payments.gateway import Outcome, OutcomeKind
from domain.payments.operation import Operation, OperationStatus
from domain.payments.payment import PaymentStatus
from domain.payments.record_outcome import RecordOutcome, record_outcome
from tests.builders.identity import an_actor
from tests.builders.merchants import a_merchant
from tests.builders.moments import MORNING
from tests.builders.money import eur
from tests.builders.payments import an_outcome
from tests.fakes.agreement import assert_agreement, assert_ledger
from tests.fakes.desk import JOBS
from tests.fakes.gateway import Fault

if TYPE_CHECKING:
    from tests.fakes.desk import Desk
    from tests.fakes.gateway import StandInGateway
    from tests.fakes.tables import Tables

S = PaymentStatus


async def in_doubt(desk: Desk, amount: str = "40") -> Operation:
    payment = await desk.authorized()
    desk.gateway.next(Fault.ANSWER_LOST)
    await desk.capture(payment, eur(amount), final=False)
    return await latest(desk)


async def latest(desk: Desk) -> Operation:
    async with desk.ports.units.begin(JOBS, "look") as unit:
        return await unit.operations.get(desk.gateway.requests[-1].operation_id)


async def tell(desk: Desk, operation: Operation, outcome: Outcome) -> Operation:
    command = RecordOutcome(operation_id=operation.id, outcome=outcome)
    return (await record_outcome(desk.ports, JOBS, command)).operation


async def test_three_times_the_same_notice_is_one_capture(desk: Desk, tables: Tables, gateway: StandInGateway) -> None:
    operation = await in_doubt(desk)
    told = await asyncio.gather(*(tell(desk, operation, an_outcome(amount=eur(40))) for _ in range(3)))
    assert {o.status for o in told} == {OperationStatus.SUCCEEDED}
    assert len(tables.entries) == 1
    assert_agreement(tables, gateway)


@pytest.mark.parametrize("kind", OutcomeKind)
async def test_what_is_concluded_stays_so_whatever_is_said_later(desk: Desk, tables: Tables, kind: OutcomeKind) -> None:
    payment = (await desk.capture(await desk.authorized(), eur(40))).payment
    before = (dict(tables.payments), dict(tables.operations), len(tables.events), len(tables.audit))
    assert (await tell(desk, await latest(desk), an_outcome(kind))).status is OperationStatus.SUCCEEDED
    assert (dict(tables.payments), dict(tables.operations), len(tables.events), len(tables.audit)) == before
    assert tables.payments[payment.id] == payment


@pytest.mark.parametrize(
    ("kind", "status"),
    [
        (OutcomeKind.SUCCEEDED, OperationStatus.SUCCEEDED),
        (OutcomeKind.FAILED, OperationStatus.FAILED),
        (OutcomeKind.REQUIRES_ACTION, OperationStatus.UNKNOWN),
        (OutcomeKind.ACCEPTED, OperationStatus.UNKNOWN),
        (OutcomeKind.UNKNOWN, OperationStatus.UNKNOWN),
        (OutcomeKind.NOT_FOUND, OperationStatus.UNKNOWN),
        (OutcomeKind.NOT_SENT, OperationStatus.UNKNOWN),
    ],
)
async def test_every_kind_said_of_a_capture_in_doubt(
    desk: Desk, tables: Tables, kind: OutcomeKind, status: OperationStatus
) -> None:
    operation = await in_doubt(desk)
    told = await tell(desk, operation, an_outcome(kind))
    assert told.status is status
    [capture] = tables.captures.values()
    assert capture.status is status
    [payment] = tables.payments.values()
    assert payment.unknown_operations == told.open
    assert payment.captured_minor == (4000 if status is OperationStatus.SUCCEEDED else 0)
    assert payment.capture_pending_minor == (4000 if told.open else 0)
    assert_ledger(tables)


async def test_the_order_of_answers_does_not_matter(desk: Desk, tables: Tables, gateway: StandInGateway) -> None:
    payment = await desk.authorized()
    gateway.next(Fault.ANSWER_LOST, Fault.ANSWER_LOST)
    operations = []
    for amount in (30, 50):
        await desk.capture(payment, eur(amount), final=False)
        operations.append(await latest(desk))
    for operation in reversed(operations):
        await tell(desk, operation, an_outcome(amount=operation.amount))
    assert tables.payments[payment.id].captured_minor == 8000
    assert_agreement(tables, gateway)


async def test_another_amount_than_asked_is_kept_in_doubt(desk: Desk, tables: Tables) -> None:
    told = await tell(desk, await in_doubt(desk), an_outcome(amount=eur("40.01")))
    assert (told.status, told.response_code) == (OperationStatus.UNKNOWN, "amount_mismatch")
    assert tables.entries == []


async def test_the_gateway_s_own_words_are_kept(desk: Desk) -> None:
    told = await tell(desk, await in_doubt(desk), an_outcome(response_code="00", gateway_reference="cap_9"))
    assert (told.response_code, told.gateway_reference, told.completed_at) == ("00", "cap_9", desk.clock.now())


async def test_an_unknown_or_invisible_operation_is_not_found(desk: Desk, tables: Tables) -> None:
    operation = await in_doubt(desk)
    stranger = an_actor(a_merchant())
    for actor, operation_id in ((JOBS, new_uuid(MORNING)), (stranger, operation.id)):
        with pytest.raises(NotFound, match="The operation"):
            await record_outcome(desk.ports, actor, RecordOutcome(operation_id=operation_id, outcome=an_outcome()))
    assert tables.operations[operation.id] == operation
