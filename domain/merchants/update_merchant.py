"""Change what a merchant is called, and the zone that it lives in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from domain.identity.permission import Permission
from domain.kernel.errors import Invalid
from domain.kernel.unit import in_unit

if TYPE_CHECKING:
    from uuid import UUID

    from domain.identity.actor import Actor
    from domain.merchants.merchant import Merchant
    from domain.merchants.ports import MerchantPorts, MerchantsUnit


@dataclass(frozen=True, slots=True, kw_only=True)
class UpdateMerchant:
    """What is None stays as it is."""

    merchant_id: UUID
    name: str | None = None
    time_zone: str | None = None


async def update_merchant(ports: MerchantPorts, actor: Actor, command: UpdateMerchant) -> Merchant:
    """The merchant as changed.

    Raises `NotFound`, `Forbidden` and `Invalid`.
    """
    actor.require(Permission.MERCHANTS_WRITE, command.merchant_id)
    if command.name is None and command.time_zone is None:
        raise Invalid(("name",), "Give a name or a time zone to change.")

    async def work(unit: MerchantsUnit) -> Merchant:
        merchant = await unit.merchants.for_update(command.merchant_id)
        at = ports.clock.now()
        changed = merchant if command.name is None else merchant.rename(command.name, at)
        changed = changed if command.time_zone is None else changed.relocate(command.time_zone, at)
        await unit.merchants.save(changed)
        await unit.audit.record(actor, "merchants.update", "merchant", merchant.id, merchant.id, {})
        await unit.commit()
        return changed

    return await in_unit(ports.units, actor, "merchant.update", work)
