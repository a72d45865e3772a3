"""Payments that share something are judged one after the other: each sees all that were judged before it."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from domain.fraud.sighting import Wanted
from domain.fraud.velocity import Dimension
from tests.adapters.postgres.fraud.traffic import a_query, another_merchant, screened, seen
from tests.builders.fraud import a_screening, a_trace
from tests.builders.moments import MORNING, after
from tests.builders.payments import a_payment
from tests.fakes.desk import JOBS

if TYPE_CHECKING:
    from uuid import UUID

    import pytest

    from adapters.postgres.unit import PostgresUnits
    from domain.merchants.merchant import Merchant

D = Dimension
BY_CARD = Wanted(everywhere=frozenset({a_query(D.CARD)}))


async def judged(units: PostgresUnits, merchant_id: UUID, place: int, **values: str | None) -> int:
    """A payment that waits, looks and is added; how many it has seen of its card. The later ones are the older."""
    payment = a_payment(merchant_id=merchant_id)
    trace = a_trace(payment, at=after(-place), **values)
    async with units.begin(JOBS, "test") as unit:
        payment = await unit.payments.add(payment)
        await unit.screenings.wait_turn(trace)
        found = await unit.screenings.look(trace, BY_CARD)
        await asyncio.sleep(0)
        await unit.screenings.add(a_screening(payment), trace)
        await unit.commit()
    return found.everywhere[a_query(D.CARD)].count


async def test_twenty_at_once_of_one_card_see_all_before_them(units: PostgresUnits, merchant: Merchant) -> None:
    """Whatever their own times say, and at whichever merchant."""
    other = await another_merchant(units)
    both = (merchant.id, other.id)
    counts = await asyncio.gather(
        *(judged(units, both[place % 2], place, email=f"buyer{place}@example.com") for place in range(20))
    )
    assert sorted(counts) == list(range(20))


async def test_without_waiting_some_are_not_seen(
    units: PostgresUnits, merchant: Merchant, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The negative control: this test would see it."""
    from adapters.postgres.fraud.screening_store import ScreeningStore

    async def pass_by(*_: object) -> None:
        await asyncio.sleep(0)

    monkeypatch.setattr(ScreeningStore, "wait_turn", pass_by)
    counts = await asyncio.gather(*(judged(units, merchant.id, place) for place in range(20)))
    assert sorted(counts) != list(range(20))


async def test_cards_and_addresses_that_are_shared_crosswise_lock_nobody_out(
    units: PostgresUnits, merchant: Merchant
) -> None:
    """A deadlock would be raised here as `Contention`."""
    await asyncio.gather(
        *(
            judged(
                units,
                merchant.id,
                place,
                card=f"card{place % 3}",
                email=f"e{(place + 1) % 3}@example.com",
                customer=f"c{(place * 2) % 3}",
                device=f"d{(place + 2) % 3}",
            )
            for place in range(60)
        )
    )
    trace = a_trace(merchant_id=merchant.id, at=MORNING, card="card0")
    assert (await seen(units, trace, BY_CARD)).everywhere[a_query(D.CARD)].count == 20


async def test_whoever_shares_nothing_waits_for_nobody(units: PostgresUnits, merchant: Merchant) -> None:
    first = a_trace(merchant_id=merchant.id, ip="203.0.113.7")
    async with units.begin(JOBS, "test") as unit:
        await unit.screenings.wait_turn(first)
        another = a_trace(merchant_id=merchant.id, card="other", email=None, ip="203.0.113.7")
        async with asyncio.timeout(5), units.begin(JOBS, "test") as beside:
            await beside.screenings.wait_turn(another)
            await beside.screenings.wait_turn(a_trace(merchant_id=merchant.id, card=None, email=None))
        waiting = asyncio.create_task(judged(units, merchant.id, 0))
        await asyncio.sleep(0.3)
        assert not waiting.done()
        await unit.commit()
    assert await waiting == 0


async def test_the_turn_ends_also_when_nothing_comes_of_it(units: PostgresUnits, merchant: Merchant) -> None:
    async with units.begin(JOBS, "test") as unit:
        await unit.screenings.wait_turn(a_trace(merchant_id=merchant.id))
    async with asyncio.timeout(5):
        await judged(units, merchant.id, 0)
    await screened(units, merchant.id)
