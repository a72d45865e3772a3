"""Bank accounts in any status, and numbers that keep the rules of their schemes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from adapters.banks.account_numbers import BankAccountNumbers
from adapters.banks.number_vault import SecretNumberVault
from adapters.currencies import currency_of
from domain.kernel.ids import new_uuid
from domain.settlements.account_number import AccountEntry, AccountNumber
from domain.settlements.bank_account import COOLING_PERIOD, BankAccount, BankAccountStatus, Verification
from domain.settlements.bank_account_reveal import BankAccountReveal
from tests.builders.approvals import a_party
from tests.builders.moments import MORNING

if TYPE_CHECKING:
    from collections.abc import Sequence

SECRET = "a secret that only the tests of bank accounts know"
VAULT = SecretNumberVault(SECRET)
NUMBERS = BankAccountNumbers()
IBAN, OTHER_IBAN = "DE89370400440532013000", "FR1420041010050500013M02606"
CBU, CVU, CLABE = "2850590940090418135201", "0000003100098765432103", "032180000118359719"
ROUTING = "021000021"

_S = BankAccountStatus
_APPROVED = frozenset(_S) - {_S.PENDING_APPROVAL, _S.REJECTED}
_VERIFIED = frozenset({_S.COOLING, _S.ACTIVE, _S.REPLACED, _S.REMOVED})


def an_entry(number: str = IBAN, *, country: str = "DE", currency: str = "EUR", **more: Any) -> AccountEntry:
    """What somebody wrote: a German account in euros unless told otherwise."""
    return AccountEntry(country=country, currency=currency, number=number, **more)


def a_number(number: str = IBAN, **more: Any) -> AccountNumber:
    """The same, checked."""
    return NUMBERS.parse(an_entry(number, **more))


def a_bank_account(
    status: BankAccountStatus = _S.ACTIVE,
    number: AccountNumber | None = None,
    vault: SecretNumberVault = VAULT,
    **values: Any,
) -> BankAccount:
    """A saved account that Ada asked for, Grace approved and Edsger verified, as it would be in a status.

    It is in euros unless a `currency` is given by its code.
    """
    number = number or a_number()
    account_id, merchant_id = values.get("id", new_uuid(MORNING)), values.get("merchant_id", new_uuid(MORNING))
    created = values.get("created_at", MORNING)
    approved = {"approved_by": a_party("Grace Hopper"), "approved_at": created, "usable_from": created + COOLING_PERIOD}
    verified = {
        "verification": Verification.VERIFIED,
        "verified_by": a_party("Edsger Dijkstra"),
        "verified_at": created,
        "verification_note": "Paid a cent there and was told the code",
    }
    defaults: dict[str, Any] = {
        "id": account_id,
        "merchant_id": merchant_id,
        "country": number.country,
        "holder_name": "Blue Bicycle GmbH",
        "scheme": number.scheme,
        "sealed": vault.seal(merchant_id, account_id, number),
        "fingerprint": vault.fingerprint(merchant_id, number),
        "last4": number.last4,
        "masked_number": number.masked,
        "bank_code": number.bank_code,
        "branch_code": number.branch_code,
        "bic": number.bic,
        "bank_name": number.bank_name,
        "status": status,
        "operation_id": new_uuid(MORNING),
        "requested_by": a_party(),
        **(approved if status in _APPROVED else {}),
        **(verified if status in _VERIFIED else {}),
        "created_at": created,
        "updated_at": created,
        "version": 1,
    }
    values["currency"] = currency_of(values.get("currency", "EUR"))
    return BankAccount(**{**defaults, **values})


def a_reveal(account: BankAccount, **values: Any) -> BankAccountReveal:
    """Grace has read its number."""
    defaults: dict[str, Any] = {
        "id": new_uuid(MORNING),
        "merchant_id": account.merchant_id,
        "bank_account_id": account.id,
        "revealed_by": a_party("Grace Hopper"),
        "reason": "To call the bank",
        "revealed_at": MORNING,
    }
    return BankAccountReveal(**{**defaults, **values})


def told(account: BankAccount) -> Sequence[str]:
    """The names of its events that are not saved yet."""
    return [event.type.value for event in account.events]
