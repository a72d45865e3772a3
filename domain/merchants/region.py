"""How far a card has come: whether its issuer is in the merchant's country, in the same economic area, or elsewhere."""

from __future__ import annotations

from enum import StrEnum


class Region(StrEnum):
    """Where a card was issued, seen from the merchant."""

    DOMESTIC = "DOMESTIC"
    REGIONAL = "REGIONAL"
    INTERNATIONAL = "INTERNATIONAL"


EUROPEAN_ECONOMIC_AREA = frozenset(
    {
        *("AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HR", "HU", "IE"),
        *("IS", "IT", "LI", "LT", "LU", "LV", "MT", "NL", "NO", "PL", "PT", "RO", "SE", "SI", "SK"),
    }
)
"""ISO 3166-1 alpha-2: the countries within which interchange is the same (Regulation (EU) 2015/751)."""


def region_of(card_country: str | None, merchant_country: str) -> Region | None:
    """Which region a card is of; none where nobody knows its country, as of all that is no card."""
    if card_country is None:
        return None
    if card_country == merchant_country:
        return Region.DOMESTIC
    if {card_country, merchant_country} <= EUROPEAN_ECONOMIC_AREA:
        return Region.REGIONAL
    return Region.INTERNATIONAL
