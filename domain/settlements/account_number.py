"""The number of a bank account, as its bank's country writes it: checked, and shown to almost nobody in full."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from domain.kernel.errors import Invalid

_SHOWN = 4


class AccountScheme(StrEnum):
    """By which rules a number is made."""

    IBAN = "IBAN"
    """ISO 13616."""
    CBU = "CBU"
    """Clave Bancaria Uniforme, of an Argentine bank."""
    CVU = "CVU"
    """Clave Virtual Uniforme, of an Argentine payment service provider."""
    CLABE = "CLABE"
    """Clave Bancaria Estandarizada, of a Mexican bank."""
    US_ACH = "US_ACH"
    """An account number beside the ABA routing number of its bank."""
    BR_TED = "BR_TED"
    """An account number with its check digit, beside the codes of a Brazilian bank and its branch."""


_A = AccountScheme
COUNTRIES: dict[AccountScheme, str] = {
    _A.CBU: "AR",
    _A.CVU: "AR",
    _A.CLABE: "MX",
    _A.US_ACH: "US",
    _A.BR_TED: "BR",
}
"""Where each scheme is at home; an IBAN says its country itself."""
BANK_BESIDE = frozenset({_A.US_ACH, _A.BR_TED})
"""Schemes whose numbers do not say which bank they are of."""
CURRENCIES: dict[AccountScheme, frozenset[str]] = {
    _A.CBU: frozenset({"ARS", "USD"}),
    _A.CVU: frozenset({"ARS"}),
    _A.CLABE: frozenset({"MXN"}),
    _A.US_ACH: frozenset({"USD"}),
    _A.BR_TED: frozenset({"BRL"}),
}
"""What accounts of a scheme can be in; those with an IBAN can be in anything."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountEntry:
    """What somebody wrote, before anything was checked.

    `country` is that of the account, as two letters of ISO 3166-1, `currency` three of ISO 4217. `bank_code` is the
    routing number in the United States and the bank's code in Brazil, `branch_code` the branch's there.
    """

    country: str
    currency: str
    number: str = field(repr=False)
    scheme: AccountScheme | None = None
    bic: str | None = None
    bank_code: str | None = None
    branch_code: str | None = None

    def resolved_scheme(self) -> AccountScheme:
        """The scheme that was named, or else the country's; raise `Invalid` for one of another country or currency."""
        scheme = self.scheme or self._usual_scheme()
        country = COUNTRIES.get(scheme, self.country)
        if country != self.country:
            raise Invalid(("country",), f"Accounts with a number of the scheme {scheme} are in {country}.")
        currencies = CURRENCIES.get(scheme, frozenset({self.currency}))
        if self.currency not in currencies:
            raise Invalid(("currency",), f"Accounts of the scheme {scheme} are in {' or '.join(sorted(currencies))}.")
        return scheme

    def _usual_scheme(self) -> AccountScheme:
        if self.country == "AR":
            # The entity of a CVU is 000, and no bank has that number (BCRA, Comunicación A 6510).
            return _A.CVU if self.number.strip().startswith("000") else _A.CBU
        if self.country == "BR" and self.number.strip().upper().startswith("BR"):
            return _A.IBAN
        return next((scheme for scheme, country in COUNTRIES.items() if country == self.country), _A.IBAN)


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountNumber:
    """A number that keeps the rules of its scheme, without separators, in capital letters.

    `bank_code` and `branch_code` are those within the number, or beside it in the United States and in Brazil. The
    bank is named where a registry knows it. The number is in no `repr`, so that no log has it by accident.
    """

    scheme: AccountScheme
    country: str
    number: str = field(repr=False)
    bank_code: str | None = None
    branch_code: str | None = None
    bic: str | None = None
    bank_name: str | None = None

    @property
    def last4(self) -> str:
        """Its last characters: four, and never more than half of them."""
        return self.number[-min(_SHOWN, len(self.number) // 2) :]

    @property
    def masked(self) -> str:
        """As it is shown: `DE89 **** 3000`, or `**** 5201` where the beginning says nothing."""
        head = f"{self.number[:_SHOWN]} " if self.scheme is _A.IBAN else ""
        return f"{head}**** {self.last4}"

    @property
    def identity(self) -> str:
        """What tells it from every other account: the number alone does not where the bank stands beside it."""
        return ":".join((self.scheme, self.bank_code or "", self.branch_code or "", self.number))
