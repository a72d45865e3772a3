"""The payments company's own accounts at banks, from which payouts go out and to which gateways pay."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from domain.kernel.errors import Invalid
from domain.kernel.text import clean_text
from domain.ledger.account import bank
from domain.settlements.account_number import AccountScheme
from domain.settlements.schedule import BankCalendar

if TYPE_CHECKING:
    from collections.abc import Iterable

    from domain.ledger.account import Account

_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,39}")
_NUMBER = re.compile(r"[A-Z0-9-]{1,34}")
_BIC = re.compile(r"[A-Z0-9]{4}[A-Z]{2}[A-Z0-9]{2}([A-Z0-9]{3})?")
_ROUTING = re.compile(r"[A-Z0-9-]{1,28}")
_CURRENCY = re.compile(r"[A-Z]{3}")
_LONGEST_HOLDER = 70
_ZONES = {
    BankCalendar.TARGET2: ZoneInfo("Europe/Brussels"),
    BankCalendar.ARGENTINA: ZoneInfo("America/Argentina/Buenos_Aires"),
    BankCalendar.BRAZIL: ZoneInfo("America/Sao_Paulo"),
    BankCalendar.UNITED_STATES: ZoneInfo("America/New_York"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class HouseAccount:
    """`name` is what the ledger, files and statements call it.

    `number` is of the `scheme`; the bank is known by its BIC (ISO 9362), or by its `routing` number in the national
    clearing. The bank works on the days of its `calendar`. Raises `Invalid`.
    """

    name: str
    holder: str
    number: str
    scheme: AccountScheme = AccountScheme.IBAN
    bic: str | None = None
    routing: str | None = None
    currencies: tuple[str, ...]
    calendar: BankCalendar = BankCalendar.TARGET2

    def __post_init__(self) -> None:
        clean_text(self.holder, ("holder",), longest=_LONGEST_HOLDER)
        _ensure(_NAME, self.name, "name", "Give a name of small letters, digits, - and _, 40 characters at most.")
        _ensure(_NUMBER, self.number, "number", "Give the number without spaces, 34 characters at most.")
        if self.bic is not None:
            _ensure(_BIC, self.bic, "bic", "Give a BIC of 8 or 11 characters.")
        if self.routing is not None:
            _ensure(_ROUTING, self.routing, "routing", "Give the bank's number in its clearing, without spaces.")
        for currency in self.currencies:
            _ensure(_CURRENCY, currency, "currencies", "Give currencies by their three letters (ISO 4217).")
        if not self.currencies or len(set(self.currencies)) < len(self.currencies):
            raise Invalid(("currencies",), "Give at least one currency, and each once.")

    @property
    def ledger_account(self) -> Account:
        """What lies on it, in the ledger."""
        return bank(self.name)

    @property
    def zone(self) -> ZoneInfo:
        """Where its bank's days begin and end."""
        return _ZONES[self.calendar]


def ensure_distinct(accounts: Iterable[HouseAccount]) -> None:
    """Raise `Invalid` when two have one name, one number or one currency: each payout must have one way out."""
    names: set[str] = set()
    numbers: set[str] = set()
    currencies: set[str] = set()
    for account in accounts:
        if account.name in names or account.number in numbers:
            raise Invalid(("name",), "Two accounts have the same name or number.")
        if not currencies.isdisjoint(account.currencies):
            raise Invalid(("currencies",), "Two accounts have the same currency; payouts go out from one.")
        names.add(account.name)
        numbers.add(account.number)
        currencies.update(account.currencies)


def _ensure(pattern: re.Pattern[str], value: str, field: str, rule: str) -> None:
    if not pattern.fullmatch(value):
        raise Invalid((field,), rule)
