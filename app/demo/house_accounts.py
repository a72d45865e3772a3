"""The company's own accounts at the demo's bank, one for each currency."""

from __future__ import annotations

import json

from domain.settlements.account_number import AccountScheme
from domain.settlements.house_account import HouseAccount
from domain.settlements.schedule import BankCalendar

_HOLDER = "Paydesk Demo Ltd"
HOUSE_ACCOUNTS = (
    HouseAccount(
        name="eur-main", holder=_HOLDER, number="DE89370400440532013000", bic="COBADEFFXXX", currencies=("EUR",)
    ),
    HouseAccount(
        name="gbp-main", holder=_HOLDER, number="GB29NWBK60161331926819", bic="NWBKGB2LXXX", currencies=("GBP",)
    ),
    HouseAccount(
        name="jpy-main", holder=_HOLDER, number="GB72HBUK40053087654321", bic="HBUKGB4BXXX", currencies=("JPY",)
    ),
    HouseAccount(
        name="kwd-main", holder=_HOLDER, number="KW81CBKU0000000000001234560101", bic="CBKUKWKWXXX", currencies=("KWD",)
    ),
    HouseAccount(
        name="usd-main",
        holder=_HOLDER,
        number="483019275577",
        scheme=AccountScheme.US_ACH,
        routing="021000021",
        currencies=("USD",),
        calendar=BankCalendar.UNITED_STATES,
    ),
    HouseAccount(
        name="brl-main",
        holder=_HOLDER,
        number="BR1800360305000010009795493C1",
        bic="CEFXBRSPXXX",
        currencies=("BRL",),
        calendar=BankCalendar.BRAZIL,
    ),
    HouseAccount(
        name="ars-main",
        holder=_HOLDER,
        number="0110599520000001235579",
        scheme=AccountScheme.CBU,
        currencies=("ARS",),
        calendar=BankCalendar.ARGENTINA,
    ),
)
BY_CURRENCY = {currency: account for account in HOUSE_ACCOUNTS for currency in account.currencies}


def house_accounts_setting() -> str:
    """As `PAYDESK_HOUSE_ACCOUNTS` has them."""
    return json.dumps(
        [
            {
                "name": one.name,
                "holder": one.holder,
                "number": one.number,
                "scheme": one.scheme.value,
                **({"bic": one.bic} if one.bic else {}),
                **({"routing": one.routing} if one.routing else {}),
                "currencies": list(one.currencies),
                "calendar": one.calendar.value,
            }
            for one in HOUSE_ACCOUNTS
        ]
    )
