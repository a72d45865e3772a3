"""The card networks, and how much evidence each of them takes."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from domain.payments.method import CardBrand

_MB = 1_000_000
"""Networks and acquirers publish decimal megabytes (Mastercom: "18 MB or 18000000 bytes")."""
_PDF = "application/pdf"


class Network(StrEnum):
    """The network whose rules a dispute follows."""

    VISA = "VISA"
    MASTERCARD = "MASTERCARD"
    AMEX = "AMEX"
    DISCOVER = "DISCOVER"

    @property
    def label(self) -> str:
        """Its name as people write it."""
        return _LABELS[self]


_LABELS = {
    Network.VISA: "Visa",
    Network.MASTERCARD: "Mastercard",
    Network.AMEX: "American Express",
    Network.DISCOVER: "Discover",
}
_OF_BRAND = {
    CardBrand.VISA: Network.VISA,
    CardBrand.MASTERCARD: Network.MASTERCARD,
    CardBrand.AMEX: Network.AMEX,
    CardBrand.DISCOVER: Network.DISCOVER,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceLimits:
    """The most that a network takes with one answer, in bytes; pages are those of one file.

    What is not known to be limited is None. The total is never less than the largest single file.
    """

    largest_pdf_bytes: int
    largest_image_bytes: int
    most_total_bytes: int
    most_files: int | None = None
    most_pages: int | None = None
    source: str

    @property
    def largest_file_bytes(self) -> int:
        """The largest file of any type."""
        return max(self.largest_pdf_bytes, self.largest_image_bytes)

    def largest_bytes(self, content_type: str) -> int:
        """The largest file of one media type."""
        return self.largest_pdf_bytes if content_type == _PDF else self.largest_image_bytes


LIMITS: dict[Network, EvidenceLimits] = {
    Network.VISA: EvidenceLimits(
        largest_pdf_bytes=2 * _MB,
        largest_image_bytes=10 * _MB,
        most_total_bytes=10 * _MB,
        most_pages=100,
        source="Visa Resolve Online, as acquirers publish it: J.P. Morgan Payments, Dispute Management API, "
        "Documentation parameters; Adyen, Defense requirements",
    ),
    # Mastercom refuses 18 MB and recommends to stay below 14.5 MB; what is recommended is what gets read.
    Network.MASTERCARD: EvidenceLimits(
        largest_pdf_bytes=14_500_000,
        largest_image_bytes=14_500_000,
        most_total_bytes=14_500_000,
        most_pages=19,
        source="Mastercom API, Image and Document Requirements; pages: Adyen, Defense requirements",
    ),
    Network.AMEX: EvidenceLimits(
        largest_pdf_bytes=5 * _MB,
        largest_image_bytes=5 * _MB,
        most_total_bytes=25 * _MB,
        most_files=5,
        most_pages=20,
        source="American Express, as acquirers publish it: Checkout.com, Dispute evidence file requirements",
    ),
    Network.DISCOVER: EvidenceLimits(
        largest_pdf_bytes=3 * _MB,
        largest_image_bytes=3 * _MB,
        most_total_bytes=3 * _MB,
        source="Discover, as acquirers publish it: Adyen, Defense requirements; Checkout.com, Dispute evidence file "
        "requirements",
    ),
}


def network_of(brand: CardBrand) -> Network:
    """The network of a card."""
    return _OF_BRAND[brand]
