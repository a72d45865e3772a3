"""A balance holds what is owed, of three kinds."""

from __future__ import annotations

from domain.ledger.balance import Balance
from tests.builders.money import eur


def test_what_is_owed_by_the_merchant_is_negative() -> None:
    balance = Balance(pending=eur(-5), available=eur(0), reserved=eur(10))
    assert (balance.pending.plain, balance.available.plain, balance.reserved.plain) == ("-5.00", "0.00", "10.00")
