"""Staff keep the clock away from an account, and say why."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from domain.kernel.errors import Forbidden, Invalid, NotFound
from domain.settlements.errors import SettlementsHeld
from tests.builders.identity import an_actor

if TYPE_CHECKING:
    from tests.fakes.settlement_desk import SettlementDesk
    from tests.fakes.unit import MemoryUnits


async def test_on_hold_with_a_reason(settling: SettlementDesk, bank_units: MemoryUnits) -> None:
    await settling.set_schedule()
    held = await settling.hold("Court order")
    assert held.hold is not None
    assert (held.hold.reason, held.hold.held_by_name, held.hold.held_at) == (
        "Court order",
        settling.actor.name,
        settling.clock.now(),
    )
    record = bank_units.tables.audit[-1]
    assert (record.action, record.data) == ("settlements.hold", {"currency": "EUR", "reason": "Court order"})
    with pytest.raises(SettlementsHeld):
        await settling.hold("Again")


async def test_who_may_not_and_where_there_is_nothing(settling: SettlementDesk) -> None:
    with pytest.raises(Forbidden):
        await settling.hold(actor=an_actor(settling.merchant))
    with pytest.raises(NotFound):
        await settling.hold()
    await settling.set_schedule()
    with pytest.raises(Invalid):
        await settling.hold(" ")
