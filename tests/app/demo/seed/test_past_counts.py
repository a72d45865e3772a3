"""Counts and lists of the past, in memory."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from adapters.currencies import currency_of
from app.demo.seed.past_counts import Listed, ListedValues, Sightings
from domain.fraud.list_kind import ListKind
from domain.fraud.trace import Trace
from domain.fraud.velocity import Dimension, VelocityQuery
from domain.kernel.ids import new_uuid
from domain.kernel.money import Money
from tests.builders.moments import MORNING

ONE, OTHER = UUID(int=1), UUID(int=2)
_D = Dimension
HOUR = VelocityQuery(dimension=_D.CARD, window=timedelta(hours=1), distinct=frozenset({_D.EMAIL, _D.MERCHANT}))


def trace(minutes: int, merchant_id: UUID = ONE, currency: str = "EUR", **hashes: int) -> Trace:
    return Trace(
        merchant_id=merchant_id,
        payment_id=new_uuid(MORNING),
        at=MORNING - timedelta(minutes=minutes),
        amount=Money(100, currency_of(currency)),
        hashes={Dimension(name): value for name, value in hashes.items()},
    )


def test_what_is_counted_has_the_value_and_lies_in_the_window() -> None:
    sightings = Sightings()
    for seen in (
        trace(61, card=7, email=1),
        trace(60, card=7, email=1),
        trace(30, OTHER, card=7, email=2),
        trace(20, card=8, email=3),
        trace(10, currency="USD", card=7),
    ):
        sightings.add(seen)
    everywhere = sightings.figures(trace(0, card=7), HOUR, None)
    assert (everywhere.count, everywhere.sum_minor) == (3, 200)
    assert everywhere.distinct == {_D.EMAIL: 2, _D.MERCHANT: 2}
    here = sightings.figures(trace(0, card=7), HOUR, ONE)
    assert (here.count, here.sum_minor, here.distinct) == (2, 100, {_D.EMAIL: 1, _D.MERCHANT: 1})


def test_without_a_value_nothing_is_counted() -> None:
    sightings = Sightings()
    sightings.add(trace(10, email=1))
    assert sightings.figures(trace(0), HOUR, None).count == 0


def test_a_list_has_a_value_for_its_author_from_then_until_then() -> None:
    lists = ListedValues()
    listed = Listed(author=ONE, name="blocked_ips", since=MORNING - timedelta(days=2), until=MORNING)
    lists.add(ListKind.IP, "198.18.7.0/24", listed)
    values = {ListKind.IP: frozenset({"198.18.7.21"}), ListKind.EMAIL: frozenset({"a@example.com"})}
    found = lists.of(values, (ONE, OTHER), MORNING - timedelta(days=1))
    assert found == {ONE: {("blocked_ips", "198.18.7.21")}, OTHER: frozenset()}
    assert (
        lists.of(values, (ONE,), MORNING) == lists.of(values, (ONE,), MORNING - timedelta(days=3)) == {ONE: frozenset()}
    )
