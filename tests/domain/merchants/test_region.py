"""Where a card comes from, seen from the merchant."""

from __future__ import annotations

import pytest

from domain.merchants.region import EUROPEAN_ECONOMIC_AREA, Region, region_of


@pytest.mark.parametrize(
    ("card", "merchant", "region"),
    [
        ("DE", "DE", Region.DOMESTIC),
        ("US", "US", Region.DOMESTIC),
        ("FR", "DE", Region.REGIONAL),
        ("NO", "DE", Region.REGIONAL),
        ("GB", "DE", Region.INTERNATIONAL),
        ("CH", "DE", Region.INTERNATIONAL),
        ("DE", "GB", Region.INTERNATIONAL),
        ("CA", "US", Region.INTERNATIONAL),
        (None, "DE", None),
    ],
)
def test_a_cards_region(card: str | None, merchant: str, region: Region | None) -> None:
    assert region_of(card, merchant) is region


def test_the_area_is_the_union_with_three_more() -> None:
    assert len(EUROPEAN_ECONOMIC_AREA) == 27 + 3
    assert {"IS", "LI", "NO"} < EUROPEAN_ECONOMIC_AREA
