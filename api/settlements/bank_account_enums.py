"""The enums of bank accounts, with their descriptions."""

from enum import StrEnum

from api.enums import described
from domain.settlements.account_number import AccountScheme
from domain.settlements.bank_account import BankAccountStatus
from domain.settlements.bank_account import Verification as BankAccountVerification
from domain.settlements.bank_account_actions import BankAccountAction


class VerificationOutcome(StrEnum):
    """What verifying an account came to."""

    VERIFIED = "VERIFIED"
    FAILED = "FAILED"


class BankAccountChange(StrEnum):
    """What a request for approval would do with an account."""

    ADD = "ADD"
    REMOVE = "REMOVE"


described(
    AccountScheme,
    "By which rules the number of a bank account is made.",
    IBAN="An international number (ISO 13616), with the check digits of ISO 7064 and those of its country.",
    CBU="The number of an account at an Argentine bank: 22 digits, two of them check digits.",
    CVU="The number of an account at an Argentine payment service provider: as a CBU, and begins with 000.",
    CLABE="The number of an account at a Mexican bank: 18 digits, the last a check digit.",
    US_ACH="A number of 5 to 17 digits beside the ABA routing number of its bank, which has a check digit.",
    BR_TED="A number with its check digit, beside the codes of a Brazilian bank and its branch.",
)
described(
    BankAccountStatus,
    "How far a bank account has come.",
    PENDING_APPROVAL="A second person has to approve it.",
    PENDING_VERIFICATION="It is approved; the payments company has to make sure that it is the merchant's.",
    COOLING="It is approved and verified; it is paid to once the cooling period is over.",
    ACTIVE="Payouts go there.",
    REPLACED="Another account was activated in its place.",
    REMOVED="It was removed.",
    REJECTED="It was not approved, or could not be verified.",
)
described(
    BankAccountVerification,
    "Whether the payments company has made sure that an account is the merchant's.",
    called="BankAccountVerification",
    UNVERIFIED="Not yet.",
    VERIFIED="It is.",
    FAILED="It is not, or that could not be found out.",
)
described(
    BankAccountAction,
    "A mutation on one bank account.",
    VERIFY="`verifyBankAccount`.",
    REMOVE="`removeBankAccount`.",
    REVEAL="`revealBankAccount`.",
)
described(
    VerificationOutcome,
    "What verifying an account came to.",
    VERIFIED="It is the merchant's.",
    FAILED="It is not, or that could not be found out; nothing is paid to it.",
)
described(
    BankAccountChange,
    "What a request for approval would do with a bank account.",
    ADD="Pay the merchant's money there.",
    REMOVE="Pay nothing there any more.",
)
