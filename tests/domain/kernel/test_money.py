"""Money is written and read without loss, and shares of it always sum."""

from __future__ import annotations

from decimal import ROUND_HALF_EVEN, Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.kernel.errors import Invalid
from domain.kernel.money import MAX_MINOR, Currency, Money, cumulative_share, plain_notation, share
from tests.builders.money import EUR, JPY, KWD

CURRENCIES = st.sampled_from([EUR, JPY, KWD, Currency("CLF", 4)])
MINORS = st.integers(-MAX_MINOR, MAX_MINOR)


@given(MINORS, CURRENCIES)
def test_what_is_written_reads_back(minor: int, currency: Currency) -> None:
    money = Money(minor, currency)
    assert Money.parse(money.plain, currency) == money


@given(MINORS, CURRENCIES)
def test_plain_notation_is_the_exact_decimal(minor: int, currency: Currency) -> None:
    plain = plain_notation(minor, currency.exponent)
    assert Decimal(plain) == Decimal(minor).scaleb(-currency.exponent)
    assert len(plain.partition(".")[2]) == currency.exponent


@pytest.mark.parametrize(
    ("minor", "currency", "plain"),
    [
        (1990, EUR, "19.90"),
        (-5, EUR, "-0.05"),
        (0, EUR, "0.00"),
        (1500, JPY, "1500"),
        (-1, JPY, "-1"),
        (1250, KWD, "1.250"),
        (MAX_MINOR, EUR, "92233720368547758.07"),
    ],
)
def test_amounts_look_like_this(minor: int, currency: Currency, plain: str) -> None:
    assert Money(minor, currency).plain == plain


@pytest.mark.parametrize(("text", "minor"), [("1", 100), ("1.5", 150), ("0.05", 5), ("-0.05", -5), ("-0", 0)])
def test_fewer_fraction_digits_are_understood(text: str, minor: int) -> None:
    assert Money.parse(text, EUR).minor == minor


@pytest.mark.parametrize(
    "text",
    ["", " ", "1 ", " 1", "1.", ".5", "01", "00", "+1", "--1", "1e3", "1,50", "1_000", "NaN", "Infinity", "0x1f", "1\n",
     "½", "१", "1.2.3", "1" * 41, "-", "1.\u0665"],
)  # fmt: skip
def test_anything_but_plain_notation_is_refused(text: str) -> None:
    with pytest.raises(Invalid, match="plain notation") as refusal:
        Money.parse(text, EUR)
    assert refusal.value.path == ("amount",)


@given(st.text(max_size=50))
def test_garbage_is_refused_or_read_exactly(text: str) -> None:
    try:
        money = Money.parse(text, EUR)
    except Invalid:
        return
    assert Decimal(money.plain) == Decimal(text)


@pytest.mark.parametrize(("text", "currency"), [("1.001", EUR), ("1.0", JPY), ("1.0000", KWD), ("1.000", EUR)])
def test_more_digits_than_the_currency_has_are_refused_even_zeros(text: str, currency: Currency) -> None:
    with pytest.raises(Invalid, match=f"{currency.code} has {currency.exponent} fraction digits"):
        Money.parse(text, currency)


@pytest.mark.parametrize("minor", [MAX_MINOR + 1, -MAX_MINOR - 1, 2**63, 10**30])
def test_what_does_not_fit_64_bits_is_refused(minor: int) -> None:
    with pytest.raises(Invalid, match="64 bits"):
        Money(minor, EUR)
    with pytest.raises(Invalid, match="64 bits"):
        Money.parse(str(minor), JPY)


@pytest.mark.parametrize(
    ("amount", "rate", "expected"),
    [
        (1000, "0.015", 15),
        (50, "0.01", 0),
        (150, "0.01", 2),
        (250, "0.01", 2),
        (350, "0.01", 4),
        (0, "0.5", 0),
        (-250, "0.01", -2),
    ],
)
def test_a_share_is_rounded_half_even_once(amount: int, rate: str, expected: int) -> None:
    assert share(amount, Decimal(rate)) == expected


@given(st.integers(0, 10**12), st.decimals(0, 1, places=6))
def test_a_share_is_off_by_half_at_most_and_never_more_than_the_amount(amount: int, rate: Decimal) -> None:
    exact = Decimal(amount) * rate
    assert share(amount, rate) == exact.quantize(Decimal(1), rounding=ROUND_HALF_EVEN)
    assert 0 <= share(amount, rate) <= amount


@given(st.integers(0, 10**12), st.lists(st.integers(0, 10**10), min_size=1, max_size=30))
def test_parts_handed_out_one_by_one_sum_to_the_total(total: int, parts: list[int]) -> None:
    whole = sum(parts)
    given_out, done = 0, 0
    for part in parts:
        done += part
        next_share = cumulative_share(total, done, whole) - given_out
        assert next_share >= 0
        given_out += next_share
    assert given_out == (total if whole else 0)


@given(st.integers(0, 10**12), st.integers(1, 10**12), st.data())
def test_a_cumulative_share_is_the_nearest_integer(total: int, whole: int, data: st.DataObject) -> None:
    part = data.draw(st.integers(0, whole))
    exact = Fraction(total * part, whole)
    assert cumulative_share(total, part, whole) == round(exact)


def test_nothing_belongs_to_a_part_of_nothing() -> None:
    assert cumulative_share(100, 0, 0) == 0
