"""Change what a merchant is called."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from domain.identity.permission import Permission
from domain.kernel.unit import in_unit

if TYPE_CHECKING:
    from uuid import UUID

    from domain.identity.actor import Actor
    from domain.merchants.merchant import Merchant
    from domain.merchants.ports import MerchantPorts, MerchantsUnit


@dataclass(frozen=True, slots=True, kw_only=True)
class UpdateMerchant:
    """The new name."""

    merchant_id: UUID
    name: str


async def update_merchant(ports: MerchantPorts, actor: Actor, command: UpdateMerchant) -> Merchant:
    """The merchant under its new name.

    Raises `NotFound`, `Forbidden` and `Invalid`.
    """
    actor.require(Permission.MERCHANTS_WRITE, command.merchant_id)

    async def work(unit: MerchantsUnit) -> Merchant:
        merchant = await unit.merchants.for_update(command.merchant_id)
        renamed = merchant.rename(command.name, ports.clock.now())
        await unit.merchants.save(renamed)
        await unit.audit.record(actor, "merchants.update", "merchant", merchant.id, merchant.id, {})
        await unit.commit()
        return renamed

    return await in_unit(ports.units, actor, "merchant.update", work)
