"""`Operations`, `Captures` and `Refunds`: kept before the call, found again after it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from domain.kernel.errors import NotFound
from domain.kernel.ids import new_uuid
from domain.payments.operation import Operation, OperationStatus, OperationType
from tests.builders.identity import an_actor
from tests.builders.merchants import a_merchant
from tests.builders.moments import MORNING, after
from tests.builders.money import eur
from tests.builders.payments import a_capture, a_payment, a_refund, an_operation
from tests.contracts.house import SYSTEM, House

if TYPE_CHECKING:
    from domain.merchants.merchant import Merchant
    from domain.payments.payment import Payment


@pytest.fixture
async def payment(house: House, merchant: Merchant) -> Payment:
    payment = a_payment(merchant_id=merchant.id)
    async with house.units.begin(SYSTEM, "contract") as unit:
        await unit.payments.add(payment)
        await unit.commit()
    return payment


async def add(house: House, *operations: Operation) -> None:
    async with house.units.begin(SYSTEM, "contract") as unit:
        for operation in operations:
            await unit.operations.add(operation)
        await unit.commit()


async def test_every_field_reads_back(house: House, payment: Payment) -> None:
    operation = an_operation(
        payment,
        type=OperationType.AUTHORIZE,
        capture=True,
        final=True,
        confirms=True,
        request_3ds=True,
        gateway_reference="ref_1",
        response_code="00",
        accepted_at=after(1),
        checks=3,
    )
    await add(house, operation, an_operation(payment))
    async with house.units.begin(SYSTEM, "contract") as unit:
        assert await unit.operations.get(operation.id) == operation


async def test_a_change_is_saved(house: House, payment: Payment) -> None:
    operation = an_operation(payment)
    await add(house, operation)
    doubtful = operation.doubt(after(1), "timeout")
    concluded = doubtful.conclude(OperationStatus.SUCCEEDED, after(2), reference="ref_1", response_code="00")
    for changed in (operation.accept(after(1), "ref_0"), doubtful, concluded):
        async with house.units.begin(SYSTEM, "contract") as unit:
            await unit.operations.save(changed)
            await unit.commit()
        async with house.units.begin(SYSTEM, "contract") as unit:
            assert await unit.operations.get(operation.id) == changed


async def test_what_is_not_there_or_not_visible_is_not_found(house: House, payment: Payment) -> None:
    operation = an_operation(payment)
    await add(house, operation)
    for actor, operation_id in ((SYSTEM, new_uuid(MORNING)), (an_actor(a_merchant()), operation.id)):
        async with house.units.begin(actor, "contract") as unit:
            with pytest.raises(NotFound, match="The operation"):
                await unit.operations.get(operation_id)


async def test_what_is_due_is_leased_oldest_first_and_only_once(house: House, payment: Payment) -> None:
    due = [an_operation(payment, next_check_at=after(seconds)) for seconds in (30, 10, 20)]
    not_due = an_operation(payment, next_check_at=after(31))
    done = an_operation(payment, status=OperationStatus.SUCCEEDED)
    await add(house, *due, not_due, done)
    async with house.units.begin(SYSTEM, "one") as one, house.units.begin(SYSTEM, "other") as other:
        first = await one.operations.lease_due(after(30), 2)
        second = await other.operations.lease_due(after(30), 2)
        assert [operation.id for operation in (*first, *second)] == [due[1].id, due[2].id, due[0].id]
        assert all(leased.next_check_at == after(60) and leased.checks == 1 for leased in (*first, *second))
        await one.commit()
    async with house.units.begin(SYSTEM, "contract") as unit:
        assert await unit.operations.get(first[0].id) == first[0]
        # The other's lease was not committed, so it is due still.
        assert [operation.id for operation in await unit.operations.lease_due(after(30), 9)] == [due[0].id]


async def test_the_first_operation_of_a_payment(house: House, payment: Payment, merchant: Merchant) -> None:
    first, second, third = (an_operation(payment, id=new_uuid(after(seconds))) for seconds in range(3))
    await add(house, second, first, third)
    async with house.units.begin(SYSTEM, "contract") as unit:
        assert await unit.operations.first_of(payment) == first
        with pytest.raises(NotFound, match="The operation"):
            await unit.operations.first_of(a_payment(merchant_id=merchant.id))
    async with house.units.begin(an_actor(a_merchant()), "contract") as unit:
        with pytest.raises(NotFound):
            await unit.operations.first_of(payment)


async def test_a_capture_is_found_by_its_operation(house: House, payment: Payment) -> None:
    operation, other = an_operation(payment), an_operation(payment)
    capture = a_capture(operation, final=True)
    await add(house, operation, other)
    async with house.units.begin(SYSTEM, "contract") as unit:
        await unit.captures.add(capture)
        await unit.commit()
    async with house.units.begin(SYSTEM, "contract") as unit:
        assert await unit.captures.of_operation(operation) == capture
        with pytest.raises(NotFound, match="The capture"):
            await unit.captures.of_operation(other)
        moved = capture.move(OperationStatus.SUCCEEDED, fee_minor=85)
        await unit.captures.save(moved)
        assert await unit.captures.of_operation(operation) == moved
    async with house.units.begin(an_actor(a_merchant()), "contract") as unit:
        with pytest.raises(NotFound):
            await unit.captures.of_operation(operation)


async def test_a_refund_is_found_by_its_operation(house: House, payment: Payment) -> None:
    operation, other = (an_operation(payment, type=OperationType.REFUND, amount=eur(5)) for _ in range(2))
    refund = a_refund(operation)
    await add(house, operation, other)
    async with house.units.begin(SYSTEM, "contract") as unit:
        await unit.refunds.add(refund)
        await unit.commit()
    async with house.units.begin(SYSTEM, "contract") as unit:
        assert await unit.refunds.of_operation(operation) == refund
        with pytest.raises(NotFound, match="The refund"):
            await unit.refunds.of_operation(other)
        for changed in (refund.succeed(returned_fee_minor=3, fee_minor=4), refund.fail("account_closed")):
            await unit.refunds.save(changed)
            assert await unit.refunds.of_operation(operation) == changed
