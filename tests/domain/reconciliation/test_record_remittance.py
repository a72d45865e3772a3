"""A remittance is written down once."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from domain.identity.permission import Permission
from domain.kernel.errors import Forbidden, Invalid
from domain.reconciliation.record_remittance import RecordRemittance, RemittanceKnown, record_remittance
from tests.builders.money import eur, jpy
from tests.fakes.reconciliation_desk import a_clerk

if TYPE_CHECKING:
    from tests.fakes.reconciliation_desk import ReconciliationDesk
    from tests.fakes.unit import MemoryUnits

COMMAND = RecordRemittance(gateway="acquirer", reference="ACQ-1", gross=eur(100), costs=eur("1.50"))


async def test_it_is_awaited(desk: ReconciliationDesk, memory: MemoryUnits) -> None:
    recorded = await record_remittance(desk.ports, desk.actor, COMMAND)
    assert (recorded.net, recorded.recorded_by_name) == (eur("98.50"), "Clara")
    assert await record_remittance(desk.ports, desk.actor, COMMAND) == recorded
    assert [line.action for line in memory.tables.audit] == ["reconciliation.record_remittance"]
    assert [event.name for event in memory.tables.events] == ["remittance.recorded"]


async def test_refusals(desk: ReconciliationDesk) -> None:
    await record_remittance(desk.ports, desk.actor, COMMAND)
    with pytest.raises(RemittanceKnown):
        await record_remittance(desk.ports, desk.actor, replace(COMMAND, costs=eur(2)))
    with pytest.raises(Invalid):
        await record_remittance(desk.ports, desk.actor, replace(COMMAND, costs=jpy(2)))
    with pytest.raises(Forbidden):
        await record_remittance(desk.ports, a_clerk(Permission.RECONCILIATION_READ), COMMAND)
