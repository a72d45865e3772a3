"""Disputes of a house's payments."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.builders.files import a_dispute
from tests.contracts.house import SYSTEM, House

if TYPE_CHECKING:
    from domain.disputes.dispute import Dispute
    from domain.payments.payment import Payment


def of(payment: Payment, **values: Any) -> Dispute:
    """A Visa chargeback of 40 euros."""
    return a_dispute(merchant_id=payment.merchant_id, payment_id=payment.id, **values)


async def add(house: House, *disputes: Dispute) -> None:
    """Commit these."""
    async with house.units.begin(SYSTEM, "contract") as unit:
        for dispute in disputes:
            await unit.disputes.add(dispute)
        await unit.commit()
