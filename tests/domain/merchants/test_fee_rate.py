"""One rate: what it is for, and what it takes, by volume and to the last minor unit."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.kernel.errors import Invalid
from domain.merchants.fee_rate import FREE, MOST_FEE_MINOR, MOST_TIERS, FeeRate, FeeTier
from domain.merchants.region import Region
from domain.payments.payment import MOST_MINOR
from tests.builders.money import eur, jpy
from tests.builders.sales import a_sale

PERCENTAGES = st.decimals(0, 100, places=4)
TIERED = FeeRate(
    currency="EUR",
    percentage=Decimal("1.5"),
    fixed_minor=25,
    tiers=(
        FeeTier(from_volume_minor=1_000_000, percentage=Decimal("1.2"), fixed_minor=20),
        FeeTier(from_volume_minor=5_000_000, percentage=Decimal(1)),
    ),
)


def a_rate(**values: Any) -> FeeRate:
    defaults: dict[str, Any] = {"percentage": Decimal(1)}
    return FeeRate(**{**defaults, **values})


def a_tier(from_volume_minor: int = 1, **values: Any) -> FeeTier:
    defaults: dict[str, Any] = {"from_volume_minor": from_volume_minor, "percentage": Decimal(1)}
    return FeeTier(**{**defaults, **values})


def test_it_fits_what_it_names() -> None:
    rate = FeeRate(percentage=Decimal(1), method="CARD", currency="EUR", brand="VISA", region="DOMESTIC")
    assert rate.fits(a_sale(eur(1), brand="VISA", region=Region.DOMESTIC))
    assert not rate.fits(a_sale(jpy(1), brand="VISA", region=Region.DOMESTIC))
    assert not rate.fits(a_sale(eur(1), "PIX", brand="VISA", region=Region.DOMESTIC))
    assert not rate.fits(a_sale(eur(1), brand="AMEX", region=Region.DOMESTIC))
    assert not rate.fits(a_sale(eur(1), brand="VISA", region=Region.REGIONAL))
    assert not rate.fits(a_sale(eur(1)))
    assert FREE.fits(a_sale(eur(1)))


def test_precision_goes_by_what_is_named_first() -> None:
    ascending = [
        FeeRate(percentage=Decimal(1)),
        FeeRate(percentage=Decimal(1), region="DOMESTIC"),
        FeeRate(percentage=Decimal(1), brand="VISA"),
        FeeRate(percentage=Decimal(1), brand="VISA", region="DOMESTIC"),
        FeeRate(percentage=Decimal(1), method="CARD"),
        FeeRate(percentage=Decimal(1), method="CARD", brand="VISA", region="DOMESTIC"),
        FeeRate(percentage=Decimal(1), currency="EUR"),
        FeeRate(percentage=Decimal(1), currency="EUR", region="DOMESTIC"),
        FeeRate(percentage=Decimal(1), currency="EUR", method="CARD"),
    ]
    precisions = [rate.precision for rate in ascending]
    assert precisions == sorted(set(precisions))


@pytest.mark.parametrize(
    ("volume", "fee"),
    [
        (0, 150 + 25),
        (999_999, 150 + 25),
        (1_000_000, 120 + 20),
        (4_999_999, 120 + 20),
        (5_000_000, 100),
        (10**15, 100),
    ],
)
def test_the_last_tier_that_the_volume_reaches_holds(volume: int, fee: int) -> None:
    assert TIERED.fee_minor(10_000, volume) == fee


@pytest.mark.parametrize(("captured", "fee"), [(1, 30), (666, 30), (700, 30), (701, 31), (1000, 35), (10_000, 170)])
def test_a_minimum_is_the_least_that_percentage_and_fixed_part_make_together(captured: int, fee: int) -> None:
    rate = FeeRate(currency="EUR", percentage=Decimal("1.5"), fixed_minor=20, minimum_minor=30)
    assert rate.fee_minor(captured) == fee


@pytest.mark.parametrize(
    ("captured", "percentage", "fee"),
    [(50, "1", 0), (150, "1", 2), (250, "1", 2), (350, "1", 4), (1, "100", 1), (1000, "2.25", 22), (1001, "2.25", 23)],
)
def test_it_is_rounded_half_even_once(captured: int, percentage: str, fee: int) -> None:
    assert FeeRate(percentage=Decimal(percentage)).fee_minor(captured) == fee


@given(
    st.integers(1, MOST_MINOR),
    PERCENTAGES,
    st.integers(0, 10_000),
    st.integers(0, 10_000),
    st.lists(
        st.tuples(st.integers(1, 10**12), PERCENTAGES, st.integers(0, 10_000)), max_size=4, unique_by=lambda t: t[0]
    ),
    st.integers(0, 10**12),
)
def test_it_never_takes_more_or_less_than_its_rule_says(
    captured: int, percentage: Decimal, fixed: int, minimum: int, tiers: list[tuple[int, Decimal, int]], volume: int
) -> None:
    steps = sorted(tiers)
    rate = FeeRate(
        currency="EUR",
        percentage=percentage,
        fixed_minor=fixed,
        minimum_minor=minimum,
        tiers=tuple(FeeTier(from_volume_minor=start, percentage=p, fixed_minor=f) for start, p, f in steps),
    )
    _, p, f = ([(0, percentage, fixed)] + [step for step in steps if step[0] <= volume])[-1]
    exact = Fraction(captured) * Fraction(p) / 100
    fee = rate.fee_minor(captured, volume)
    assert fee == max(round(exact) + f, minimum)  # Python rounds a fraction half-even, too
    assert fee <= max(exact + Fraction(1, 2) + f, minimum)


@pytest.mark.parametrize(
    ("given", "path"),
    [
        ({"percentage": Decimal("-0.01")}, "percentage"),
        ({"percentage": Decimal("100.01")}, "percentage"),
        ({"percentage": Decimal("NaN")}, "percentage"),
        ({"fixed_minor": -1, "currency": "EUR"}, "fixed"),
        ({"fixed_minor": 1}, "fixed"),
        ({"fixed_minor": MOST_FEE_MINOR + 1, "currency": "EUR"}, "fixed"),
        ({"minimum_minor": 1}, "minimum"),
        ({"minimum_minor": -1, "currency": "EUR"}, "minimum"),
        ({"refund_fee_minor": 1}, "refundFee"),
        ({"refund_fee_minor": -1, "currency": "EUR"}, "refundFee"),
        ({"brand": "VISA", "method": "PIX"}, "brand"),
        ({"tiers": (a_tier(1),)}, "tiers"),
        ({"tiers": (a_tier(2), a_tier(1)), "currency": "EUR"}, "tiers"),
        ({"tiers": (a_tier(2), a_tier(2)), "currency": "EUR"}, "tiers"),
        ({"tiers": tuple(a_tier(n) for n in range(1, MOST_TIERS + 2)), "currency": "EUR"}, "tiers"),
    ],
)
def test_what_is_no_rate(given: dict[str, Any], path: str) -> None:
    with pytest.raises(Invalid) as refusal:
        a_rate(**given)
    assert refusal.value.path == (path,)


@pytest.mark.parametrize(
    ("given", "path"),
    [
        ({"from_volume_minor": 0}, "fromVolume"),
        ({"from_volume_minor": 10**18}, "fromVolume"),
        ({"percentage": Decimal(101)}, "percentage"),
        ({"fixed_minor": -1}, "fixed"),
    ],
)
def test_what_is_no_tier(given: dict[str, Any], path: str) -> None:
    with pytest.raises(Invalid) as refusal:
        a_tier(**given)
    assert refusal.value.path == (path,)


def test_brands_are_of_cards_whether_named_or_not() -> None:
    assert [FeeRate(percentage=Decimal(1), brand="VISA", method=method).brand for method in ("CARD", "*")] == [
        "VISA"
    ] * 2
    assert FeeRate(percentage=Decimal(100), fixed_minor=MOST_FEE_MINOR, currency="EUR").fixed_minor == MOST_FEE_MINOR
