"""What the mutations of bank accounts answer with: a payload, or one of the errors that can happen."""

from typing import Annotated, TypeAlias

import strawberry

from api.approvals.types import ApprovalRequired
from api.describing import attribute
from api.errors import (
    IdempotencyConflict,
    IdempotencyInProgress,
    InvalidInput,
    InvalidState,
    NotFound,
    PermissionDenied,
)
from api.settlements.bank_accounts import BankAccount

_ACCOUNT = "The account, as it is now."
_REPLAYED = "Whether the same key had asked for it before."


@strawberry.type(description="The account was added before, and its request has been decided since.")
class AddBankAccountPayload:
    """Of `addBankAccount`, whose first answer is always `ApprovalRequired`."""

    bank_account: BankAccount = attribute(_ACCOUNT)
    replayed: bool = attribute(_REPLAYED)


@strawberry.type(description="Nothing is paid to the account any more.")
class RemoveBankAccountPayload:
    """Of `removeBankAccount`."""

    bank_account: BankAccount = attribute(_ACCOUNT)
    replayed: bool = attribute(_REPLAYED)


@strawberry.type(description="What was found out is taken down.")
class VerifyBankAccountPayload:
    """Of `verifyBankAccount`."""

    bank_account: BankAccount = attribute(_ACCOUNT)


@strawberry.type(description="The number in full. That you have read it is in the audit log.")
class RevealBankAccountPayload:
    """Of `revealBankAccount`."""

    bank_account: BankAccount = attribute(_ACCOUNT)
    account_number: str = attribute("The number, without separators; it is nowhere else in the graph.")


AddBankAccountResult: TypeAlias = Annotated[
    AddBankAccountPayload
    | ApprovalRequired
    | InvalidInput
    | NotFound
    | PermissionDenied
    | InvalidState
    | IdempotencyConflict
    | IdempotencyInProgress,
    strawberry.union("AddBankAccountResult", description="What `addBankAccount` answers with."),
]
RemoveBankAccountResult: TypeAlias = Annotated[
    RemoveBankAccountPayload
    | ApprovalRequired
    | InvalidInput
    | NotFound
    | PermissionDenied
    | InvalidState
    | IdempotencyConflict
    | IdempotencyInProgress,
    strawberry.union("RemoveBankAccountResult", description="What `removeBankAccount` answers with."),
]
VerifyBankAccountResult: TypeAlias = Annotated[
    VerifyBankAccountPayload | InvalidInput | NotFound | PermissionDenied | InvalidState,
    strawberry.union("VerifyBankAccountResult", description="What `verifyBankAccount` answers with."),
]
RevealBankAccountResult: TypeAlias = Annotated[
    RevealBankAccountPayload | InvalidInput | NotFound | PermissionDenied | InvalidState,
    strawberry.union("RevealBankAccountResult", description="What `revealBankAccount` answers with."),
]
