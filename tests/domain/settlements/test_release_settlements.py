"""Staff let the clock close and pay again."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from domain.kernel.errors import Forbidden, Invalid
from domain.settlements.errors import SettlementsHeld
from tests.builders.identity import an_actor

if TYPE_CHECKING:
    from tests.fakes.settlement_desk import SettlementDesk
    from tests.fakes.unit import MemoryUnits


async def test_the_hold_is_gone(settling: SettlementDesk, bank_units: MemoryUnits) -> None:
    await settling.set_schedule()
    with pytest.raises(SettlementsHeld):
        await settling.release()
    await settling.hold()
    assert (await settling.release("All is well")).hold is None
    record = bank_units.tables.audit[-1]
    assert (record.action, record.data) == ("settlements.release", {"currency": "EUR", "reason": "All is well"})


async def test_who_may_not_and_without_a_reason(settling: SettlementDesk) -> None:
    await settling.set_schedule()
    await settling.hold()
    with pytest.raises(Forbidden):
        await settling.release(actor=an_actor(settling.merchant))
    with pytest.raises(Invalid):
        await settling.release(" ")
