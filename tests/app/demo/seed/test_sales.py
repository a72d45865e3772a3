"""Which sales can be complained about."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from random import Random

import pytest

from app.demo.seed.merchants import MERCHANTS
from app.demo.seed.past import tell
from app.demo.seed.people import cast
from app.demo.seed.regulars import FAITHFUL
from app.demo.seed.rule_story import InForce
from app.demo.seed.sales import Sale, Sales, Wanted
from domain.disputes.network import Network

NOW = datetime(2026, 5, 20, 15, 30, tzinfo=UTC)
MERCHANT = MERCHANTS[0].merchant.id


@pytest.fixture
def sales() -> Sales:
    people = cast(lambda machine: machine.name, NOW)
    sales = Sales(Random(1))
    for history in tell(people, InForce(), count=2_500, now=NOW, simulator_url="http://localhost:8002", chapter=500):
        sales.note(history)
    return sales


def all_of(sales: Sales, wanted: Wanted) -> list[Sale]:
    found: list[Sale] = []
    while (sale := sales.give(wanted)) is not None:
        found.append(sale)
    return found


def test_each_is_given_once_and_had_come_to_rest_two_days_before(sales: Sales) -> None:
    before = NOW - timedelta(days=20)
    found = all_of(sales, Wanted(merchant_id=MERCHANT, network=Network.VISA, before=before, least_minor=20_00))
    assert len(found) > 50
    assert len({sale.payment_id for sale in found}) == len(found)
    for sale in found:
        assert sale.settled_at <= before - timedelta(days=2)
        assert sale.captured_minor >= 20_00
        assert (sale.merchant_id, sale.network, sale.refunded) == (MERCHANT, Network.VISA, False)


def test_the_gateway_knows_each_as_it_is(sales: Sales) -> None:
    for refunded in (False, True):
        wanted = Wanted(merchant_id=MERCHANT, network=Network.MASTERCARD, before=NOW, refunded=refunded)
        found = all_of(sales, wanted)
        assert found
        for sale in found:
            payment = sales.at_gateway(sale)
            assert payment.reference == sale.reference
            assert (payment.captured_minor, payment.currency) == (sale.captured_minor, sale.currency)
            assert payment.refunded_minor == (sale.captured_minor if refunded else 0)


def test_a_regular_is_only_found_by_name_and_by_the_latest_visit(sales: Sales) -> None:
    anybody = Wanted(merchant_id=MERCHANT, network=Network.VISA, before=NOW)
    assert FAITHFUL.card.token not in {sale.token for sale in all_of(sales, anybody)}
    found = all_of(sales, Wanted(merchant_id=MERCHANT, network=Network.VISA, before=NOW, token=FAITHFUL.card.token))
    assert [round((NOW - sale.paid_at) / timedelta(days=1)) for sale in found] == [36, 84, 150, 190, 250]


def test_there_may_be_none(sales: Sales) -> None:
    assert sales.give(Wanted(merchant_id=MERCHANT, network=Network.VISA, before=NOW - timedelta(days=400))) is None
    dear = Wanted(merchant_id=MERCHANT, network=Network.VISA, before=NOW, least_minor=100_000_00)
    assert sales.give(dear) is None
    in_dollars = Wanted(merchant_id=MERCHANT, network=Network.VISA, before=NOW, currency="USD")
    assert sales.give(in_dollars) is None
    small = Wanted(merchant_id=MERCHANT, network=Network.VISA, before=NOW, most_minor=15_00)
    assert {sale.captured_minor <= 15_00 for sale in all_of(sales, small)} == {True}
