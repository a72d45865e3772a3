"""Which scheme a number is read by, and how much of it is ever shown."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.kernel.errors import Invalid
from domain.settlements.account_number import BANK_BESIDE, COUNTRIES, CURRENCIES, AccountNumber, AccountScheme
from tests.builders.bank_accounts import CBU, CLABE, CVU, IBAN, a_number, an_entry

S = AccountScheme


@pytest.mark.parametrize(
    ("country", "currency", "number", "scheme"),
    [
        ("DE", "EUR", IBAN, S.IBAN),
        ("GB", "USD", "GB82WEST12345698765432", S.IBAN),
        ("AR", "ARS", CBU, S.CBU),
        ("AR", "ARS", f" {CVU}", S.CVU),
        ("MX", "MXN", CLABE, S.CLABE),
        ("US", "USD", "12345678", S.US_ACH),
        ("BR", "BRL", "12345-6", S.BR_TED),
        ("BR", "BRL", "br18 0036", S.IBAN),
    ],
)
def test_a_country_has_its_scheme(country: str, currency: str, number: str, scheme: AccountScheme) -> None:
    assert an_entry(number, country=country, currency=currency).resolved_scheme() is scheme


@pytest.mark.parametrize("scheme", sorted(COUNTRIES))
def test_a_scheme_is_at_home_in_one_country_and_its_currencies(scheme: AccountScheme) -> None:
    home, currencies = COUNTRIES[scheme], CURRENCIES[scheme]
    for currency in sorted(currencies):
        assert an_entry("1", country=home, currency=currency, scheme=scheme).resolved_scheme() is scheme
    with pytest.raises(Invalid, match=f"scheme {scheme} are in {home}") as caught:
        an_entry("1", country="DE", currency=min(currencies), scheme=scheme).resolved_scheme()
    assert caught.value.path == ("country",)
    with pytest.raises(Invalid, match="Accounts of the scheme") as caught:
        an_entry("1", country=home, currency="CHF", scheme=scheme).resolved_scheme()
    assert caught.value.path == ("currency",)


def test_every_scheme_but_the_iban_has_a_home() -> None:
    assert COUNTRIES.keys() == CURRENCIES.keys() == {*AccountScheme} - {S.IBAN}
    assert COUNTRIES.keys() > BANK_BESIDE


@pytest.mark.parametrize(
    ("number", "masked", "last4"),
    [
        (a_number(), "DE89 **** 3000", "3000"),
        (a_number(CBU, country="AR", currency="ARS"), "**** 5201", "5201"),
        (AccountNumber(scheme=S.US_ACH, country="US", number="12345"), "**** 45", "45"),
        (AccountNumber(scheme=S.US_ACH, country="US", number="1234567"), "**** 567", "567"),
        (AccountNumber(scheme=S.US_ACH, country="US", number="12345678"), "**** 5678", "5678"),
    ],
)
def test_what_is_shown(number: AccountNumber, masked: str, last4: str) -> None:
    assert (number.masked, number.last4) == (masked, last4)


def test_accounts_at_two_banks_are_two() -> None:
    one, other = (
        AccountNumber(scheme=S.US_ACH, country="US", number="12345678", bank_code=bank).identity
        for bank in ("021000021", "011401533")
    )
    assert one != other


@given(st.text("0123456789", min_size=5, max_size=30), st.sampled_from(AccountScheme))
def test_no_text_of_it_tells_the_number(digits: str, scheme: AccountScheme) -> None:
    number = AccountNumber(scheme=scheme, country="DE", number=digits)
    entry = an_entry(digits)
    for text in (repr(number), str(number), repr(entry)):
        assert digits not in text
    assert len(number.last4) <= len(digits) / 2
