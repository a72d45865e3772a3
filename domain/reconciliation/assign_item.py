"""Give an item to somebody, or to nobody."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from domain.identity.permission import Permission
from domain.kernel.ids import PLATFORM
from domain.kernel.unit import in_unit
from domain.reconciliation.errors import ReconciliationItemStateForbids
from domain.reconciliation.item_actions import assign_refusal

if TYPE_CHECKING:
    from uuid import UUID

    from domain.identity.actor import Actor
    from domain.reconciliation.ports import ReconciliationPorts, ReconciliationUnit
    from domain.reconciliation.reconciliation_item import ReconciliationItem


@dataclass(frozen=True, slots=True, kw_only=True)
class AssignItem:
    """`owner_id` is one of the payments company's people; None: nobody's."""

    item_id: UUID
    owner_id: UUID | None = None


async def assign_item(ports: ReconciliationPorts, actor: Actor, command: AssignItem) -> ReconciliationItem:
    """The item; one that is theirs already is left as it is.

    Raises `NotFound`, `Forbidden` and `ReconciliationItemStateForbids`.
    """
    actor.require(Permission.RECONCILIATION_WRITE, PLATFORM)

    async def work(unit: ReconciliationUnit) -> ReconciliationItem:
        item = await unit.reconciliation_items.for_update(command.item_id)
        refusal = assign_refusal(item)
        if refusal is not None:
            raise ReconciliationItemStateForbids(refusal)
        if item.owner_id == command.owner_id:
            return item
        if command.owner_id is not None:
            await unit.reviewers.ensure(command.owner_id, PLATFORM)
        saved = await unit.reconciliation_items.save(item.assign(command.owner_id, ports.clock.now()))
        said = {"owner_id": command.owner_id and str(command.owner_id)}
        await unit.audit.record(
            actor, "reconciliation.assign_item", "reconciliation_item", item.id, item.merchant_id, said
        )
        await unit.commit()
        return saved

    return await in_unit(ports.units, actor, "item.assign", work)
