"""Items are given to staff alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from domain.identity.permission import Permission
from domain.kernel.errors import Forbidden, NotFound
from domain.kernel.ids import new_uuid
from domain.reconciliation.assign_item import AssignItem, assign_item
from domain.reconciliation.errors import ReconciliationItemStateForbids
from tests.builders.bank_statements import Sheet, a_credit, a_file
from tests.builders.moments import MORNING
from tests.fakes.desk import JOBS
from tests.fakes.reconciliation_desk import a_clerk

if TYPE_CHECKING:
    from tests.fakes.reconciliation_desk import ReconciliationDesk
    from tests.fakes.unit import MemoryUnits


async def test_it_is_somebody_s_and_then_nobody_s(desk: ReconciliationDesk, memory: MemoryUnits) -> None:
    await desk.imported(a_file(Sheet(lines=(a_credit("5.00", None),))))
    await desk.match()
    (item,) = memory.tables.reconciliation.items.values()
    person, stranger = new_uuid(MORNING), new_uuid(MORNING)
    memory.tables.fraud.reviewers[person] = None
    assigned = await assign_item(desk.ports, desk.actor, AssignItem(item_id=item.id, owner_id=person))
    assert assigned.owner_id == person
    assert await assign_item(desk.ports, desk.actor, AssignItem(item_id=item.id, owner_id=person)) == assigned
    with pytest.raises(NotFound):
        await assign_item(desk.ports, desk.actor, AssignItem(item_id=item.id, owner_id=stranger))
    with pytest.raises(Forbidden):
        await assign_item(desk.ports, a_clerk(Permission.RECONCILIATION_READ), AssignItem(item_id=item.id))
    assert (await assign_item(desk.ports, desk.actor, AssignItem(item_id=item.id))).owner_id is None
    async with memory.begin(JOBS, "test") as unit:
        known = await unit.reconciliation_items.for_update(item.id)
        await unit.reconciliation_items.save(known.match(JOBS, None, MORNING))
        await unit.commit()
    with pytest.raises(ReconciliationItemStateForbids):
        await assign_item(desk.ports, desk.actor, AssignItem(item_id=item.id, owner_id=person))
