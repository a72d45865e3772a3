"""What the entries of a list are, and which lists there always are."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


class ListKind(StrEnum):
    """The kind of value that a list holds. An `IP` entry is an address or a network in CIDR notation (RFC 4632)."""

    EMAIL = "EMAIL"
    DOMAIN = "DOMAIN"
    CARD = "CARD"
    BIN = "BIN"
    IP = "IP"
    COUNTRY = "COUNTRY"
    CUSTOMER = "CUSTOMER"


class ListEffect(StrEnum):
    """What being listed does by itself, without any rule."""

    BLOCK = "BLOCK"
    ALLOW = "ALLOW"
    NONE = "NONE"
    """Nothing: rules ask for it by `in_list`."""


KIND_OF_VARIABLE: Mapping[str, ListKind] = {
    "customer.email": ListKind.EMAIL,
    "customer.domain": ListKind.DOMAIN,
    "card.fingerprint": ListKind.CARD,
    "card.bin": ListKind.BIN,
    "ip.address": ListKind.IP,
    "card.country": ListKind.COUNTRY,
    "customer.country": ListKind.COUNTRY,
    "billing.country": ListKind.COUNTRY,
    "shipping.country": ListKind.COUNTRY,
    "payment.merchant_country": ListKind.COUNTRY,
    "customer.id": ListKind.CUSTOMER,
}
"""Which variables can be looked for in which lists."""

STANDARD_LISTS: Mapping[str, tuple[ListKind, ListEffect]] = {
    f"{verb}_{plural}": (kind, effect)
    for verb, effect in (("blocked", ListEffect.BLOCK), ("allowed", ListEffect.ALLOW))
    for plural, kind in (
        ("emails", ListKind.EMAIL),
        ("domains", ListKind.DOMAIN),
        ("cards", ListKind.CARD),
        ("bins", ListKind.BIN),
        ("ips", ListKind.IP),
        ("countries", ListKind.COUNTRY),
        ("customers", ListKind.CUSTOMER),
    )
}
"""The lists that the platform and every merchant have from the beginning, by name, and what each does by itself.

A country is blocked or allowed by the card's; e-mail, domain, card, BIN, IP and customer by the payment's own.
"""
