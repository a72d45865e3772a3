"""Lists and entries, as transactions write them and payments find them."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from adapters.postgres.fraud.networks import networks_of
from domain.fraud.list_kind import ListEffect, ListKind
from domain.fraud.sighting import Wanted
from domain.kernel.errors import Conflict
from domain.kernel.ids import PLATFORM, new_uuid
from tests.adapters.postgres.fraud.traffic import another_merchant, seen
from tests.builders.fraud import a_list, a_trace, an_entry
from tests.builders.identity import an_actor
from tests.builders.moments import MORNING, after
from tests.fakes.desk import JOBS

if TYPE_CHECKING:
    from uuid import UUID

    from adapters.postgres.unit import PostgresUnits
    from domain.fraud.fraud_list import ListEntry
    from domain.merchants.merchant import Merchant

K = ListKind


async def put(units: PostgresUnits, *entries: ListEntry) -> list[ListEntry]:
    async with units.begin(JOBS, "test") as unit:
        kept = await unit.fraud_lists.put(entries)
        await unit.commit()
    return kept


async def listed(units: PostgresUnits, merchant_id: UUID, **values: str) -> dict[UUID, frozenset[tuple[str, str]]]:
    wanted = Wanted(values={K[kind.upper()]: frozenset({value}) for kind, value in values.items()})
    return dict((await seen(units, a_trace(merchant_id=merchant_id, at=MORNING), wanted)).listed)


async def test_a_list_has_its_name_once(units: PostgresUnits, merchant: Merchant) -> None:
    own = a_list(merchant_id=merchant.id, effect=ListEffect.NONE)

    async def add() -> None:
        async with units.begin(JOBS, "test") as unit:
            await unit.fraud_lists.add(own)
            await unit.commit()

    made = await asyncio.gather(*(add() for _ in range(4)), return_exceptions=True)
    assert [type(one) for one in made if one is not None] == [Conflict] * 3
    async with units.begin(an_actor(merchant), "test") as unit:
        assert await unit.fraud_lists.kinds(merchant.id) == {"regulars": K.EMAIL}
        assert await unit.fraud_lists.kinds(PLATFORM) == {}


async def test_entries_are_replaced_counted_and_removed(units: PostgresUnits, merchant: Merchant) -> None:
    first = an_entry(merchant_id=merchant.id)
    other = an_entry("ada@example.com", merchant_id=merchant.id)
    assert await put(units, first, other) == [first, other]
    again = an_entry(merchant_id=merchant.id, reason="Another card", expires_at=after(60))
    assert await put(units, again) == [replace(again, id=first.id)]
    async with units.begin(JOBS, "test") as unit:
        assert await unit.fraud_lists.count(merchant.id, "blocked_emails") == 2
        gone = await unit.fraud_lists.remove(merchant.id, "blocked_emails", [again.value, "nobody@example.com"])
        assert gone == [replace(again, id=first.id)]
        assert await unit.fraud_lists.count(merchant.id, "blocked_emails") == 1
        assert await unit.fraud_lists.remove(merchant.id, "blocked_emails", [again.value]) == []
        await unit.commit()


async def test_of_a_value_that_is_given_twice_the_last_one_is_kept(units: PostgresUnits, merchant: Merchant) -> None:
    first, last = (an_entry(merchant_id=merchant.id, reason=reason) for reason in ("One", "Two"))
    assert await put(units, first, last) == [last, last]


async def test_two_who_put_the_same_entries_do_not_lock_each_other_out(
    units: PostgresUnits, merchant: Merchant
) -> None:
    entries = [an_entry(f"{number}@example.com", merchant_id=merchant.id) for number in range(200)]

    async def work(turn: int) -> None:
        await put(units, *(replace(entry, id=new_uuid(MORNING)) for entry in entries[:: 1 if turn % 2 else -1]))

    await asyncio.gather(*(work(turn) for turn in range(6)))
    async with units.begin(JOBS, "test") as unit:
        assert await unit.fraud_lists.count(merchant.id, "blocked_emails") == 200


async def test_a_payment_finds_what_lists_have_of_it(units: PostgresUnits, merchant: Merchant) -> None:
    other = await another_merchant(units)
    async with units.begin(JOBS, "test") as unit:
        await unit.fraud_lists.add(a_list(merchant_id=merchant.id))
        await unit.commit()
    mary = "mary@example.com"
    await put(
        units,
        an_entry(mary, merchant_id=merchant.id),
        an_entry(mary, merchant_id=merchant.id, list_name="regulars"),
        an_entry(mary, merchant_id=PLATFORM, list_name="allowed_emails"),
        an_entry(mary, merchant_id=other.id, list_name="allowed_emails"),
        an_entry(mary, merchant_id=merchant.id, list_name="blocked_customers"),
        an_entry("DE", merchant_id=merchant.id, list_name="blocked_countries"),
    )
    found = await listed(units, merchant.id, email=mary, country="FR", customer="cus_1")
    assert found == {
        merchant.id: frozenset({("blocked_emails", mary), ("regulars", mary)}),
        PLATFORM: frozenset({("allowed_emails", mary)}),
    }


@pytest.mark.parametrize(("seconds", "counts"), [(-1, False), (0, False), (1, True), (None, True)])
async def test_an_entry_counts_until_it_expires(
    units: PostgresUnits, merchant: Merchant, seconds: int | None, *, counts: bool
) -> None:
    expires_at = None if seconds is None else MORNING + timedelta(seconds=seconds)
    await put(units, an_entry(merchant_id=merchant.id, expires_at=expires_at))
    found = await listed(units, merchant.id, email="mary@example.com")
    assert bool(found[merchant.id]) is counts


@pytest.mark.parametrize(
    ("entry", "address", "hit"),
    [
        ("203.0.113.7", "203.0.113.7", True),
        ("203.0.113.0/24", "203.0.113.7", True),
        ("0.0.0.0/0", "203.0.113.7", True),
        ("203.0.114.0/24", "203.0.113.7", False),
        ("2001:db8::/32", "2001:db8::1", True),
        ("2001:db8::1", "2001:0DB8:0::1", True),
        ("2001:db9::/32", "2001:db8::1", False),
        ("203.0.113.0/24", "::ffff:203.0.113.7", True),
        ("::/0", "203.0.113.7", False),
    ],
)
async def test_an_address_is_found_by_every_network_that_has_it(
    units: PostgresUnits, merchant: Merchant, entry: str, address: str, *, hit: bool
) -> None:
    """The hit tells of the payment's address, not of the network."""
    await put(units, an_entry(entry, merchant_id=PLATFORM, list_name="blocked_ips"))
    found = await listed(units, merchant.id, ip=address)
    assert found[PLATFORM] == (frozenset({("blocked_ips", address)}) if hit else frozenset())


def test_networks_go_from_the_address_to_everything() -> None:
    assert networks_of("203.0.113.7")[:3] == ("203.0.113.7", "203.0.113.7/32", "203.0.113.6/31")
    assert networks_of("203.0.113.7")[-1] == "0.0.0.0/0"
    assert len(networks_of("2001:db8::1")) == 130
    assert networks_of("nowhere") == ("nowhere",)


async def test_a_merchant_writes_no_list_of_others(units: PostgresUnits, merchant: Merchant) -> None:
    """The entries of the platform can be seen from a payment's transaction, and stay as they are."""
    kept: Any = await put(units, an_entry(merchant_id=PLATFORM))
    async with units.begin(an_actor(merchant), "test") as unit:
        assert await unit.fraud_lists.count(PLATFORM, "blocked_emails") == 1
        assert await unit.fraud_lists.remove(PLATFORM, "blocked_emails", [kept[0].value]) == []
        await unit.commit()
    assert (await listed(units, merchant.id, email=kept[0].value))[PLATFORM]
