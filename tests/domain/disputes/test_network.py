"""Every network has its name, its cards and its limits."""

from __future__ import annotations

import pytest

from domain.disputes.network import LIMITS, Network, network_of
from domain.payments.method import CardBrand


def test_every_brand_has_a_network_of_its_own() -> None:
    assert {network_of(brand) for brand in CardBrand} == set(Network)
    assert network_of(CardBrand.AMEX) is Network.AMEX


def test_every_network_has_a_label_of_its_own() -> None:
    assert len({network.label for network in Network}) == len(Network)
    assert Network.AMEX.label == "American Express"


@pytest.mark.parametrize("network", Network)
def test_limits_are_those_of_one_answer(network: Network) -> None:
    limits = LIMITS[network]
    assert 0 < limits.largest_file_bytes <= limits.most_total_bytes
    assert limits.source
    assert all(most is None or most > 0 for most in (limits.most_files, limits.most_pages))


def test_a_pdf_may_be_smaller_than_an_image() -> None:
    visa = LIMITS[Network.VISA]
    assert visa.largest_bytes("application/pdf") == 2_000_000
    assert visa.largest_bytes("image/png") == visa.largest_bytes("image/jpeg") == 10_000_000
    assert visa.largest_file_bytes == 10_000_000
