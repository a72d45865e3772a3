"""A repeated request waits for the first one's answer, but not forever."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import pytest

from domain.kernel.idempotency import IdempotencyInProgress
from domain.payments.operation import OperationStatus, OperationType
from domain.payments.payment import CaptureMode
from domain.payments.replay import await_first_answer
from tests.builders.money import eur
from tests.builders.payments import a_claim, a_payment, an_operation

if TYPE_CHECKING:
    from domain.payments.operation import Operation
    from tests.fakes.desk import Desk
    from tests.fakes.tables import Tables


def kept(desk: Desk, tables: Tables, **values: object) -> Operation:
    operation = an_operation(a_payment(merchant_id=desk.merchant.id), **values)
    tables.operations[operation.id] = operation
    return operation


@pytest.mark.parametrize("status", [s for s in OperationStatus if s is not OperationStatus.PENDING])
async def test_an_answer_of_any_kind_will_do(desk: Desk, tables: Tables, status: OperationStatus) -> None:
    before = desk.clock.now()
    operation = kept(desk, tables, status=status)
    await await_first_answer(desk.ports, desk.actor, a_claim(operation_id=operation.id))
    assert desk.clock.now() == before


async def test_an_answer_that_comes_meanwhile(desk: Desk, tables: Tables) -> None:
    operation = kept(desk, tables)
    waiting = asyncio.create_task(await_first_answer(desk.ports, desk.actor, a_claim(operation_id=operation.id)))
    await asyncio.sleep(0)
    tables.operations[operation.id] = operation.doubt(desk.clock.now(), "timeout")
    await waiting
    assert not tables.operations[operation.id].in_flight


async def test_a_first_request_without_a_call_has_answered(desk: Desk) -> None:
    before = desk.clock.now()
    await await_first_answer(desk.ports, desk.actor, a_claim())
    assert desk.clock.now() == before


def capturing(desk: Desk, tables: Tables, **values: Any) -> Operation:
    """The authorization of a payment whose capture follows it, and is under way."""
    defaults: dict[str, Any] = {
        "merchant_id": desk.merchant.id,
        "capture_mode": CaptureMode.AUTOMATIC,
        "capture_pending": eur(100),
        "final_capture_pending": True,
    }
    payment = a_payment(**{**defaults, **values})
    tables.payments[payment.id] = payment
    operation = an_operation(payment, type=OperationType.AUTHORIZE, status=OperationStatus.SUCCEEDED)
    tables.operations[operation.id] = operation
    return operation


async def test_the_capture_that_follows_is_waited_for_too(desk: Desk, tables: Tables) -> None:
    operation = capturing(desk, tables)
    waiting = asyncio.create_task(await_first_answer(desk.ports, desk.actor, a_claim(operation_id=operation.id)))
    await asyncio.sleep(0)
    assert not waiting.done()
    tables.payments[operation.payment_id] = a_payment(
        id=operation.payment_id, merchant_id=desk.merchant.id, captured=eur(100)
    )
    await waiting


async def test_but_for_two_seconds_only(desk: Desk, tables: Tables) -> None:
    before = desk.clock.now()
    await await_first_answer(desk.ports, desk.actor, a_claim(operation_id=capturing(desk, tables).id))
    assert (desk.clock.now() - before).total_seconds() == 2


@pytest.mark.parametrize(
    "values",
    [{"capture_mode": CaptureMode.MANUAL}, {"unknown_operations": 1}, {"final_capture_pending": False}],
    ids=["somebody else's capture", "nobody can tell", "not all of it"],
)
async def test_what_is_no_such_capture_is_not(desk: Desk, tables: Tables, values: dict[str, Any]) -> None:
    before = desk.clock.now()
    await await_first_answer(desk.ports, desk.actor, a_claim(operation_id=capturing(desk, tables, **values).id))
    assert desk.clock.now() == before


async def test_after_two_seconds_it_is_in_progress(desk: Desk, tables: Tables) -> None:
    before = desk.clock.now()
    with pytest.raises(IdempotencyInProgress) as refusal:
        await await_first_answer(desk.ports, desk.actor, a_claim(operation_id=kept(desk, tables).id))
    assert refusal.value.code == "IDEMPOTENCY_IN_PROGRESS"
    assert (desk.clock.now() - before).total_seconds() == 2
