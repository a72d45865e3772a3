"""Who may be a customer."""

from __future__ import annotations

import pytest

from domain.kernel.errors import Invalid
from tests.builders.payments import a_customer


@pytest.mark.parametrize("email", [None, "a@b", "Mary.Somerville+shop@example.co.uk", "用户@例子.广告"])
def test_addresses_that_a_mail_could_reach(email: str | None) -> None:
    assert a_customer(email=email).email == email


@pytest.mark.parametrize(
    "email", ["", "mary", "@example.com", "mary@", "a b@example.com", "a@b@c", "a@b\n", "x" * 65 + "@example.com"]
)
def test_addresses_that_no_mail_could_reach(email: str) -> None:
    with pytest.raises(Invalid) as refusal:
        a_customer(email=email)
    assert refusal.value.path == ("email",)


@pytest.mark.parametrize("country", ["", "de", "DEU", "D", "D1", "ÄÖ", "DE\n"])
def test_a_country_is_two_capital_letters(country: str) -> None:
    with pytest.raises(Invalid) as refusal:
        a_customer(country=country)
    assert refusal.value.path == ("country",)


@pytest.mark.parametrize("name", ["", "x" * 256, "4242424242424242", "a\x00"])
def test_a_name_is_a_clean_text(name: str) -> None:
    with pytest.raises(Invalid) as refusal:
        a_customer(name=name)
    assert refusal.value.path == ("name",)


def test_all_of_it_may_be_unknown() -> None:
    nobody = a_customer(email=None, name=None, country=None)
    assert (nobody.email, nobody.name, nobody.country) == (None, None, None)
