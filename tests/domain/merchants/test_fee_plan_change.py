"""A change in words: what whoever approves it reads."""

from __future__ import annotations

from decimal import Decimal

from domain.merchants.fee_plan import FeePlan, FeeRate
from domain.merchants.fee_plan_change import described_change
from domain.merchants.fee_rate import FeeTier
from tests.builders.merchants import a_fee_plan
from tests.builders.money import eur, jpy, kwd

EXPONENTS = {"EUR": 2, "JPY": 0, "KWD": 3}


def told(before: FeePlan, after: FeePlan) -> list[str]:
    return described_change(before, after, EXPONENTS.__getitem__)


def test_nothing_changes_nothing() -> None:
    assert told(a_fee_plan(), a_fee_plan()) == []
    reordered = FeePlan(rates=a_fee_plan().rates[::-1], dispute_fees=(eur(15),))
    assert told(a_fee_plan(), reordered) == []


def test_a_rate_that_is_another() -> None:
    assert told(a_fee_plan("1.5", 25), a_fee_plan("1.40", 20)) == [
        "Any payment in EUR: 1.5 % + 0.25 becomes 1.4 % + 0.20.",
        "Any payment: 1.5 % becomes 1.4 %.",
    ]


def test_rates_that_come_and_go_and_all_their_parts() -> None:
    tiers = (FeeTier(from_volume_minor=1_000_000, percentage=Decimal(2), fixed_minor=100),)
    before = FeePlan(rates=(FeeRate(method="PIX", percentage=Decimal(1)),))
    after = FeePlan(
        rates=(
            FeeRate(
                method="CARD",
                brand="AMEX",
                region="INTERNATIONAL",
                currency="KWD",
                percentage=Decimal("2.25"),
                minimum_minor=150,
                tiers=tiers,
                refund_fee_minor=500,
            ),
        )
    )
    assert told(before, after) == [
        "PIX: 1 % becomes nothing.",
        (
            "INTERNATIONAL AMEX CARD in KWD: nothing becomes 2.25 %, 2 % + 0.100 from a volume of 1000.000,"
            " at least 0.150, 0.500 a refund."
        ),
    ]


def test_disputes_and_refunds() -> None:
    before = FeePlan(rates=(), dispute_fees=(eur(15), jpy(1300)))
    after = FeePlan(rates=(), dispute_fees=(eur(20), kwd("5.000")), returns_fee_on_refund=True)
    assert told(before, after) == [
        "A dispute in EUR: 15.00 becomes 20.00.",
        "A dispute in JPY: 1300 becomes nothing.",
        "A dispute in KWD: nothing becomes 5.000.",
        "A refund: the fee's KEEP becomes RETURN.",
    ]
