"""Stop a merchant from taking new payments, or let it again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from domain.identity.permission import Permission
from domain.kernel.errors import Forbidden
from domain.kernel.text import clean_text
from domain.kernel.unit import in_unit
from domain.merchants.merchant import MerchantStatus

if TYPE_CHECKING:
    from uuid import UUID

    from domain.identity.actor import Actor
    from domain.merchants.merchant import Merchant
    from domain.merchants.ports import MerchantPorts, MerchantsUnit


@dataclass(frozen=True, slots=True, kw_only=True)
class SuspendMerchant:
    """`reason` is kept in the audit log; `suspended` false lets it work again."""

    merchant_id: UUID
    reason: str
    suspended: bool = True


async def suspend_merchant(ports: MerchantPorts, actor: Actor, command: SuspendMerchant) -> Merchant:
    """The merchant in its new status. Staff only: no merchant suspends itself or lifts its own suspension.

    Raises `Forbidden`, `NotFound`, `Invalid`, and `TransitionNotAllowed` when it is so already.
    """
    if Permission.MERCHANTS_WRITE not in actor.everywhere:
        raise Forbidden(Permission.MERCHANTS_WRITE)
    clean_text(command.reason, ("reason",))
    status = MerchantStatus.SUSPENDED if command.suspended else MerchantStatus.ACTIVE

    async def work(unit: MerchantsUnit) -> Merchant:
        merchant = await unit.merchants.for_update(command.merchant_id)
        moved = merchant.move(status, ports.clock.now())
        await unit.merchants.save(moved)
        data = {"status": status.value, "reason": command.reason}
        await unit.audit.record(actor, "merchants.suspend", "merchant", merchant.id, merchant.id, data)
        await unit.commit()
        return moved

    return await in_unit(ports.units, actor, "merchant.suspend", work)
