"""A policy covers what is within it."""

from __future__ import annotations

import pytest

from domain.kernel.errors import Invalid
from domain.settlements.payout_policy import policy_id
from tests.builders.money import EUR, JPY, KWD, eur, jpy
from tests.builders.payouts import a_policy


@pytest.mark.parametrize(("sum_minor", "covered"), [(0, False), (1, True), (500_00, True), (500_01, False)], ids=str)
def test_up_to_and_with_the_limit(sum_minor: int, *, covered: bool) -> None:
    assert a_policy(eur(500)).covers(sum_minor) is covered


def test_zero_covers_nothing() -> None:
    assert not a_policy(jpy(0)).covers(1)
    assert not a_policy(jpy(0)).covers(0)


def test_it_is_not_less_than_zero() -> None:
    with pytest.raises(Invalid) as caught:
        a_policy(eur(-1))
    assert caught.value.path == ("automaticUpTo",)


def test_every_currency_has_an_id_of_its_own() -> None:
    assert len({policy_id(currency) for currency in (EUR, JPY, KWD)}) == 3
    assert policy_id(EUR) == policy_id(eur(1).currency)
