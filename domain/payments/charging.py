"""What a merchant pays for captures and refunds, and gets back, by the plan that holds when money moves."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from domain.merchants.charging import fee_minor_at, plan_at
from domain.merchants.region import region_of
from domain.merchants.sale import Sale

if TYPE_CHECKING:
    from datetime import datetime

    from domain.kernel.money import Money
    from domain.merchants.merchant import Merchant
    from domain.payments.method import PaymentMethod
    from domain.payments.payment import Payment
    from domain.payments.ports import PaymentsUnit
    from domain.payments.refund import Refund


@dataclass(frozen=True, slots=True, kw_only=True)
class RefundCharges:
    """What a refund gives back of the capture's fee, and what it costs itself; both in minor units."""

    returned_minor: int
    fee_minor: int


def sale_of(method: PaymentMethod, merchant: Merchant, amount: Money) -> Sale:
    """What the rates of a fee plan look at in a payment by such a method."""
    return Sale(
        amount=amount,
        method=method.type.value,
        brand=None if method.brand is None else method.brand.value,
        region=region_of(method.country, merchant.country),
    )


async def capture_fee(
    unit: PaymentsUnit, payment: Payment, method: PaymentMethod, captured: Money, at: datetime
) -> int:
    """What a capture costs, by the plan of that moment.

    `method` is what is known of it by now: gateways say more of a card once it is authorized.
    """
    merchant = await unit.merchants.get(payment.merchant_id)
    return await fee_minor_at(unit.fee_plans, merchant, sale_of(method, merchant, captured), at)


async def refund_charges(unit: PaymentsUnit, payment: Payment, refund: Refund, at: datetime) -> RefundCharges:
    """What a refund gives back by the plan of the first capture, and costs by the plan of that moment.

    A payment keeps the refund policy that it was captured under: a later plan changes nothing of what its fee was taken
    for. All refunds of a payment never give back more than all its fees.
    """
    merchant = await unit.merchants.get(payment.merchant_id)
    captured_by = await plan_at(unit.fee_plans, merchant, payment.captured_at or at)
    returned = captured_by.returned_fee_minor(
        fee_minor=payment.fee_minor,
        refunded_minor=payment.refunded_minor + refund.amount.minor,
        captured_minor=payment.captured_minor,
    )
    refunded_by = await plan_at(unit.fee_plans, merchant, at)
    return RefundCharges(
        returned_minor=max(returned - payment.returned_fee_minor, 0),
        fee_minor=refunded_by.refund_fee_minor(sale_of(payment.method, merchant, refund.amount)),
    )
