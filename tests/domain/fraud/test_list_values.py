"""Two ways to write the same are one entry; what is no value of the kind is refused, and every card number."""

from __future__ import annotations

import pytest

from domain.fraud.list_kind import ListKind
from domain.fraud.list_values import normal_value
from domain.kernel.errors import Invalid
from domain.kernel.ids import Prefix, first_uuid, format_id
from tests.builders.moments import MORNING

K = ListKind
CUSTOMER = format_id(Prefix.CUSTOMER, first_uuid(MORNING))


@pytest.mark.parametrize(
    ("kind", "given", "normal"),
    [
        (K.EMAIL, " Mary@Example.COM ", "mary@example.com"),
        (K.DOMAIN, "Example.COM", "example.com"),
        (K.DOMAIN, "münchen.example", "münchen.example"),
        (K.CARD, "fp_8Jx0", "fp_8Jx0"),
        (K.BIN, "424242", "424242"),
        (K.BIN, "42424242", "42424242"),
        (K.IP, "203.0.113.7", "203.0.113.7"),
        (K.IP, "203.0.113.7/32", "203.0.113.7"),
        (K.IP, "198.51.100.0/24", "198.51.100.0/24"),
        (K.IP, "198.51.100.0/255.255.255.0", "198.51.100.0/24"),
        (K.IP, "2001:DB8:0:0::1", "2001:db8::1"),
        (K.IP, "2001:0db8::/32", "2001:db8::/32"),
        (K.IP, "::ffff:203.0.113.7", "203.0.113.7"),
        (K.IP, "::ffff:198.51.100.0/120", "198.51.100.0/24"),
        (K.COUNTRY, "de", "DE"),
        (K.CUSTOMER, CUSTOMER, CUSTOMER),
    ],
)
def test_normal_forms(kind: ListKind, given: str, normal: str) -> None:
    assert normal_value(kind, given) == normal
    assert normal_value(kind, normal) == normal


@pytest.mark.parametrize(
    ("kind", "given", "why"),
    [
        (K.EMAIL, "mary", "not an e-mail address"),
        (K.EMAIL, " ", "must not be empty"),
        (K.DOMAIN, "mary@example.com", "not a domain"),
        (K.DOMAIN, "example", "not a domain"),
        (K.DOMAIN, "-.example", "not a domain"),
        (K.DOMAIN, f"{'x.' * 123}example.x", "not a domain"),
        (K.CARD, "fp 1", "fingerprint"),
        (K.CARD, "x" * 129, "fingerprint"),
        (K.BIN, "42424", "six to eight digits"),
        (K.BIN, "424242424", "six to eight digits"),
        (K.BIN, "42424x", "six to eight digits"),
        (K.BIN, "٤٢٤٢٤٢", "six to eight digits"),
        (K.IP, "203.0.113", "203.0.113.7"),
        (K.IP, "198.51.100.7/24", "for the whole network give 198.51.100.0/24"),
        (K.IP, "0.0.0.0/0", "too wide"),
        (K.IP, "8.0.0.0/7", "too wide"),
        (K.IP, "2000::/15", "too wide"),
        (K.IP, "::ffff:0:0/96", "too wide"),
        (K.IP, "fe80::1%eth0", "zone"),
        (K.COUNTRY, "Germany", "two capital letters"),
        (K.CUSTOMER, "mary", "not an id"),
        (K.CUSTOMER, format_id(Prefix.PAYMENT, first_uuid(MORNING)), "begins with cus_"),
    ],
)
def test_what_is_refused(kind: ListKind, given: str, why: str) -> None:
    with pytest.raises(Invalid, match=why) as refused:
        normal_value(kind, given, ("values", "3"))
    assert refused.value.path == ("values", "3")


@pytest.mark.parametrize("kind", ListKind)
@pytest.mark.parametrize("number", ["4242424242424242", "4242 4242 4242 4242", "4242-4242-4242-4242"])
def test_no_list_has_card_numbers(kind: ListKind, number: str) -> None:
    with pytest.raises(Invalid, match="card numbers are never accepted"):
        normal_value(kind, number)
