"""A balance holds what is owed, of four kinds, and what is owed the other way round."""

from __future__ import annotations

import pytest

from domain.ledger.balance import Balance
from tests.builders.money import eur


def a_balance(pending: int = 0, available: int = 0, reserved: int = 0, in_transit: int = 0) -> Balance:
    return Balance(pending=eur(pending), available=eur(available), reserved=eur(reserved), in_transit=eur(in_transit))


def test_what_is_owed_by_the_merchant_is_negative() -> None:
    balance = a_balance(pending=-5, reserved=10, in_transit=7)
    assert (balance.pending.plain, balance.available.plain, balance.reserved.plain) == ("-5.00", "0.00", "10.00")
    assert (balance.in_transit.plain, balance.negative.plain) == ("7.00", "5.00")


@pytest.mark.parametrize(
    ("pending", "available", "negative"), [(5, 5, 0), (-5, 5, 0), (-5, 4, 1), (4, -5, 1), (-5, -5, 10), (0, 0, 0)]
)
def test_pending_and_available_are_set_off_and_reserves_are_not(pending: int, available: int, negative: int) -> None:
    assert a_balance(pending=pending, available=available, reserved=100).negative == eur(negative)
