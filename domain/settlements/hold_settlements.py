"""Keep the clock from closing a merchant's settlements and paying them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from domain.identity.permission import Permission
from domain.kernel.unit import in_unit
from domain.settlements.settlement_account import Hold

if TYPE_CHECKING:
    from uuid import UUID

    from domain.identity.actor import Actor
    from domain.kernel.money import Currency
    from domain.settlements.ports import SettlementPorts, SettlementUnit
    from domain.settlements.settlement_account import SettlementAccount


@dataclass(frozen=True, slots=True, kw_only=True)
class HoldSettlements:
    """Of which account, and why."""

    merchant_id: UUID
    currency: Currency
    reason: str


async def hold_settlements(ports: SettlementPorts, actor: Actor, command: HoldSettlements) -> SettlementAccount:
    """The account on hold: cut-offs pass, and what they cut off stays open.

    Raises `NotFound`, `Forbidden`, `Invalid`, `SettlementsHeld` and `Unavailable`.
    """
    actor.require(Permission.SETTLEMENTS_WRITE, command.merchant_id)

    async def work(unit: SettlementUnit) -> SettlementAccount:
        at = ports.clock.now()
        account = await unit.settlement_accounts.for_update(command.merchant_id, command.currency)
        held = account.put_on_hold(Hold(reason=command.reason, held_at=at, held_by_name=actor.name), at)
        await unit.settlement_accounts.save(held)
        data = {"currency": held.currency.code, "reason": command.reason}
        await unit.audit.record(actor, "settlements.hold", "merchant", held.merchant_id, held.merchant_id, data)
        await unit.commit()
        return held

    return await in_unit(ports.units, actor, "settlements.hold", work)
