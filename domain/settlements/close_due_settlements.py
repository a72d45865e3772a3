"""By the clock: close what is past its cut-off, on its settlement date."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from domain.kernel.ids import Prefix, format_id
from domain.kernel.unit import in_unit
from domain.settlements.closing import close

if TYPE_CHECKING:
    from domain.identity.actor import Actor
    from domain.settlements.ports import AccountKey, SettlementPorts, SettlementUnit


@dataclass(frozen=True, slots=True, kw_only=True)
class CloseDueSettlements:
    """At most so many at a time."""

    limit: int = 50


async def close_due_settlements(ports: SettlementPorts, actor: Actor, command: CloseDueSettlements) -> int:
    """How many were closed: those of accounts on hold are not, and an account's are closed one after the other.

    Accounts do not wait for each other; what went wrong with some is raised as an `ExceptionGroup` once all have been
    tried.
    """

    async def due(unit: SettlementUnit) -> list[AccountKey]:
        return await unit.settlement_queue.due(ports.clock.now(), command.limit)

    closed = 0
    errors: list[Exception] = []
    for key in await in_unit(ports.units, actor, "settlements.find", due):
        try:
            while closed < command.limit and await _close_one(ports, actor, key):
                closed += 1
        except Exception as error:  # noqa: BLE001 - raised below, with the others'
            error.add_note(format_id(Prefix.MERCHANT, key[0]))
            errors.append(error)
    if errors:
        message = "some settlements could not be closed"
        raise ExceptionGroup(message, errors)
    return closed


async def _close_one(ports: SettlementPorts, actor: Actor, key: AccountKey) -> bool:
    async def work(unit: SettlementUnit) -> bool:
        account = await unit.settlement_accounts.claim(*key)
        if account is None or account.hold is not None:
            # Another worker is at it, or somebody has said no.
            return False
        settlement = await unit.settlements.oldest_open(*key)
        if settlement is None or not settlement.is_due(ports.clock.now()):
            return False
        await close(ports, unit, actor, account, settlement)
        await unit.commit()
        return True

    return await in_unit(ports.units, actor, "settlement.close", work)
