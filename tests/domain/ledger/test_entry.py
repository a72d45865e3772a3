"""An entry sums to zero in each currency, or there is none."""

from __future__ import annotations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from domain.kernel.ids import new_uuid
from domain.kernel.money import Money
from domain.ledger.account import FEES_REVENUE, PENDING, gateway_clearing
from domain.ledger.entry import Posting, transfer
from domain.ledger.errors import EntryUnbalanced
from tests.builders.ledger import an_entry
from tests.builders.moments import MORNING
from tests.builders.money import EUR, JPY, eur, jpy

MERCHANT = new_uuid(MORNING)
AMOUNTS = st.integers(-(10**12), 10**12)
CLEARING = gateway_clearing("simulator")


def test_a_transfer_debits_one_and_credits_the_other() -> None:
    assert transfer(CLEARING, PENDING, eur(40)) == (Posting(CLEARING, eur(40)), Posting(PENDING, eur(-40)))


@given(st.lists(st.tuples(AMOUNTS, st.sampled_from([EUR, JPY])), min_size=1, max_size=10))
def test_transfers_always_balance(amounts: list[tuple[int, object]]) -> None:
    postings: tuple[Posting, ...] = ()
    for minor, currency in amounts:
        postings += transfer(PENDING, FEES_REVENUE, Money(minor, currency))  # ty: ignore[invalid-argument-type]  # pyright: ignore[reportArgumentType]
    assert an_entry(MERCHANT, eur(1), postings=postings).postings == postings


@given(st.lists(AMOUNTS, min_size=2, max_size=10))
def test_what_does_not_sum_to_zero_is_refused(amounts: list[int]) -> None:
    assume(sum(amounts) != 0)
    with pytest.raises(EntryUnbalanced):
        an_entry(MERCHANT, eur(1), postings=tuple(Posting(PENDING, Money(minor, EUR)) for minor in amounts))


@pytest.mark.parametrize(
    "postings",
    [
        (),
        (Posting(PENDING, eur(0)),),
        (Posting(PENDING, eur(40)), Posting(CLEARING, jpy(-4000))),
        (*transfer(PENDING, CLEARING, eur(40)), Posting(PENDING, jpy(1))),
    ],
)
def test_too_few_postings_or_another_currency_do_not_balance(postings: tuple[Posting, ...]) -> None:
    with pytest.raises(EntryUnbalanced) as refusal:
        an_entry(MERCHANT, eur(1), postings=postings)
    assert refusal.value.code == "INTERNAL"
