"""A plan reads back from plain data as it was, through JSON too."""

from __future__ import annotations

import json
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.kernel.errors import Invalid
from domain.merchants.fee_plan import FeePlan, FeeRate
from domain.merchants.fee_plan_record import plan_record, rate_record, recorded_plan, recorded_rate
from domain.merchants.fee_rate import FeeTier
from tests.builders.money import eur, jpy, kwd

PERCENTAGES = st.decimals(0, 100, places=5)
AMOUNTS = st.integers(0, 10**9)
TIERS = st.lists(
    st.builds(FeeTier, from_volume_minor=st.integers(1, 10**12), percentage=PERCENTAGES, fixed_minor=AMOUNTS),
    max_size=3,
    unique_by=lambda tier: tier.from_volume_minor,
)
RATES = st.builds(
    FeeRate,
    method=st.sampled_from(["*", "CARD"]),
    currency=st.sampled_from(["EUR", "JPY", "KWD"]),
    brand=st.sampled_from(["*", "VISA"]),
    region=st.sampled_from(["*", "REGIONAL"]),
    percentage=PERCENTAGES,
    fixed_minor=AMOUNTS,
    minimum_minor=AMOUNTS,
    tiers=TIERS.map(lambda tiers: tuple(sorted(tiers, key=lambda tier: tier.from_volume_minor))),
    refund_fee_minor=AMOUNTS,
)
PLANS = st.builds(
    FeePlan,
    rates=st.lists(RATES, max_size=4).map(tuple),
    returns_fee_on_refund=st.booleans(),
    dispute_fees=st.sampled_from([(), (eur(15),), (eur(15), jpy(2000), kwd("1.250"))]),
)


@given(PLANS)
def test_there_and_back(plan: FeePlan) -> None:
    back = recorded_plan(json.loads(json.dumps(plan_record(plan))))
    assert back == plan
    assert [str(rate.percentage) for rate in back.rates] == [str(rate.percentage) for rate in plan.rates]


def test_what_a_rate_looks_like() -> None:
    rate = FeeRate(
        currency="EUR",
        brand="AMEX",
        percentage=Decimal("2.90"),
        tiers=(FeeTier(from_volume_minor=100, percentage=Decimal("2.5")),),
    )
    assert rate_record(rate) == {
        "method": "*",
        "currency": "EUR",
        "brand": "AMEX",
        "region": "*",
        "percentage": "2.90",
        "fixed_minor": 0,
        "minimum_minor": 0,
        "tiers": [{"from_volume_minor": 100, "percentage": "2.5", "fixed_minor": 0}],
        "refund_fee_minor": 0,
    }


def test_what_is_no_rate_is_refused() -> None:
    record = rate_record(FeeRate(percentage=Decimal(1)))
    with pytest.raises(Invalid):
        recorded_rate({**record, "percentage": "101"})
    with pytest.raises(KeyError):
        recorded_rate({"percentage": "1"})
