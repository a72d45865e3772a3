"""Each row is listed or refused by itself, and a list does not grow without end."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from domain.fraud.create_list import CreateList, create_list
from domain.fraud.fraud_list import MOST_ENTRIES
from domain.fraud.list_kind import ListKind
from domain.fraud.listing import MOST_ROWS, RowOutcome
from domain.identity.permission import MerchantRole
from domain.kernel.errors import Forbidden, Invalid, NotFound
from domain.kernel.ids import PLATFORM, new_uuid
from tests.builders.fraud import an_entry
from tests.builders.identity import an_actor
from tests.builders.moments import MORNING, after

if TYPE_CHECKING:
    from tests.fakes.fraud_desk import FraudDesk
    from tests.fakes.unit import MemoryUnits

ADDED, REPLACED, REFUSED = RowOutcome.ADDED, RowOutcome.REPLACED, RowOutcome.REFUSED


async def test_a_result_for_each_row(fraud: FraudDesk, units: MemoryUnits) -> None:
    values = ("Mary@Example.com", "nobody", "ada@example.com", "mary@example.com")
    results = await fraud.put("blocked_emails", *values, reason="Stolen cards", expires_at=after(60))
    assert [result.outcome for result in results] == [ADDED, REFUSED, ADDED, REFUSED]
    assert tuple(result.value for result in results) == values
    assert results[1].message == "This is not an e-mail address; they look like name@example.com."
    assert results[3].message == "This is the same as row 1, which counts."
    entries = units.tables.fraud.entries.values()
    assert [entry.value for entry in entries] == ["mary@example.com", "ada@example.com"]
    assert [result.entry for result in results if result.entry] == list(entries)
    entry = next(iter(entries))
    assert (entry.reason, entry.expires_at, entry.author_name) == ("Stolen cards", after(60), fraud.actor.name)
    record = units.tables.audit[-1]
    assert (record.action, record.merchant_id) == ("fraud.add_list_entries", fraud.desk.merchant.id)
    assert record.data == {
        "list": "blocked_emails",
        "reason": "Stolen cards",
        "expires_at": after(60).isoformat(),
        "added": 2,
        "replaced": 0,
        "refused": 2,
    }


async def test_what_is_listed_already_is_replaced(fraud: FraudDesk, units: MemoryUnits) -> None:
    (first,) = await fraud.put("blocked_ips", "203.0.113.7", expires_at=after(60))
    (again,) = await fraud.put("blocked_ips", "203.0.113.7/32", reason="For good")
    assert (first.entry and first.entry.id, again.outcome) == (again.entry and again.entry.id, REPLACED)
    (entry,) = units.tables.fraud.entries.values()
    assert (entry.reason, entry.expires_at, entry.value) == ("For good", None, "203.0.113.7")


async def test_an_authors_own_list(fraud: FraudDesk, units: MemoryUnits) -> None:
    command = CreateList(merchant_id=PLATFORM, name="partners", kind=ListKind.DOMAIN)
    await create_list(fraud.ports, fraud.staff, command)
    (result,) = await fraud.put("partners", "Example.com", merchant_id=PLATFORM)
    assert result.outcome is ADDED
    assert units.tables.audit[-1].merchant_id is None
    with pytest.raises(NotFound, match="The list"):
        await fraud.put("partners", "example.com")


async def test_no_card_number_is_ever_listed(fraud: FraudDesk, units: MemoryUnits) -> None:
    for name in ("blocked_bins", "blocked_cards", "blocked_emails"):
        (result,) = await fraud.put(name, "4242 4242 4242 4242")
        assert (result.outcome, "card numbers are never accepted" in (result.message or "")) == (REFUSED, True)
    assert units.tables.fraud.entries == {}


@pytest.mark.parametrize(
    ("more", "path"),
    [
        ({"reason": " "}, "reason"),
        ({"reason": "4242424242424242"}, "reason"),
        ({"expires_at": MORNING}, "expiresAt"),
        ({"values": ()}, "values"),
        ({"values": ("DE",) * (MOST_ROWS + 1)}, "values"),
    ],
)
async def test_what_is_wrong_with_all_of_them(
    fraud: FraudDesk, units: MemoryUnits, more: dict[str, Any], path: str
) -> None:
    given: dict[str, Any] = {"values": ("DE",), **more}
    with pytest.raises(Invalid) as refused:
        await fraud.put("blocked_countries", **given)
    assert refused.value.path == (path,)
    assert (units.tables.fraud.entries, units.tables.audit) == ({}, [])


async def test_a_list_that_is_full(fraud: FraudDesk, units: MemoryUnits) -> None:
    merchant_id = fraud.desk.merchant.id
    one = an_entry(merchant_id=merchant_id)
    for number in range(MOST_ENTRIES - 1):
        units.tables.fraud.entries[merchant_id, "blocked_emails", str(number)] = one
    assert (await fraud.put("blocked_emails", "mary@example.com"))[0].outcome is ADDED
    assert (await fraud.put("blocked_emails", "mary@example.com"))[0].outcome is REPLACED
    with pytest.raises(Invalid, match="at most 100000 entries"):
        await fraud.put("blocked_emails", "mary@example.com", "ada@example.com")
    assert len(units.tables.fraud.entries) == MOST_ENTRIES


async def test_who_may_not(fraud: FraudDesk, units: MemoryUnits) -> None:
    with pytest.raises(Forbidden):
        await fraud.put("blocked_ips", "192.0.2.1", actor=an_actor(fraud.desk.merchant, role=MerchantRole.OPERATOR))
    with pytest.raises(NotFound):
        await fraud.put("blocked_ips", "192.0.2.1", actor=fraud.actor, merchant_id=PLATFORM)
    with pytest.raises(NotFound):
        await fraud.put("blocked_ips", "192.0.2.1", actor=fraud.staff, merchant_id=new_uuid(MORNING))
    assert units.tables.fraud.entries == {}
