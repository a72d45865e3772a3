"""The demo's own bank accounts are fit for the setting, and have every currency that its merchants sell in."""

from __future__ import annotations

from app.demo.house_accounts import house_accounts_setting
from app.demo.seed.merchants import MERCHANTS
from app.house_accounts import read_house_accounts


def test_every_currency_has_one_account() -> None:
    accounts = read_house_accounts(house_accounts_setting())
    currencies = [currency for account in accounts for currency in account.currencies]
    assert len(currencies) == len(set(currencies))
    assert {"USD", "BRL", "ARS"} | {code for one in MERCHANTS for code in one.currencies} <= set(currencies)
