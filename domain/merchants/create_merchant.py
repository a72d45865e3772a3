"""Take on a merchant."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from domain.identity.permission import Permission
from domain.kernel.errors import Forbidden
from domain.kernel.ids import new_uuid
from domain.kernel.unit import in_unit
from domain.merchants.merchant import Merchant, MerchantStatus

if TYPE_CHECKING:
    from domain.identity.actor import Actor
    from domain.kernel.money import Currency
    from domain.merchants.fee_plan import FeePlan
    from domain.merchants.ports import MerchantPorts, MerchantsUnit


@dataclass(frozen=True, slots=True, kw_only=True)
class CreateMerchant:
    """`country` is ISO 3166-1 alpha-2; `currency` is what the merchant mostly sells in; `time_zone` an IANA name."""

    name: str
    country: str
    currency: Currency
    fee_plan: FeePlan
    time_zone: str = "UTC"


async def create_merchant(ports: MerchantPorts, actor: Actor, command: CreateMerchant) -> Merchant:
    """A merchant that can be paid at once. Staff only.

    Raises `Forbidden` and `Invalid`.
    """
    if Permission.MERCHANTS_WRITE not in actor.everywhere:
        raise Forbidden(Permission.MERCHANTS_WRITE)
    command.fee_plan.check_new()
    at = ports.clock.now()
    merchant = Merchant(
        id=new_uuid(at),
        name=command.name,
        country=command.country,
        currency=command.currency.code,
        status=MerchantStatus.ACTIVE,
        gateway=ports.gateway,
        fee_plan=command.fee_plan,
        time_zone=command.time_zone,
        created_at=at,
        updated_at=at,
    )

    async def work(unit: MerchantsUnit) -> Merchant:
        await unit.merchants.add(merchant)
        data = {"country": merchant.country, "currency": merchant.currency}
        await unit.audit.record(actor, "merchants.create", "merchant", merchant.id, merchant.id, data)
        await unit.commit()
        return merchant

    return await in_unit(ports.units, actor, "merchant.create", work)
