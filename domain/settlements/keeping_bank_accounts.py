"""What verbs on bank accounts share: save with a line in the audit log, take over from another, hear of a request."""

from __future__ import annotations

from typing import TYPE_CHECKING

from domain.approvals.approval_request import ApprovalStatus
from domain.settlements.bank_account import BankAccountStatus

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from domain.identity.actor import Actor
    from domain.kernel.events import JsonValue
    from domain.settlements.bank_account import BankAccount
    from domain.settlements.bank_account_ports import BankAccountUnit

# An approved one is carried out, sooner or later; a failed one never will be.
_MAY_STILL_BE = frozenset({ApprovalStatus.REQUIRES_REVIEW, ApprovalStatus.APPROVED, ApprovalStatus.SUCCEEDED})


async def keep_account(
    unit: BankAccountUnit,
    actor: Actor,
    name: str,
    account: BankAccount,
    data: Mapping[str, JsonValue] | None = None,
) -> BankAccount:
    """Save a changed account, with its line in the audit log."""
    saved = await unit.bank_accounts.save(account)
    await note_account(unit, actor, name, saved, data)
    return saved


async def note_account(
    unit: BankAccountUnit,
    actor: Actor,
    name: str,
    account: BankAccount,
    data: Mapping[str, JsonValue] | None = None,
) -> None:
    """A line in the audit log; it has the number masked at most."""
    told: dict[str, JsonValue] = {
        "masked_number": account.masked_number,
        "currency": account.currency.code,
        "status": account.status.value,
        **(data or {}),
    }
    await unit.audit.record(actor, f"bank_accounts.{name}", "bank_account", account.id, account.merchant_id, told)


async def take_over(unit: BankAccountUnit, actor: Actor, account: BankAccount, at: datetime) -> None:
    """Let the account that was paid to so far make room for one that is about to be saved as active."""
    if account.status is not BankAccountStatus.ACTIVE:
        return
    former = await unit.bank_accounts.active(account.merchant_id, account.currency)
    if former is not None and former.id != account.id:
        await keep_account(unit, actor, "replace", former.replace(account.id, at))


async def why_unapproved(unit: BankAccountUnit, account: BankAccount) -> str | None:
    """Why nobody will approve an account any more; None while somebody may."""
    if account.status is not BankAccountStatus.PENDING_APPROVAL:
        return None
    request = await unit.approvals.of_operation(account.operation_id)
    if request is None or request.status in _MAY_STILL_BE:
        return None
    return request.reason or request.failure or f"The request for approval is {request.status}."
