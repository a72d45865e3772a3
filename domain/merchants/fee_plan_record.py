"""A fee plan as plain data, for what is kept or waits for approval, and back."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from domain.kernel.money import Currency, Money
from domain.merchants.fee_plan import FeePlan
from domain.merchants.fee_rate import FeeRate, FeeTier

if TYPE_CHECKING:
    from collections.abc import Mapping

    from domain.kernel.events import JsonValue

Data = dict[str, "JsonValue"]


def plan_record(plan: FeePlan) -> Data:
    """All of a plan; percentages are text, so that no digit is lost."""
    return {
        "rates": [rate_record(rate) for rate in plan.rates],
        "returns_fee_on_refund": plan.returns_fee_on_refund,
        "dispute_fees": [
            {"currency": fee.currency.code, "exponent": fee.currency.exponent, "minor": fee.minor}
            for fee in plan.dispute_fees
        ],
    }


def rate_record(rate: FeeRate) -> Data:
    """One rate of it."""
    return {
        "method": rate.method,
        "currency": rate.currency,
        "brand": rate.brand,
        "region": rate.region,
        "percentage": str(rate.percentage),
        "fixed_minor": rate.fixed_minor,
        "minimum_minor": rate.minimum_minor,
        "tiers": [
            {
                "from_volume_minor": tier.from_volume_minor,
                "percentage": str(tier.percentage),
                "fixed_minor": tier.fixed_minor,
            }
            for tier in rate.tiers
        ],
        "refund_fee_minor": rate.refund_fee_minor,
    }


def recorded_plan(record: Mapping[str, Any]) -> FeePlan:
    """The plan of a record; raise `KeyError` or `Invalid` for what is none."""
    return FeePlan(
        rates=tuple(recorded_rate(rate) for rate in record["rates"]),
        returns_fee_on_refund=record["returns_fee_on_refund"],
        dispute_fees=tuple(
            Money(fee["minor"], Currency(fee["currency"], fee["exponent"])) for fee in record["dispute_fees"]
        ),
    )


def recorded_rate(record: Mapping[str, Any]) -> FeeRate:
    """One rate of it; raise `KeyError` or `Invalid` for what is none."""
    return FeeRate(
        method=record["method"],
        currency=record["currency"],
        brand=record["brand"],
        region=record["region"],
        percentage=Decimal(record["percentage"]),
        fixed_minor=record["fixed_minor"],
        minimum_minor=record["minimum_minor"],
        tiers=tuple(
            FeeTier(
                from_volume_minor=tier["from_volume_minor"],
                percentage=Decimal(tier["percentage"]),
                fixed_minor=tier["fixed_minor"],
            )
            for tier in record["tiers"]
        ),
        refund_fee_minor=record["refund_fee_minor"],
    )
