"""Let the clock close and pay again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from domain.identity.permission import Permission
from domain.kernel.text import clean_text
from domain.kernel.unit import in_unit

if TYPE_CHECKING:
    from uuid import UUID

    from domain.identity.actor import Actor
    from domain.kernel.money import Currency
    from domain.settlements.ports import SettlementPorts, SettlementUnit
    from domain.settlements.settlement_account import SettlementAccount


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleaseSettlements:
    """Of which account, and why."""

    merchant_id: UUID
    currency: Currency
    reason: str


async def release_settlements(ports: SettlementPorts, actor: Actor, command: ReleaseSettlements) -> SettlementAccount:
    """The account without its hold: what is due by now is closed at the clock's next turn.

    Raises `NotFound`, `Forbidden`, `Invalid`, `SettlementsHeld` and `Unavailable`.
    """
    actor.require(Permission.SETTLEMENTS_WRITE, command.merchant_id)
    clean_text(command.reason, ("reason",))

    async def work(unit: SettlementUnit) -> SettlementAccount:
        account = await unit.settlement_accounts.for_update(command.merchant_id, command.currency)
        released = account.release(ports.clock.now())
        await unit.settlement_accounts.save(released)
        data = {"currency": released.currency.code, "reason": command.reason}
        await unit.audit.record(
            actor, "settlements.release", "merchant", released.merchant_id, released.merchant_id, data
        )
        await unit.commit()
        return released

    return await in_unit(ports.units, actor, "settlements.release", work)
