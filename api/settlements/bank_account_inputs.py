"""What the mutations and lists of bank accounts take."""

import strawberry

from api.context import Context
from api.describing import attribute
from api.identifiers import many_ids
from api.money import codes_of
from api.scalars import CountryCode, CurrencyCode
from api.settlements.bank_account_enums import AccountScheme, BankAccountStatus, VerificationOutcome
from domain.kernel.ids import Prefix
from domain.settlements import bank_account_filter as filters

_KEY = "Names this request: the same key with the same input is done once."
_ACCOUNT = "The account."
_NUMBER = (
    "Its number, with or without spaces: the IBAN, CBU, CVU or CLABE; the account's own number in the US, and with its"
    " check digit in Brazil."
)


@strawberry.input(description="Which bank accounts. Everything given must hold; a list means any of.")
class BankAccountFilter:
    """For `bankAccounts`."""

    merchant_ids: list[strawberry.ID] | None = attribute("Of these merchants.", default=None)
    currency: list[CurrencyCode] | None = attribute("In these currencies.", default=None)
    status: list[BankAccountStatus] | None = attribute("In these statuses.", default=None)


@strawberry.input(description="An account that a merchant's money shall be paid to.")
class AddBankAccountInput:
    """For `addBankAccount`."""

    idempotency_key: str = attribute(_KEY)
    merchant_id: strawberry.ID | None = attribute(
        "The merchant; may be left out by whoever acts for one alone.", default=None
    )
    currency: CurrencyCode = attribute("What shall be paid there.")
    country: CountryCode = attribute("The country that the account is in.")
    holder_name: str = attribute("Whose it is, as the bank knows them; at most 70 characters.")
    account_number: str = attribute(_NUMBER)
    scheme: AccountScheme | None = attribute(
        "By which rules the number is made; the country's own, or an IBAN, when left out.", default=None
    )
    bic: str | None = attribute("The bank's BIC; looked up where a registry has it when left out.", default=None)
    bank_code: str | None = attribute("The ABA routing number in the US, the bank's code in Brazil.", default=None)
    branch_code: str | None = attribute("The branch's code (agência) in Brazil.", default=None)


@strawberry.input(description="An account that nothing shall be paid to any more.")
class RemoveBankAccountInput:
    """For `removeBankAccount`."""

    idempotency_key: str = attribute(_KEY)
    bank_account_id: strawberry.ID = attribute(_ACCOUNT)
    reason: str = attribute("Why, for whoever has to approve it; at most 255 characters.")


@strawberry.input(description="What was found out about an account.")
class VerifyBankAccountInput:
    """For `verifyBankAccount`."""

    bank_account_id: strawberry.ID = attribute(_ACCOUNT)
    outcome: VerificationOutcome = attribute("What it came to.")
    note: str | None = attribute("How; it must be given when it failed. At most 255 characters.", default=None)


@strawberry.input(description="An account whose number is needed in full.")
class RevealBankAccountInput:
    """For `revealBankAccount`."""

    bank_account_id: strawberry.ID = attribute(_ACCOUNT)
    reason: str = attribute("What for; it is in the audit log. At most 255 characters.")


def wanted_accounts(given: BankAccountFilter | None, context: Context) -> filters.BankAccountFilter:
    """The domain's filter; raise `Invalid` for an id or a currency that is none."""
    if given is None:
        return filters.BankAccountFilter()
    merchants = given.merchant_ids
    return filters.BankAccountFilter(
        merchant_ids=None
        if merchants is None
        else tuple(many_ids(Prefix.MERCHANT, merchants, "filter", "merchantIds")),
        currency=codes_of(given.currency, context.currency_of, "filter", "currency"),
        status=None if given.status is None else tuple(given.status),
    )
