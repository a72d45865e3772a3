"""What a merchant pays: the most specific rate, rounded once, and given back without a remainder."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.kernel.errors import Invalid
from domain.merchants.fee_plan import FeePlan, FeeRate
from tests.builders.merchants import a_fee_plan
from tests.builders.money import eur, jpy, kwd

if TYPE_CHECKING:
    from domain.kernel.money import Money

PLAN = FeePlan(
    rates=(
        FeeRate(percentage=Decimal(4)),
        FeeRate(method="CARD", percentage=Decimal(3)),
        FeeRate(currency="EUR", percentage=Decimal(2), fixed_minor=20),
        FeeRate(method="CARD", currency="EUR", percentage=Decimal(1), fixed_minor=10),
    )
)


def test_the_most_specific_rate_applies() -> None:
    assert PLAN.fee_minor("CARD", eur(100)) == 100 + 10
    assert PLAN.fee_minor("PIX", eur(100)) == 200 + 20
    assert PLAN.fee_minor("CARD", jpy(1000)) == 30
    assert PLAN.fee_minor("PIX", kwd(1)) == 40


def test_a_plan_without_a_rate_for_it_is_free() -> None:
    assert FeePlan(rates=()).fee_minor("CARD", eur(100)) == 0
    only_pix = FeePlan(rates=(FeeRate(method="PIX", percentage=Decimal(1)),))
    assert only_pix.fee_minor("CARD", eur(100)) == 0


@pytest.mark.parametrize(("amount", "fee"), [("0.50", 0), ("1.50", 2), ("2.50", 2), ("3.50", 4), ("0.01", 0)])
def test_the_percentage_is_rounded_half_even(amount: str, fee: int) -> None:
    assert a_fee_plan("1", 0).fee_minor("CARD", eur(amount)) == fee


@pytest.mark.parametrize("percentage", ["-0.01", "100.01", "1000", "Infinity", "NaN", "sNaN"])
def test_a_percentage_lies_between_0_and_100(percentage: str) -> None:
    with pytest.raises(Invalid) as refusal:
        FeeRate(percentage=Decimal(percentage))
    assert refusal.value.path == ("percentage",)


def test_a_fixed_fee_is_positive_and_names_its_currency() -> None:
    for bad in ({"fixed_minor": -1, "currency": "EUR"}, {"fixed_minor": 1}):
        with pytest.raises(Invalid) as refusal:
            FeeRate(percentage=Decimal(0), **bad)  # ty: ignore[invalid-argument-type]  # pyright: ignore[reportArgumentType]
        assert refusal.value.path == ("fixed",)
    assert FeeRate(percentage=Decimal(100), fixed_minor=1, currency="EUR").fixed_minor == 1


def test_fees_stay_unless_the_plan_gives_them_back() -> None:
    assert a_fee_plan().returned_fee_minor(fee_minor=100, refunded_minor=50, captured_minor=100) == 0


@given(st.integers(0, 10**6), st.lists(st.integers(1, 10**6), min_size=1, max_size=20))
def test_refunds_in_any_parts_give_the_whole_fee_back(fee: int, refunds: list[int]) -> None:
    plan = a_fee_plan(returned=True)
    captured, refunded, returned = sum(refunds), 0, 0
    for refund in refunds:
        refunded += refund
        so_far = plan.returned_fee_minor(fee_minor=fee, refunded_minor=refunded, captured_minor=captured)
        assert returned <= so_far <= fee
        returned = so_far
    assert returned == fee


def test_a_dispute_costs_what_the_plan_says_for_its_currency() -> None:
    plan = FeePlan(rates=(), dispute_fees=(eur(15),))
    assert [plan.dispute_fee_minor(code) for code in ("EUR", "USD")] == [1500, 0]


@pytest.mark.parametrize("fees", [(eur(-1),), (eur(15), eur(20))], ids=["negative", "twice"])
def test_dispute_fees_that_make_no_plan(fees: tuple[Money, ...]) -> None:
    with pytest.raises(Invalid):
        FeePlan(rates=(), dispute_fees=fees)
