"""How contexts above find what a merchant pays: the plan of a moment, and the volume that its tiers count."""

from __future__ import annotations

from typing import TYPE_CHECKING

from domain.merchants.sales_month import last_month

if TYPE_CHECKING:
    from datetime import datetime

    from domain.merchants.fee_plan import FeePlan
    from domain.merchants.merchant import Merchant
    from domain.merchants.ports import FeePlans
    from domain.merchants.sale import Sale


async def plan_at(fee_plans: FeePlans, merchant: Merchant, moment: datetime) -> FeePlan:
    """The plan that holds at a moment: nearly always the merchant itself remembers it."""
    return merchant.fee_plan_at(moment) or await fee_plans.in_force(merchant.id, moment)


async def fee_minor_at(fee_plans: FeePlans, merchant: Merchant, sale: Sale, moment: datetime) -> int:
    """What a capture at that moment costs; the volume is asked for only where the rate has tiers."""
    rate = (await plan_at(fee_plans, merchant, moment)).rate(sale)
    volume_minor = 0
    if rate.tiers:
        begin, end = last_month(moment, merchant.time_zone)
        volume_minor = await fee_plans.sold_minor(merchant.id, sale.amount.currency.code, begin, end)
    return rate.fee_minor(sale.amount.minor, volume_minor)
