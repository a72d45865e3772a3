"""The bank accounts of the demo's merchants: those of long ago, and those that are new."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from adapters.currencies import currency_of
from domain.approvals.approval_request import ApprovalRequest
from domain.approvals.approve_request import ApproveRequest, approve_request
from domain.identity.permission import MerchantRole, StaffRole
from domain.settlements.add_bank_account import AddBankAccount, add_bank_account
from domain.settlements.verify_bank_account import VerifyBankAccount, verify_bank_account

if TYPE_CHECKING:
    from app.demo.seed.merchants import DemoMerchant
    from app.demo.seed.treasury import Treasury
    from domain.identity.actor import Actor
    from domain.settlements.account_number import AccountEntry


async def ask_for_account(treasury: Treasury, merchant: DemoMerchant, entry: AccountEntry) -> ApprovalRequest:
    """The merchant's finance person wants to be paid there, or our own people do where it has none."""
    people = treasury.people
    asking = [*people.people_of(merchant, MerchantRole.FINANCE), people.staff(StaffRole.FINANCE_OPERATIONS)]
    command = AddBankAccount(
        idempotency_key=f"bank account {entry.number}",
        merchant_id=merchant.merchant.id,
        currency=currency_of(entry.currency),
        holder_name=merchant.merchant.name,
        entry=entry,
    )
    request = await add_bank_account(treasury.bank_accounts, asking[0], command)
    assert isinstance(request, ApprovalRequest), "a bank account takes two"
    return request


async def approve_account(treasury: Treasury, merchant: DemoMerchant, request: ApprovalRequest) -> None:
    """The merchant's owner agrees, or a second one of our own people."""
    people = treasury.people
    agreeing = [*people.people_of(merchant, MerchantRole.OWNER), people.staff(StaffRole.APPROVER)]
    await approve_request(treasury.approvals, agreeing[0], ApproveRequest(request_id=request.id))


async def verify_account(treasury: Treasury, request: ApprovalRequest, note: str) -> None:
    """We have seen that it is the merchant's."""
    command = VerifyBankAccount(bank_account_id=request.subject_id, verified=True, note=note)
    await verify_bank_account(treasury.bank_accounts, _verifier(treasury), command)


async def know_account(treasury: Treasury, merchant: DemoMerchant, entry: AccountEntry) -> None:
    """All three, within a day."""
    request = await ask_for_account(treasury, merchant, entry)
    treasury.clock.at += timedelta(hours=3, minutes=20)
    await approve_account(treasury, merchant, request)
    treasury.clock.at += timedelta(hours=16)
    await verify_account(treasury, request, "A letter from the bank names the holder.")


def _verifier(treasury: Treasury) -> Actor:
    # Whoever asks for accounts on behalf of merchants does not verify them.
    return treasury.people.staff(StaffRole.ADMIN)
