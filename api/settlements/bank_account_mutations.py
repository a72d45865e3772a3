"""The mutations of bank accounts: read the input, run the verb, show the result."""

from uuid import UUID

import strawberry

from api.approvals.types import approval_required
from api.context import Context
from api.fields import mutation
from api.settlements.bank_account_enums import VerificationOutcome
from api.settlements.bank_account_inputs import (
    AddBankAccountInput,
    RemoveBankAccountInput,
    RevealBankAccountInput,
    VerifyBankAccountInput,
)
from api.settlements.bank_account_results import (
    AddBankAccountPayload,
    AddBankAccountResult,
    RemoveBankAccountPayload,
    RemoveBankAccountResult,
    RevealBankAccountPayload,
    RevealBankAccountResult,
    VerifyBankAccountPayload,
    VerifyBankAccountResult,
)
from api.settlements.bank_accounts import bank_account
from domain.approvals.approval_request import ApprovalRequest
from domain.identity.permission import Permission
from domain.kernel.ids import Prefix, parse_id
from domain.settlements.account_number import AccountEntry
from domain.settlements.add_bank_account import AddBankAccount, add_bank_account
from domain.settlements.remove_bank_account import RemoveBankAccount, remove_bank_account
from domain.settlements.reveal_bank_account import RevealBankAccount, reveal_bank_account
from domain.settlements.verify_bank_account import VerifyBankAccount, verify_bank_account


@mutation(
    Permission.BANK_ACCOUNTS_WRITE,
    "Ask for a merchant's money to be paid to an account. A second person has to approve it; then it has to be"
    " verified, and a cooling period to pass, until which the former account goes on.",
)
async def add(context: Context, input: AddBankAccountInput) -> AddBankAccountResult:  # noqa: A002 - GraphQL's word
    """Run `add_bank_account`."""
    currency = context.currency_of(input.currency)
    command = AddBankAccount(
        idempotency_key=input.idempotency_key,
        merchant_id=context.actor.only_merchant
        if input.merchant_id is None
        else parse_id(Prefix.MERCHANT, input.merchant_id, ("merchantId",)),
        currency=currency,
        holder_name=input.holder_name,
        entry=AccountEntry(
            country=input.country,
            currency=currency.code,
            number=input.account_number,
            scheme=input.scheme,
            bic=input.bic,
            bank_code=input.bank_code,
            branch_code=input.branch_code,
        ),
    )
    result = await add_bank_account(context.bank_accounts, context.actor, command)
    if isinstance(result, ApprovalRequest):
        return approval_required(result)
    return AddBankAccountPayload(bank_account=bank_account(result.account), replayed=result.replayed)


@mutation(
    Permission.BANK_ACCOUNTS_WRITE,
    "Let nothing be paid to an account any more. One that is paid to needs approval; one that is not yet goes at once.",
)
async def remove(context: Context, input: RemoveBankAccountInput) -> RemoveBankAccountResult:  # noqa: A002
    """Run `remove_bank_account`."""
    command = RemoveBankAccount(
        idempotency_key=input.idempotency_key,
        bank_account_id=_account_id(input.bank_account_id),
        reason=input.reason,
    )
    result = await remove_bank_account(context.bank_accounts, context.actor, command)
    if isinstance(result, ApprovalRequest):
        return approval_required(result)
    return RemoveBankAccountPayload(bank_account=bank_account(result.account), replayed=result.replayed)


@mutation(
    Permission.BANK_ACCOUNTS_WRITE,
    "Say whether an account is the merchant's. Staff only, and not by whoever added it; what fails is paid to no more.",
)
async def verify(context: Context, input: VerifyBankAccountInput) -> VerifyBankAccountResult:  # noqa: A002
    """Run `verify_bank_account`."""
    command = VerifyBankAccount(
        bank_account_id=_account_id(input.bank_account_id),
        verified=input.outcome is VerificationOutcome.VERIFIED,
        note=input.note,
    )
    account = await verify_bank_account(context.bank_accounts, context.actor, command)
    return VerifyBankAccountPayload(bank_account=bank_account(account))


@mutation(
    Permission.BANK_ACCOUNTS_REVEAL,
    "Read the number of an account in full. It is in the audit log each time, and nobody can do it without end.",
)
async def reveal(context: Context, input: RevealBankAccountInput) -> RevealBankAccountResult:  # noqa: A002
    """Run `reveal_bank_account`."""
    command = RevealBankAccount(bank_account_id=_account_id(input.bank_account_id), reason=input.reason)
    revealed = await reveal_bank_account(context.bank_accounts, context.actor, command)
    return RevealBankAccountPayload(bank_account=bank_account(revealed.account), account_number=revealed.number)


def _account_id(text: str) -> UUID:
    return parse_id(Prefix.BANK_ACCOUNT, text, ("bankAccountId",))


@strawberry.type
class BankAccountMutations:
    """The fields that bank accounts add to Mutation."""

    add_bank_account = add
    remove_bank_account = remove
    verify_bank_account = verify
    reveal_bank_account = reveal
