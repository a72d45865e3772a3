"""Checks the numbers of bank accounts by the rules of their schemes, and says what is wrong without repeating them."""

from __future__ import annotations

import re
import warnings
from typing import TYPE_CHECKING, NoReturn

from schwifty import BIC, IBAN
from schwifty.exceptions import (
    InvalidBBANChecksum,
    InvalidChecksumDigits,
    InvalidCountryCode,
    InvalidLength,
    NationalChecksumNotVerified,
    SchwiftyException,
)
from stdnum.ar import cbu
from stdnum.us import rtn

from domain.kernel.errors import Invalid
from domain.kernel.text import country_code, holds_card_number
from domain.settlements.account_number import BANK_BESIDE, AccountNumber, AccountScheme

if TYPE_CHECKING:
    from collections.abc import Callable

    from domain.settlements.account_number import AccountEntry

_SEPARATORS = re.compile(r"[\s\-./]")
_IBAN = re.compile(r"[A-Z]{2}[0-9]{2}[A-Z0-9]{1,30}")
_LONGEST = 40
_CBU_DIGITS, _CBU_BLOCK = 22, 8
_CLABE_DIGITS = 18
_RTN_DIGITS = 9
_US_ACCOUNT = range(5, 18)
_BR_BANK = re.compile(r"[0-9]{3}|[0-9]{8}")
_BR_BRANCH = re.compile(r"[0-9]{4}")
_BR_ACCOUNT = re.compile(r"[0-9]{3,12}[0-9X]")
# Banks of these countries and territories have accounts with the IBANs of another one (SWIFT's IBAN registry).
_IBAN_OF = {
    **dict.fromkeys(("GG", "IM", "JE"), "GB"),
    **dict.fromkeys(("BL", "GF", "GP", "MF", "MQ", "NC", "PF", "PM", "RE", "TF", "WF", "YT"), "FR"),
    "AX": "FI",
}


class BankAccountNumbers:
    """Satisfies `domain.settlements.bank_account_ports.AccountNumbers` by schwifty and python-stdnum."""

    def parse(self, entry: AccountEntry) -> AccountNumber:
        """The number, checked; raise `Invalid`, whose rule never repeats it."""
        country_code(entry.country, ("country",))
        number = _SEPARATORS.sub("", entry.number).upper()
        if not number.isascii() or not number.isalnum() or len(number) > _LONGEST:
            _wrong(f"An account number has letters and digits, {_LONGEST} at most, and nothing else.")
        scheme = entry.resolved_scheme()
        if entry.bank_code is not None and scheme not in BANK_BESIDE:
            raise Invalid(("bankCode",), f"The number of the scheme {scheme} says which bank it is; leave this out.")
        if entry.branch_code is not None and scheme is not AccountScheme.BR_TED:
            raise Invalid(("branchCode",), f"The number of the scheme {scheme} needs no branch; leave this out.")
        return _PARSERS[scheme](entry, number)


def _iban(entry: AccountEntry, number: str) -> AccountNumber:
    if not _IBAN.fullmatch(number):
        _wrong("An IBAN begins with two letters for its country and two check digits, such as DE89.")
    if number[:2] != _IBAN_OF.get(entry.country, entry.country):
        _wrong(f"This IBAN is of {number[:2]}, and the account shall be in {entry.country}; correct one of them.")
    iban = _checked_iban(number)
    bank, found = iban.bank, iban.bic
    return AccountNumber(
        scheme=AccountScheme.IBAN,
        country=entry.country,
        number=number,
        bank_code=iban.bank_code or None,
        branch_code=iban.branch_code or None,
        bic=_bic(entry) or (str(found) if found else None),
        bank_name=(bank and bank.name) or None,
    )


def _checked_iban(number: str) -> IBAN:
    country = number[:2]
    try:
        with warnings.catch_warnings():
            # Where nobody has the algorithm of a country's own check digits, those of ISO 7064 have to do.
            warnings.simplefilter("ignore", NationalChecksumNotVerified)
            iban = IBAN(number, validate_bban=True)
        if iban.bban.is_aspirational:
            _wrong(f"{country} has no IBANs that banks everywhere take; it is not in SWIFT's registry.")
    except InvalidCountryCode:
        _wrong(f"{country} has no IBANs.")
    except InvalidLength:
        expected = IBAN(number, allow_invalid=True).spec.iban_length
        _wrong(f"An IBAN of {country} has {expected} characters; this one has {len(number)}.")
    except InvalidChecksumDigits:
        _wrong("The check digits of this IBAN, its third and fourth character, do not fit the rest of it.")
    except InvalidBBANChecksum:
        _wrong(f"The check digits that {country} has within its account numbers do not fit in this IBAN.")
    except SchwiftyException:
        _wrong(f"This IBAN has letters or digits where those of {country} have none.")
    return iban


def _cbu(entry: AccountEntry, number: str) -> AccountNumber:
    _digits(number, "A CBU", _CBU_DIGITS)
    if number.startswith("000"):
        _wrong("This is the number of a virtual account, a CVU: no bank has the number 000.")
    _argentine_check_digits(number, "CBU")
    return _argentine(entry, AccountScheme.CBU, number)


def _cvu(entry: AccountEntry, number: str) -> AccountNumber:
    _digits(number, "A CVU", _CBU_DIGITS)
    if not number.startswith("000"):
        _wrong("A CVU begins with 000; this is the number of an account at a bank, a CBU.")
    _argentine_check_digits(number, "CVU")
    return _argentine(entry, AccountScheme.CVU, number)


def _argentine_check_digits(number: str, name: str) -> None:
    if cbu.is_valid(number):
        return
    head = number[:_CBU_BLOCK]
    of_bank = cbu.calc_check_digit(head[:-1]) != head[-1]
    which = (
        "eighth digit of this {}, the check digit of the bank" if of_bank else "last digit of this {}, its check digit"
    )
    _wrong(f"The {which.format(name)}, does not fit the digits before it.")


def _argentine(entry: AccountEntry, scheme: AccountScheme, number: str) -> AccountNumber:
    # Of a CVU the four digits behind 000 name the payment service provider.
    code = (number[:3], number[3:7]) if scheme is AccountScheme.CBU else (number[3:7], None)
    return AccountNumber(
        scheme=scheme, country="AR", number=number, bank_code=code[0], branch_code=code[1], bic=_bic(entry)
    )


def _clabe(entry: AccountEntry, number: str) -> AccountNumber:
    _digits(number, "A CLABE", _CLABE_DIGITS)
    weights = (3, 7, 1)  # Banco de México, Circular 3/2012, anexo 1
    total = sum(int(digit) * weights[place % 3] % 10 for place, digit in enumerate(number[:-1]))
    if (10 - total % 10) % 10 != int(number[-1]):
        _wrong("The last digit of this CLABE, its check digit, does not fit the digits before it.")
    return AccountNumber(
        scheme=AccountScheme.CLABE,
        country="MX",
        number=number,
        bank_code=number[:3],
        branch_code=number[3:6],
        bic=_bic(entry),
    )


def _us_ach(entry: AccountEntry, number: str) -> AccountNumber:
    _no_card(number)
    if not number.isdigit() or len(number) not in _US_ACCOUNT:
        _wrong(f"An account number has {_US_ACCOUNT[0]} to {_US_ACCOUNT[-1]} digits in the United States.")
    return AccountNumber(
        scheme=AccountScheme.US_ACH,
        country="US",
        number=number,
        bank_code=_routing_number(entry.bank_code),
        bic=_bic(entry),
    )


def _routing_number(given: str | None) -> str:
    if given is None:
        raise Invalid(("bankCode",), "Give the ABA routing number of the bank, which stands beside the account number.")
    routing = _SEPARATORS.sub("", given)
    if not (routing.isascii() and routing.isdigit() and len(routing) == _RTN_DIGITS):
        raise Invalid(("bankCode",), f"An ABA routing number has {_RTN_DIGITS} digits.")
    if not rtn.is_valid(routing):
        rule = "The last digit of this routing number, its check digit, does not fit the digits before it."
        raise Invalid(("bankCode",), rule)
    return routing


def _br_ted(entry: AccountEntry, number: str) -> AccountNumber:
    # Each bank has a check digit of its own making, and some keep the rule to themselves.
    _no_card(number)
    if not _BR_ACCOUNT.fullmatch(number):
        _wrong("An account number has 3 to 12 digits and then its check digit, a digit or X, in Brazil.")
    bank, branch = (_SEPARATORS.sub("", text or "") for text in (entry.bank_code, entry.branch_code))
    if not _BR_BANK.fullmatch(bank):
        raise Invalid(("bankCode",), "Give the bank's code of three digits, or its ISPB of eight.")
    if not _BR_BRANCH.fullmatch(branch):
        raise Invalid(("branchCode",), "Give the branch's code (agência): four digits, without its check digit.")
    return AccountNumber(
        scheme=AccountScheme.BR_TED,
        country="BR",
        number=number,
        bank_code=bank,
        branch_code=branch,
        bic=_bic(entry),
    )


_PARSERS: dict[AccountScheme, Callable[[AccountEntry, str], AccountNumber]] = {
    AccountScheme.IBAN: _iban,
    AccountScheme.CBU: _cbu,
    AccountScheme.CVU: _cvu,
    AccountScheme.CLABE: _clabe,
    AccountScheme.US_ACH: _us_ach,
    AccountScheme.BR_TED: _br_ted,
}


def _bic(entry: AccountEntry) -> str | None:
    """The BIC that was given, checked; raise `Invalid` for one of another country."""
    if entry.bic is None:
        return None
    try:
        bic = BIC(entry.bic)
    except SchwiftyException:
        rule = "A BIC has eight or eleven letters and digits (ISO 9362), such as COBADEFFXXX."
        raise Invalid(("bic",), rule) from None
    if _IBAN_OF.get(bic.country_code, bic.country_code) != _IBAN_OF.get(entry.country, entry.country):
        rule = f"This BIC is of a bank in {bic.country_code}, and the account shall be in {entry.country}."
        raise Invalid(("bic",), rule)
    return str(bic)


def _digits(number: str, what: str, count: int) -> None:
    if not number.isdigit():
        _wrong(f"{what} has digits alone.")
    if len(number) != count:
        _wrong(f"{what} has {count} digits; this one has {len(number)}.")


def _no_card(number: str) -> None:
    """These schemes would take the number of a card for one of an account."""
    if holds_card_number(number):
        _wrong("This looks like a card number; card numbers are never accepted, not even as an account.")


def _wrong(rule: str) -> NoReturn:
    raise Invalid(("accountNumber",), rule) from None
