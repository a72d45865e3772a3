"""A unit commits all or nothing, and sees only what its actor may."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from domain.kernel.errors import NotFound
from tests.builders.identity import a_staff_actor, an_actor
from tests.builders.ledger import an_entry
from tests.builders.merchants import a_merchant
from tests.builders.money import eur
from tests.builders.payments import a_claim, a_customer, a_payment
from tests.contracts.house import SYSTEM, House, settle

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from domain.merchants.merchant import Merchant


async def test_what_is_not_committed_never_was(house: House, merchant: Merchant) -> None:
    payment = a_payment(merchant_id=merchant.id)
    async with house.units.begin(SYSTEM, "contract") as unit:
        await unit.payments.add(payment)
        await unit.ledger.post((an_entry(merchant.id, eur(40)),))
        await unit.audit.record(SYSTEM, "test.write", "payment", payment.id, merchant.id, {})
        assert (await unit.payments.get(payment.id)).id == payment.id
    async with house.units.begin(SYSTEM, "contract") as unit:
        with pytest.raises(NotFound):
            await unit.payments.get(payment.id)
    assert (await house.postings(), await house.records()) == ([], [])


async def test_an_error_rolls_back(house: House, merchant: Merchant) -> None:
    payment = a_payment(merchant_id=merchant.id)

    async def break_down() -> None:
        async with house.units.begin(SYSTEM, "contract") as unit:
            await unit.payments.add(payment)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await break_down()
    async with house.units.begin(SYSTEM, "contract") as unit:
        with pytest.raises(NotFound):
            await unit.payments.get(payment.id)


async def test_nobody_sees_what_is_not_committed_yet(house: House, merchant: Merchant) -> None:
    payment = a_payment(merchant_id=merchant.id)
    async with house.units.begin(SYSTEM, "writer") as writer, house.units.begin(SYSTEM, "reader") as reader:
        await writer.payments.add(payment)
        with pytest.raises(NotFound):
            await reader.payments.get(payment.id)
        await writer.commit()
        assert (await reader.payments.get(payment.id)).id == payment.id


WRITES: list[Callable[[Any, Merchant], Awaitable[object]]] = [
    lambda unit, m: unit.payments.add(a_payment(merchant_id=m.id)),
    lambda unit, m: unit.customers.find_or_add(a_customer(merchant_id=m.id)),
    lambda unit, m: unit.keys.claim(a_claim(merchant_id=m.id)),
    lambda unit, m: unit.ledger.post((an_entry(m.id, eur(40)),)),
    lambda unit, m: unit.audit.record(SYSTEM, "test.write", "test", None, m.id, {}),
    lambda unit, _: unit.audit.record(SYSTEM, "test.write", "test", None, None, {}),
    lambda unit, _: unit.merchants.add(a_merchant()),
]


@pytest.mark.parametrize(
    "write",
    WRITES,
    ids=["payment", "customer", "key", "entry", "audit", "audit of no merchant", "merchant"],
)
async def test_nothing_is_written_beyond_the_fence(
    house: House, merchant: Merchant, write: Callable[..., Awaitable[object]]
) -> None:
    other = a_merchant()
    await settle(house, other)
    async with house.units.begin(an_actor(other), "contract") as unit:
        with pytest.raises(house.fenced):
            await write(unit, merchant)
    async with house.units.begin(a_staff_actor(), "contract") as unit:
        await write(unit, merchant)
        await unit.commit()


async def test_a_person_without_a_merchant_sees_none(house: House, merchant: Merchant) -> None:
    async with house.units.begin(an_actor(), "contract") as unit:
        with pytest.raises(NotFound):
            await unit.merchants.get(merchant.id)
