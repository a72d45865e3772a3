"""Staff close by hand: with permission, in order, and once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from domain.identity.permission import MerchantRole, StaffRole
from domain.kernel.errors import Forbidden, Invalid, NotFound
from domain.kernel.idempotency import IdempotencyConflict
from domain.kernel.ids import new_uuid
from domain.settlements.close_settlement import CloseSettlement, close_settlement
from domain.settlements.settlement import SettlementStatus
from tests.builders.identity import a_staff_actor, an_actor
from tests.builders.merchants import a_merchant
from tests.builders.moments import MORNING
from tests.builders.settlements import a_settlement

if TYPE_CHECKING:
    from tests.fakes.settlement_desk import SettlementDesk
    from tests.fakes.unit import MemoryUnits


async def test_a_merchant_closes_nothing(settling: SettlementDesk) -> None:
    await settling.capture()
    await settling.open()
    settlement = await settling.oldest()
    with pytest.raises(Forbidden):
        await settling.close(settlement, an_actor(settling.merchant, role=MerchantRole.OWNER))
    with pytest.raises(Forbidden):
        await settling.close(settlement, a_staff_actor(StaffRole.AUDITOR))
    with pytest.raises(NotFound):
        await settling.close(settlement, an_actor(a_merchant()))
    with pytest.raises(NotFound):
        await settling.close(a_settlement(id=new_uuid(MORNING)))


async def test_the_same_key_closes_the_same_once(settling: SettlementDesk, bank_units: MemoryUnits) -> None:
    await settling.capture()
    await settling.open()
    settlement = await settling.oldest()
    settling.clock.pass_by(1)
    command = CloseSettlement(idempotency_key="once", settlement_id=settlement.id)
    done = await close_settlement(settling.ports, settling.actor, command)
    again = await close_settlement(settling.ports, settling.actor, command)
    assert (done.replayed, again.replayed, again.settlement) == (False, True, done.settlement)
    assert done.settlement.status is SettlementStatus.CLOSED
    with pytest.raises(IdempotencyConflict):
        await settling.close(await settling.oldest(), idempotency_key="once")
    with pytest.raises(Invalid):
        await settling.close(await settling.oldest(), idempotency_key=" ")
    closings = [record for record in bank_units.tables.audit if record.action == "settlements.close"]
    assert [record.actor_name for record in closings] == [settling.actor.name]


async def test_a_hold_does_not_keep_a_person_from_it(settling: SettlementDesk) -> None:
    await settling.capture()
    await settling.open()
    await settling.hold()
    settling.clock.pass_by(1)
    assert (await settling.close(await settling.oldest())).status is SettlementStatus.CLOSED
