"""The one normal form of what lists hold, by kind: two ways to write the same must not be two entries."""

from __future__ import annotations

import re
from ipaddress import IPv6Network, ip_address, ip_network
from typing import TYPE_CHECKING

from domain.fraud.list_kind import ListKind
from domain.identity.email import normal_email
from domain.kernel.errors import Invalid
from domain.kernel.ids import Prefix, format_id, parse_id
from domain.kernel.text import clean_text, country_code

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

LONGEST_DOMAIN = 253
LONGEST_FINGERPRINT = 128
_BIN = re.compile(r"[0-9]{6,8}")
_LABEL = r"[^\W_](?:[\w\-]{0,61}[^\W_])?"
_DOMAIN = re.compile(rf"(?:{_LABEL}\.)+{_LABEL}")
_MAPPED = 96
_WIDEST = {4: 8, 6: 16}
"""The shortest prefix of a network of each version of IP: a wider one would be a good part of the world."""


def normal_value(kind: ListKind, text: str, path: tuple[str, ...] = ("value",)) -> str:
    """The normal form; raise `Invalid` for what is no value of the kind, and for every card number.

    E-mail addresses and domains are in lower case, countries in upper case; a network of one address is that address.
    """
    return _FORMS[kind](clean_text(text.strip(), path), path)


def _domain(text: str, path: tuple[str, ...]) -> str:
    domain = text.lower()
    if len(domain) > LONGEST_DOMAIN or not _DOMAIN.fullmatch(domain):
        raise Invalid(path, "This is not a domain; give what stands behind the @, such as example.com.")
    return domain


def _card(text: str, path: tuple[str, ...]) -> str:
    if len(text) > LONGEST_FINGERPRINT or not text.isascii() or any(character.isspace() for character in text):
        raise Invalid(path, "This is not a card's fingerprint; take it from a payment's `method.fingerprint`.")
    return text


def _bin(text: str, path: tuple[str, ...]) -> str:
    if not _BIN.fullmatch(text):
        raise Invalid(path, "Give the first six to eight digits of the card's number, such as 424242.")
    return text


def _ip(text: str, path: tuple[str, ...]) -> str:
    try:
        network = ip_network(text, strict=False)
    except ValueError:
        raise Invalid(path, "Give an IP address or a network, such as 203.0.113.7 or 198.51.100.0/24.") from None
    if "%" in text:
        raise Invalid(path, "An address of a zone is known on one machine alone; leave out what stands behind the %.")
    if "/" in text and ip_address(text.partition("/")[0]) != network.network_address:
        raise Invalid(path, f"This is an address within a network; for the whole network give {network}.")
    if isinstance(network, IPv6Network) and (mapped := network.network_address.ipv4_mapped) is not None:
        # Written as one of IPv6, and yet the same customers'.
        network = ip_network((mapped, max(network.prefixlen - _MAPPED, 0)))
    if network.prefixlen < _WIDEST[network.version]:
        raise Invalid(path, f"This network is too wide; list networks of at least /{_WIDEST[network.version]}.")
    return str(network.network_address) if network.num_addresses == 1 else str(network)


def _country(text: str, path: tuple[str, ...]) -> str:
    return country_code(text.upper(), path)


def _customer(text: str, path: tuple[str, ...]) -> str:
    return format_id(Prefix.CUSTOMER, parse_id(Prefix.CUSTOMER, text, path))


_FORMS: Mapping[ListKind, Callable[[str, tuple[str, ...]], str]] = {
    ListKind.EMAIL: normal_email,
    ListKind.DOMAIN: _domain,
    ListKind.CARD: _card,
    ListKind.BIN: _bin,
    ListKind.IP: _ip,
    ListKind.COUNTRY: _country,
    ListKind.CUSTOMER: _customer,
}
