"""What a merchant pays: the most specific rate, rounded once, and given back without a remainder."""

from __future__ import annotations

from decimal import Decimal
from itertools import permutations
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.kernel.errors import Invalid
from domain.merchants.fee_plan import MOST_RATES, FeePlan, FeeRate, RefundPolicy
from domain.merchants.fee_rate import FREE
from domain.merchants.region import Region
from tests.builders.merchants import a_fee_plan
from tests.builders.money import eur, jpy, kwd
from tests.builders.sales import a_sale

if TYPE_CHECKING:
    from random import Random

    from domain.kernel.money import Money
    from domain.merchants.sale import Sale

PLAN = FeePlan(
    rates=(
        FeeRate(percentage=Decimal(4)),
        FeeRate(method="CARD", percentage=Decimal(3)),
        FeeRate(currency="EUR", percentage=Decimal(2), fixed_minor=20),
        FeeRate(method="CARD", currency="EUR", percentage=Decimal(1), fixed_minor=10),
    )
)
RATES = st.builds(
    FeeRate,
    method=st.sampled_from(["*", "CARD"]),
    currency=st.sampled_from(["*", "EUR", "JPY"]),
    brand=st.sampled_from(["*", "VISA", "AMEX"]),
    region=st.sampled_from(["*", *Region]),
    percentage=st.decimals(0, 100, places=2),
)
SALES = st.builds(
    a_sale,
    st.sampled_from([eur(10), jpy(10), kwd(10)]),
    st.sampled_from(["CARD", "PIX"]),
    st.sampled_from([None, "VISA", "AMEX", "DISCOVER"]),
    st.sampled_from([None, *Region]),
)


def test_the_most_specific_rate_applies() -> None:
    assert PLAN.fee_minor(a_sale(eur(100))) == 100 + 10
    assert PLAN.fee_minor(a_sale(eur(100), "PIX")) == 200 + 20
    assert PLAN.fee_minor(a_sale(jpy(1000))) == 30
    assert PLAN.fee_minor(a_sale(kwd(1), "PIX")) == 40


def test_a_named_currency_weighs_more_than_method_brand_and_region_together() -> None:
    currency = FeeRate(currency="EUR", percentage=Decimal(1))
    others = FeeRate(method="CARD", brand="VISA", region="DOMESTIC", percentage=Decimal(2))
    sale = a_sale(eur(1), brand="VISA", region=Region.DOMESTIC)
    for rates in permutations((currency, others)):
        assert FeePlan(rates=rates).rate(sale) is currency
    brand, region = FeeRate(brand="VISA", percentage=Decimal(1)), FeeRate(region="DOMESTIC", percentage=Decimal(2))
    for rates in permutations((brand, region)):
        assert FeePlan(rates=rates).rate(sale) is brand


@given(st.lists(RATES, max_size=8, unique_by=lambda rate: rate.names), SALES, st.randoms(use_true_random=False))
def test_which_rate_applies_is_no_matter_of_their_order(rates: list[FeeRate], sale: Sale, dice: Random) -> None:
    chosen = FeePlan(rates=tuple(rates)).rate(sale)
    shuffled = sorted(rates, key=lambda _: dice.random())
    assert FeePlan(rates=tuple(shuffled)).rate(sale) == chosen
    fitting = [rate for rate in rates if rate.fits(sale)]
    assert chosen in fitting or (chosen == FREE and not fitting)
    assert all(rate.precision < chosen.precision for rate in fitting if rate != chosen)


def test_of_two_for_the_same_the_first_holds_and_no_new_plan_has_them() -> None:
    first, second = FeeRate(percentage=Decimal(1)), FeeRate(percentage=Decimal(2))
    plan = FeePlan(rates=(first, second))
    assert plan.rate(a_sale(eur(1))) is first
    with pytest.raises(Invalid) as refusal:
        plan.check_new()
    assert refusal.value.path == ("feeRates", "1")
    FeePlan(rates=(first, FeeRate(percentage=Decimal(2), method="CARD"))).check_new()


def test_how_much_a_new_plan_may_be() -> None:
    rates = tuple(FeeRate(percentage=Decimal(1), method=f"M{number}") for number in range(MOST_RATES + 1))
    FeePlan(rates=rates[1:]).check_new()
    with pytest.raises(Invalid) as refusal:
        FeePlan(rates=rates).check_new()
    assert refusal.value.path == ("feeRates",)
    with pytest.raises(Invalid) as refusal:
        FeePlan(rates=(FeeRate(percentage=Decimal("1.23456789")),)).check_new()
    assert refusal.value.path == ("feeRates", "0", "percentage")


def test_a_plan_without_a_rate_for_it_is_free() -> None:
    assert FeePlan(rates=()).fee_minor(a_sale(eur(100))) == 0
    only_pix = FeePlan(rates=(FeeRate(method="PIX", percentage=Decimal(1)),))
    assert only_pix.fee_minor(a_sale(eur(100))) == 0
    assert only_pix.refund_fee_minor(a_sale(eur(100))) == 0


@pytest.mark.parametrize(("amount", "fee"), [("0.50", 0), ("1.50", 2), ("2.50", 2), ("3.50", 4), ("0.01", 0)])
def test_the_percentage_is_rounded_half_even(amount: str, fee: int) -> None:
    assert a_fee_plan("1", 0).fee_minor(a_sale(eur(amount))) == fee


def test_a_refund_costs_what_the_rate_of_its_payment_says() -> None:
    plan = FeePlan(
        rates=(
            FeeRate(currency="EUR", percentage=Decimal(1), refund_fee_minor=30),
            FeeRate(currency="JPY", percentage=Decimal(1), refund_fee_minor=50),
            FeeRate(currency="KWD", percentage=Decimal(1)),
        )
    )
    assert [plan.refund_fee_minor(a_sale(amount)) for amount in (eur("0.01"), eur(900), jpy(1), kwd(1))] == [
        30,
        30,
        50,
        0,
    ]


def test_fees_stay_unless_the_plan_gives_them_back() -> None:
    assert a_fee_plan().returned_fee_minor(fee_minor=100, refunded_minor=50, captured_minor=100) == 0
    assert (a_fee_plan().refund_policy, a_fee_plan(returned=True).refund_policy) == (
        RefundPolicy.KEEP,
        RefundPolicy.RETURN,
    )


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
