"""`Customers`: within a merchant, an e-mail address is one customer."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from domain.kernel.errors import NotFound
from tests.builders.merchants import a_merchant
from tests.builders.payments import a_customer
from tests.contracts.house import SYSTEM, House, settle

if TYPE_CHECKING:
    from domain.merchants.merchant import Merchant
    from domain.payments.customer import Customer


async def find_or_add(house: House, customer: Customer) -> Customer:
    async with house.units.begin(SYSTEM, "contract") as unit:
        found = await unit.customers.find_or_add(customer)
        await unit.commit()
        return found


async def test_a_new_one_reads_back(house: House, merchant: Merchant) -> None:
    for customer in (
        a_customer(merchant_id=merchant.id),
        a_customer(merchant_id=merchant.id, email=None, country=None),
    ):
        assert await find_or_add(house, customer) == customer
        async with house.units.begin(SYSTEM, "contract") as unit:
            assert await unit.customers.get(merchant.id, customer.id) == customer


async def test_the_same_address_is_the_same_customer_however_it_is_written(house: House, merchant: Merchant) -> None:
    first = await find_or_add(house, a_customer(merchant_id=merchant.id, email="Mary@Example.com"))
    assert await find_or_add(house, a_customer(merchant_id=merchant.id, email="mary@example.COM", name="M")) == first


async def test_letters_that_merely_fold_alike_are_two_addresses(house: House, merchant: Merchant) -> None:
    emails = ("straße@example.com", "strasse@example.com", "STRAßE@example.com")
    long_s, double_s, shouted = [
        (await find_or_add(house, a_customer(merchant_id=merchant.id, email=email))).id for email in emails
    ]
    assert long_s != double_s
    assert long_s == shouted


async def test_without_an_address_each_is_another(house: House, merchant: Merchant) -> None:
    one, two = [await find_or_add(house, a_customer(merchant_id=merchant.id, email=None)) for _ in range(2)]
    assert one.id != two.id


async def test_at_another_merchant_it_is_another_customer(house: House, merchant: Merchant) -> None:
    other = a_merchant()
    await settle(house, other)
    here = await find_or_add(house, a_customer(merchant_id=merchant.id))
    there = await find_or_add(house, a_customer(merchant_id=other.id))
    assert here.id != there.id
    async with house.units.begin(SYSTEM, "contract") as unit:
        with pytest.raises(NotFound, match="The customer"):
            await unit.customers.get(merchant.id, there.id)


async def test_two_at_once_are_one(house: House, merchant: Merchant) -> None:
    found = await asyncio.gather(*(find_or_add(house, a_customer(merchant_id=merchant.id)) for _ in range(6)))
    assert len({customer.id for customer in found}) == 1
