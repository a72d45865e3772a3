"""By the clock: give back what was held in reserve for long enough."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from domain.kernel.ids import Prefix, format_id, new_uuid
from domain.kernel.unit import in_unit
from domain.settlements.postings import release_entry

if TYPE_CHECKING:
    from uuid import UUID

    from domain.identity.actor import Actor
    from domain.settlements.ports import SettlementPorts, SettlementUnit


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleaseReserves:
    """At most so many at a time."""

    limit: int = 100


async def release_reserves(ports: SettlementPorts, actor: Actor, command: ReleaseReserves) -> int:
    """How many were released to `pending`, where the next settlement finds them.

    They do not wait for each other; what went wrong with some is raised as an `ExceptionGroup` once all have been
    tried.
    """

    async def due(unit: SettlementUnit) -> list[UUID]:
        return await unit.reserve_holds.due(ports.clock.now(), command.limit)

    released = 0
    errors: list[Exception] = []
    for hold_id in await in_unit(ports.units, actor, "reserves.find", due):
        try:
            released += await _release(ports, actor, hold_id)
        except Exception as error:  # noqa: BLE001 - raised below, with the others'
            error.add_note(format_id(Prefix.RESERVE, hold_id))
            errors.append(error)
    if errors:
        message = "some reserves could not be released"
        raise ExceptionGroup(message, errors)
    return released


async def _release(ports: SettlementPorts, actor: Actor, hold_id: UUID) -> bool:
    async def work(unit: SettlementUnit) -> bool:
        at = ports.clock.now()
        hold = await unit.reserve_holds.for_update(hold_id)
        if hold.released_at is not None:
            return False
        entry_id = new_uuid(at)
        await unit.ledger.post((release_entry(hold, entry_id, at),))
        saved = await unit.reserve_holds.save(hold.release(entry_id, at))
        data = {"amount_minor": saved.amount.minor, "currency": saved.amount.currency.code}
        await unit.audit.record(actor, "reserves.release", "reserve_hold", saved.id, saved.merchant_id, data)
        await unit.commit()
        return True

    return await in_unit(ports.units, actor, "reserve.release", work)
