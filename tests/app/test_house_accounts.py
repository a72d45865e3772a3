"""The setting that holds the company's own bank accounts."""

from __future__ import annotations

import json
from typing import Any

import pytest

from app.house_accounts import read_house_accounts
from domain.settlements.account_number import AccountScheme
from domain.settlements.schedule import BankCalendar

EURO: dict[str, Any] = {
    "name": "eur-main",
    "holder": "Paydesk GmbH",
    "number": "DE89370400440532013000",
    "bic": "COBADEFFXXX",
    "currencies": ["EUR"],
}
PESO: dict[str, Any] = {
    "name": "ars-main",
    "holder": "Paydesk S.A.",
    "scheme": "CBU",
    "number": "0110599520000001235579",
    "currencies": ["ARS"],
    "calendar": "ARGENTINA",
}


def test_accounts_are_read_with_what_they_say() -> None:
    euro, peso = read_house_accounts(json.dumps([EURO, PESO]))
    assert (euro.scheme, euro.calendar, euro.currencies) == (AccountScheme.IBAN, BankCalendar.TARGET2, ("EUR",))
    assert (peso.scheme, peso.calendar, peso.bic) == (AccountScheme.CBU, BankCalendar.ARGENTINA, None)
    assert read_house_accounts((euro, peso)) == (euro, peso)
    assert read_house_accounts("[]") == ()


@pytest.mark.parametrize(
    ("given", "problem"),
    [
        ("{", "a JSON list"),
        ("{}", "a JSON list"),
        ("[1]", "account 1: this must be a JSON object"),
        ([EURO, {**PESO, "numbr": "1"}], "account 2: unknown are ['numbr']"),
        ([{"name": "x"}], "missing are ['currencies', 'holder', 'number']"),
        ([{**EURO, "currencies": "EUR"}], "currencies must be a list"),
        ([{**EURO, "bic": 1}], "everything else a text"),
        ([{**EURO, "number": "DE88370400440532013000"}], "no valid IBAN"),
        ([{**EURO, "currencies": ["EUX"]}], "not an ISO 4217"),
        ([{**EURO, "name": "EUR main"}], "small letters"),
        ([{**EURO, "scheme": "SWIFT"}], "scheme: Give one of IBAN"),
        ([{**EURO, "calendar": "MARS"}], "calendar: Give one of TARGET2"),
        ([EURO, {**PESO, "name": "eur-main"}], "same name or number"),
        ([EURO, {**PESO, "currencies": ["EUR"]}], "same currency"),
    ],
)
def test_what_is_wrong_is_said_without_repeating_a_number(given: Any, problem: str) -> None:
    with pytest.raises(ValueError, match=r"account|list") as refused:
        read_house_accounts(given if isinstance(given, str) else json.dumps(given))
    assert problem in str(refused.value)
    assert "3704" not in str(refused.value)
