"""`FraudLists`: entries are put, replaced under their ids, and taken away with what they were."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from domain.fraud.list_kind import ListKind
from domain.kernel.errors import Conflict
from domain.kernel.ids import PLATFORM, new_uuid
from tests.builders.fraud import a_list, an_entry
from tests.builders.identity import an_actor
from tests.builders.merchants import a_merchant
from tests.builders.moments import MORNING, after
from tests.contracts.house import SYSTEM, House, settle

if TYPE_CHECKING:
    from collections.abc import Mapping
    from uuid import UUID

    from domain.fraud.fraud_list import FraudList, ListEntry
    from domain.identity.actor import Actor
    from domain.merchants.merchant import Merchant

NAME = "blocked_emails"


async def add(house: House, made: FraudList, actor: Actor = SYSTEM) -> None:
    async with house.units.begin(actor, "contract") as unit:
        await unit.fraud_lists.add(made)
        await unit.commit()


async def put(house: House, *entries: ListEntry, actor: Actor = SYSTEM) -> list[ListEntry]:
    async with house.units.begin(actor, "contract") as unit:
        kept = await unit.fraud_lists.put(entries)
        await unit.commit()
    return kept


async def remove(
    house: House, merchant_id: UUID, *values: str, name: str = NAME, actor: Actor = SYSTEM
) -> list[ListEntry]:
    async with house.units.begin(actor, "contract") as unit:
        removed = await unit.fraud_lists.remove(merchant_id, name, values)
        await unit.commit()
    return removed


async def count(house: House, merchant_id: UUID, name: str = NAME, actor: Actor = SYSTEM) -> int:
    async with house.units.begin(actor, "contract") as unit:
        return await unit.fraud_lists.count(merchant_id, name)


async def kinds(house: House, merchant_id: UUID, actor: Actor = SYSTEM) -> Mapping[str, ListKind]:
    async with house.units.begin(actor, "contract") as unit:
        return await unit.fraud_lists.kinds(merchant_id)


async def test_an_authors_own_lists(house: House, merchant: Merchant) -> None:
    assert await kinds(house, merchant.id) == {}
    for kind in ListKind:
        await add(house, a_list(merchant_id=merchant.id, name=f"own_{kind.value.lower()}", kind=kind))
    await add(house, a_list(merchant_id=PLATFORM, description=None))
    assert await kinds(house, merchant.id) == {f"own_{kind.value.lower()}": kind for kind in ListKind}
    assert await kinds(house, PLATFORM) == {"regulars": ListKind.EMAIL}


async def test_a_name_is_one_lists(house: House, merchant: Merchant) -> None:
    await add(house, a_list(merchant_id=merchant.id))
    with pytest.raises(Conflict, match="regulars"):
        await add(house, a_list(merchant_id=merchant.id, kind=ListKind.BIN))
    await add(house, a_list(merchant_id=PLATFORM))


@pytest.mark.parametrize("platform", [True, False])
async def test_every_field_reads_back(house: House, merchant: Merchant, *, platform: bool) -> None:
    author = PLATFORM if platform else merchant.id
    await add(house, a_list(merchant_id=author))
    full = an_entry(
        "ü@example.com",
        merchant_id=author,
        list_name="regulars",
        review_id=new_uuid(MORNING),
        author_id=None,
        expires_at=after(60),
    )
    plain = an_entry("203.0.113.0/24", merchant_id=author, list_name="blocked_ips")
    assert await put(house, full, plain) == [full, plain]
    assert await remove(house, author, full.value, name="regulars") == [full]
    assert await remove(house, author, plain.value, name="blocked_ips") == [plain]


async def test_what_is_there_is_replaced_under_its_id(house: House, merchant: Merchant) -> None:
    first, other = (an_entry(value, merchant_id=merchant.id) for value in ("a@example.com", "b@example.com"))
    await put(house, first, other)
    again = replace(an_entry("a@example.com", merchant_id=merchant.id), reason="Once more", created_at=after(5))
    new = an_entry("c@example.com", merchant_id=merchant.id, expires_at=after(9))
    kept = await put(house, new, again)
    assert kept == [new, replace(again, id=first.id)]
    assert await count(house, merchant.id) == 3
    # In the order in which they were asked for; what is not there is left out, and what is named twice is gone once.
    asked = ("c@example.com", "d@example.com", "a@example.com", "c@example.com")
    assert await remove(house, merchant.id, *asked) == [new, kept[1]]
    assert await count(house, merchant.id) == 1
    assert await remove(house, merchant.id, *asked) == []


async def test_what_is_put_is_counted_at_once(house: House, merchant: Merchant) -> None:
    async with house.units.begin(SYSTEM, "contract") as unit:
        await unit.fraud_lists.put([an_entry(merchant_id=merchant.id), an_entry(merchant_id=PLATFORM)])
        assert await unit.fraud_lists.count(merchant.id, NAME) == 1
        assert await unit.fraud_lists.count(merchant.id, "blocked_bins") == 0
        assert len(await unit.fraud_lists.remove(merchant.id, NAME, ["mary@example.com"])) == 1
        assert await unit.fraud_lists.count(merchant.id, NAME) == 0
    assert (await count(house, merchant.id), await count(house, PLATFORM)) == (0, 0)


async def test_many_at_once(house: House, merchant: Merchant) -> None:
    entries = [an_entry(f"{number}@example.com", merchant_id=merchant.id) for number in range(1000)]
    assert await put(house, *entries) == entries
    assert await count(house, merchant.id) == 1000
    assert await put(house) == []


async def test_others_lists_are_not_there(house: House, merchant: Merchant) -> None:
    other = a_merchant()
    await settle(house, other)
    await add(house, a_list(merchant_id=merchant.id))
    await put(house, an_entry(merchant_id=merchant.id), an_entry(merchant_id=PLATFORM))
    stranger = an_actor(other)
    assert await kinds(house, merchant.id, stranger) == {}
    assert await count(house, merchant.id, actor=stranger) == 0
    for author in (merchant.id, PLATFORM):
        assert await remove(house, author, "mary@example.com", actor=stranger) == []
        assert await count(house, author) == 1
        with pytest.raises(house.fenced):
            await put(house, an_entry("new@example.com", merchant_id=author), actor=stranger)
        with pytest.raises(house.fenced):
            await add(house, a_list(merchant_id=author, name="mine"), stranger)
