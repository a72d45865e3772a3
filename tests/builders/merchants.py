"""Merchants and what they pay."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from domain.kernel.ids import new_uuid
from domain.merchants.fee_plan import FeePlan, FeeRate
from domain.merchants.merchant import Merchant, MerchantStatus
from tests.builders.moments import MORNING
from tests.builders.money import eur


def a_fee_plan(percentage: str = "1.5", fixed_minor: int = 25, *, returned: bool = False) -> FeePlan:
    """A percentage and a fixed fee on euros, 15 euros a dispute; on other currencies the percentage alone."""
    rates = (
        FeeRate(currency="EUR", percentage=Decimal(percentage), fixed_minor=fixed_minor),
        FeeRate(percentage=Decimal(percentage)),
    )
    return FeePlan(rates=rates, returns_fee_on_refund=returned, dispute_fees=(eur(15),))


def a_merchant(**values: Any) -> Merchant:
    """An active merchant that sells in euros."""
    defaults: dict[str, Any] = {
        "id": new_uuid(MORNING),
        "name": "Blue Bicycle",
        "country": "DE",
        "currency": "EUR",
        "status": MerchantStatus.ACTIVE,
        "gateway": "simulator",
        "fee_plan": a_fee_plan(),
        "created_at": MORNING,
        "updated_at": MORNING,
    }
    return Merchant(**{**defaults, **values})
