"""What is taken from a list is remembered by the audit log alone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from domain.fraud.listing import MOST_ROWS, RowOutcome
from domain.fraud.remove_list_entries import RemoveListEntries, remove_list_entries
from domain.identity.permission import MerchantRole
from domain.kernel.errors import Forbidden, Invalid, NotFound
from domain.kernel.ids import PLATFORM
from tests.builders.identity import an_actor

if TYPE_CHECKING:
    from domain.fraud.listing import RowResult
    from domain.identity.actor import Actor
    from tests.fakes.fraud_desk import FraudDesk
    from tests.fakes.unit import MemoryUnits


async def remove(fraud: FraudDesk, *values: str, actor: Actor | None = None, **more: Any) -> list[RowResult]:
    given: dict[str, Any] = {
        "merchant_id": fraud.desk.merchant.id,
        "list_name": "blocked_emails",
        "values": values,
        "reason": "A mistake",
    }
    return await remove_list_entries(fraud.ports, actor or fraud.actor, RemoveListEntries(**{**given, **more}))


async def test_a_result_for_each_row(fraud: FraudDesk, units: MemoryUnits) -> None:
    added = await fraud.put("blocked_emails", "mary@example.com", "ada@example.com")
    results = await remove(fraud, "MARY@example.com", "grace@example.com", "nobody", "mary@example.com")
    assert [result.outcome.value for result in results] == ["REMOVED", "NOT_LISTED", "REFUSED", "REFUSED"]
    gone = results[0].entry
    assert gone is not None
    assert gone == added[0].entry
    assert [entry.value for entry in units.tables.fraud.entries.values()] == ["ada@example.com"]
    record = units.tables.audit[-1]
    assert record.action == "fraud.remove_list_entries"
    assert record.data == {
        "list": "blocked_emails",
        "reason": "A mistake",
        "removed": [{"id": str(gone.id), "by": fraud.actor.name, "at": gone.created_at.isoformat()}],
    }


async def test_only_the_authors_own(fraud: FraudDesk, units: MemoryUnits) -> None:
    await fraud.put("blocked_emails", "mary@example.com", merchant_id=PLATFORM)
    (result,) = await remove(fraud, "mary@example.com")
    assert (result.outcome, len(units.tables.fraud.entries)) == (RowOutcome.NOT_LISTED, 1)
    (result,) = await remove(fraud, "mary@example.com", actor=fraud.staff, merchant_id=PLATFORM)
    assert (result.outcome, units.tables.fraud.entries) == (RowOutcome.REMOVED, {})


async def test_what_is_refused(fraud: FraudDesk, units: MemoryUnits) -> None:
    await fraud.put("blocked_emails", "mary@example.com")
    refusals: list[dict[str, Any]] = [{"reason": ""}, {"values": ()}, {"values": ("x",) * (MOST_ROWS + 1)}]
    for more in refusals:
        with pytest.raises(Invalid):
            await remove(fraud, "mary@example.com", **more)
    with pytest.raises(NotFound, match="The list"):
        await remove(fraud, "mary@example.com", list_name="nobodys")
    with pytest.raises(Forbidden):
        await remove(fraud, "mary@example.com", actor=an_actor(fraud.desk.merchant, role=MerchantRole.OPERATOR))
    assert len(units.tables.fraud.entries) == 1
