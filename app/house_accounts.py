"""The company's own bank accounts, as the setting writes them."""

from __future__ import annotations

import json
from dataclasses import MISSING, fields
from typing import Any, cast

from stdnum import iban

from adapters.currencies import currency_of
from domain.kernel.errors import Invalid
from domain.settlements.account_number import AccountScheme
from domain.settlements.house_account import HouseAccount, ensure_distinct
from domain.settlements.schedule import BankCalendar

_FIELDS = {field.name: field for field in fields(HouseAccount)}
_REQUIRED = {name for name, field in _FIELDS.items() if field.default is MISSING}


def read_house_accounts(value: object) -> tuple[HouseAccount, ...]:
    """The accounts of a JSON list; raise `ValueError`, which repeats no number, for anything else."""
    try:
        listed = json.loads(value) if isinstance(value, str) else value
    except json.JSONDecodeError:
        raise ValueError("this must be a JSON list of accounts") from None
    if not isinstance(listed, list | tuple):
        raise ValueError("this must be a JSON list of accounts")  # noqa: TRY004 - pydantic wants this kind
    given = cast("list[object]", listed)
    accounts = tuple(_account(place, one) for place, one in enumerate(given, 1))
    try:
        ensure_distinct(accounts)
    except Invalid as error:
        raise ValueError(error.message) from None
    return accounts


def _account(place: int, given: object) -> HouseAccount:
    if isinstance(given, HouseAccount):
        return given
    if not isinstance(given, dict):
        raise ValueError(f"account {place}: this must be a JSON object")  # noqa: TRY004
    values = cast("dict[str, Any]", given)
    strange = sorted(values.keys() - _FIELDS.keys())
    missing = sorted(_REQUIRED - values.keys())
    if strange or missing:
        raise ValueError(f"account {place}: unknown are {strange or 'none'}, missing are {missing or 'none'}")
    currencies = values["currencies"]
    texts = [text for name, text in values.items() if name != "currencies"]
    if not isinstance(currencies, list) or not all(isinstance(one, str) for one in [*texts, *currencies]):
        raise ValueError(f"account {place}: currencies must be a list of texts, and everything else a text")
    try:
        fields_given: dict[str, Any] = {**values, **_choices(values), "currencies": tuple(currencies)}
        account = HouseAccount(**fields_given)
        for currency in account.currencies:
            currency_of(currency)
    except Invalid as error:
        raise ValueError(f"account {place}: {'.'.join(error.path)}: {error.message}") from None
    if account.scheme is AccountScheme.IBAN and not iban.is_valid(account.number):
        raise ValueError(f"account {place}: number: this is no valid IBAN")
    return account


def _choices(values: dict[str, Any]) -> dict[str, Any]:
    chosen: dict[str, Any] = {}
    for name, choices in (("scheme", AccountScheme), ("calendar", BankCalendar)):
        if name in values:
            if values[name] not in set(choices):
                raise Invalid((name,), f"Give one of {', '.join(choices)}.")
            chosen[name] = choices(values[name])
    return chosen
