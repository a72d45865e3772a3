"""What is not known of a sale fits no rate that names it."""

from __future__ import annotations

from decimal import Decimal

from domain.merchants.fee_rate import FeeRate
from domain.merchants.region import Region
from tests.builders.money import eur
from tests.builders.sales import a_sale


def test_what_nobody_knows_is_none() -> None:
    sale = a_sale(eur(10))
    assert (sale.brand, sale.region) == (None, None)
    assert not FeeRate(percentage=Decimal(1), brand="VISA").fits(sale)
    assert not FeeRate(percentage=Decimal(1), region="DOMESTIC").fits(sale)
    assert FeeRate(percentage=Decimal(1)).fits(sale)


def test_a_region_is_named_by_its_word() -> None:
    assert FeeRate(percentage=Decimal(1), region="REGIONAL").fits(a_sale(eur(10), region=Region.REGIONAL))
