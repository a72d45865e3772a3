"""`IdempotencyKeys`: the first claim of a key holds, and others wait for it."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from tests.builders.merchants import a_merchant
from tests.builders.payments import a_claim
from tests.contracts.house import SYSTEM, House, settle

if TYPE_CHECKING:
    from domain.kernel.idempotency import KeyClaim
    from domain.merchants.merchant import Merchant


async def claim(house: House, wanted: KeyClaim) -> KeyClaim | None:
    async with house.units.begin(SYSTEM, "contract") as unit:
        earlier = await unit.keys.claim(wanted)
        await unit.commit()
        return earlier


async def test_the_first_claim_is_found_by_all_later_ones(house: House, merchant: Merchant) -> None:
    first = a_claim(merchant_id=merchant.id)
    assert await claim(house, first) is None
    assert await claim(house, a_claim(merchant_id=merchant.id, input_hash=b"\x01" * 32)) == first


async def test_keys_are_apart_by_merchant_mutation_and_letter(house: House, merchant: Merchant) -> None:
    other = a_merchant()
    await settle(house, other)
    for free in (
        a_claim(merchant_id=merchant.id),
        a_claim(merchant_id=other.id),
        a_claim(merchant_id=merchant.id, mutation="refundPayment"),
        a_claim(merchant_id=merchant.id, key="KEY-1"),
        a_claim(merchant_id=merchant.id, key="key-1 "),
    ):
        assert await claim(house, free) is None


async def test_a_claim_that_was_rolled_back_is_none(house: House, merchant: Merchant) -> None:
    async with house.units.begin(SYSTEM, "contract") as unit:
        assert await unit.keys.claim(a_claim(merchant_id=merchant.id)) is None
    assert await claim(house, a_claim(merchant_id=merchant.id)) is None


async def test_the_second_waits_for_the_first_to_commit(house: House, merchant: Merchant) -> None:
    first = a_claim(merchant_id=merchant.id)
    async with house.units.begin(SYSTEM, "contract") as unit:
        assert await unit.keys.claim(first) is None
        second = asyncio.create_task(claim(house, a_claim(merchant_id=merchant.id)))
        await asyncio.sleep(0.05)
        assert not second.done()
        await unit.commit()
    assert await second == first


async def test_the_second_has_it_when_the_first_gives_up(house: House, merchant: Merchant) -> None:
    async with house.units.begin(SYSTEM, "contract") as unit:
        assert await unit.keys.claim(a_claim(merchant_id=merchant.id)) is None
        second = asyncio.create_task(claim(house, a_claim(merchant_id=merchant.id)))
        await asyncio.sleep(0.05)
    assert await second is None


async def test_of_many_at_once_one_is_the_first(house: House, merchant: Merchant) -> None:
    claims = await asyncio.gather(*(claim(house, a_claim(merchant_id=merchant.id)) for _ in range(12)))
    assert claims.count(None) == 1
    assert len({earlier.operation_id for earlier in claims if earlier is not None}) == 1
