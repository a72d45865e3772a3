"""Customers who have come back for a year, always with the same card: what shows that a payment was theirs."""

from __future__ import annotations

from dataclasses import dataclass

from app.demo.seed.merchants import MERCHANTS, DemoMerchant
from domain.payments.method import CardBrand, CardFunding, PaymentMethod, PaymentMethodType
from domain.payments.origin import Origin

_KAFFEEWERK = next(merchant for merchant in MERCHANTS if merchant.slug == "kaffeewerk")


@dataclass(frozen=True, slots=True, kw_only=True)
class Regular:
    """`visits` are days before now, the longest ago first, each with where the payment came from."""

    merchant: DemoMerchant
    name: str
    email: str
    card: PaymentMethod
    visits: tuple[tuple[int, Origin], ...]


def _card(token: str, last4: str, fingerprint: str) -> PaymentMethod:
    return PaymentMethod(
        type=PaymentMethodType.CARD,
        token=token,
        brand=CardBrand.VISA,
        last4=last4,
        bin="450875",
        country="DE",
        expiry_month=6,
        expiry_year=2031,
        funding=CardFunding.CREDIT,
        fingerprint=fingerprint,
    )


_AT_HOME = Origin(
    ip_address="198.51.100.77",
    device_id="web-5f2c9ab01d",
    customer_account="dorothea.lindner",
    shipping_address="Dorothea Lindner, Oranienstr. 14, 10999 Berlin",
)
FAITHFUL = Regular(
    merchant=_KAFFEEWERK,
    name="Dorothea Lindner",
    email="dorothea.lindner@example.com",
    card=_card("tok_regular_lindner", "7716", "hmcqvtrwplkzndxs"),
    visits=tuple((days, _AT_HOME) for days in (250, 190, 150, 84, 36)),
)
"""Her disputed payment has two earlier ones that match in everything (Visa Compelling Evidence 3.0)."""
TRAVELLING = Regular(
    merchant=_KAFFEEWERK,
    name="Ansgar Thiele",
    email="ansgar.thiele@example.org",
    card=_card("tok_regular_thiele", "3308", "wjxfbgyqnsrtkpvd"),
    visits=tuple(
        (days, Origin(ip_address=address, device_id=device, customer_account="ansgar.thiele"))
        for days, address, device in (
            (298, "203.0.113.41", "app-77d0e3c5ba"),
            (172, "198.51.100.9", "web-e41b07f6aa"),
            (31, "192.0.2.154", "web-90c3d28e1f"),
        )
    ),
)
"""His earlier payments have only the account in common with the disputed one, which is too little."""
REGULARS = (FAITHFUL, TRAVELLING)
