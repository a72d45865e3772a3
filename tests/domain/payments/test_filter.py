"""Amounts of all currencies compare on one scale."""

from __future__ import annotations

from adapters.currencies import all_currencies
from domain.payments.filter import SCALE


def test_no_currency_has_more_fraction_digits_than_the_scale() -> None:
    assert max(currency.exponent for currency in all_currencies()) <= SCALE
