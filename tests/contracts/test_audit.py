"""`Audit` and `Seals`: a line for each deed, and seals that hold every line once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from domain.audit.ports import SealingPorts
from domain.audit.seal import GENESIS
from domain.audit.seal_records import SealRecords, seal_records
from tests.builders.identity import an_actor
from tests.contracts.house import SYSTEM, House
from tests.fakes.clock import SettableClock

if TYPE_CHECKING:
    from domain.kernel.events import JsonValue
    from domain.merchants.merchant import Merchant


async def write(house: House, count: int) -> None:
    for number in range(count):
        async with house.units.begin(SYSTEM, "contract") as unit:
            await unit.audit.record(SYSTEM, "test.write", "test", None, None, {"number": number})
            await unit.commit()


async def test_a_line_says_who_did_what(house: House, merchant: Merchant) -> None:
    actor = an_actor(merchant)
    data: dict[str, JsonValue] = {"amount_minor": 4000, "nested": {"a": [1, None, True, "ü"]}}
    async with house.units.begin(actor, "contract") as unit:
        await unit.audit.record(actor, "merchants.rename", "merchant", merchant.id, merchant.id, data)
        await unit.commit()
    [record] = await house.records()
    assert (record.actor_kind, record.actor_id, record.actor_name) == ("USER", actor.id, "Ada Lovelace")
    assert (record.action, record.subject_type, record.subject_id) == ("merchants.rename", "merchant", merchant.id)
    assert (record.merchant_id, record.address, record.data) == (merchant.id, "192.0.2.7", data)


async def test_seals_hold_every_line_once_in_order(house: House) -> None:
    ports = SealingPorts(clock=SettableClock(), units=house.units)
    await write(house, 3)
    assert await seal_records(ports, SYSTEM, SealRecords(limit=2)) == 2
    await write(house, 2)
    assert [await seal_records(ports, SYSTEM, SealRecords(limit=2)) for _ in range(3)] == [2, 1, 0]
    async with house.units.begin(SYSTEM, "contract") as unit:
        last = await unit.seals.last()
        assert await unit.seals.unsealed(10) == []
    assert last is not None
    assert (last.number, last.intact) == (3, True)
    assert last.previous_hash != GENESIS
    assert last.digests == ((await house.records())[-1].digest(),)


async def test_one_sealer_at_a_time(house: House) -> None:
    async with house.units.begin(SYSTEM, "one") as one, house.units.begin(SYSTEM, "other") as other:
        assert await one.seals.lock()
        assert not await other.seals.lock()
    async with house.units.begin(SYSTEM, "contract") as unit:
        assert await unit.seals.lock()


async def test_before_the_first_seal_there_is_none(house: House) -> None:
    async with house.units.begin(SYSTEM, "contract") as unit:
        assert await unit.seals.last() is None
        assert await unit.seals.unsealed(10) == []
