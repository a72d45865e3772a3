"""Let nothing be paid to an account any more."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from domain.approvals.approval_action import ApprovalAction
from domain.approvals.asking import require_approval
from domain.approvals.proposal import Proposal
from domain.identity.permission import Permission
from domain.kernel.idempotency import KeyClaim, input_hash
from domain.kernel.ids import new_uuid
from domain.kernel.text import clean_text
from domain.kernel.unit import in_unit
from domain.settlements.earlier_change import BankAccountResult, earlier_result
from domain.settlements.keeping_bank_accounts import keep_account

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from domain.approvals.approval_request import ApprovalRequest
    from domain.identity.actor import Actor
    from domain.settlements.bank_account import BankAccount
    from domain.settlements.bank_account_ports import BankAccountPorts, BankAccountUnit


@dataclass(frozen=True, slots=True, kw_only=True)
class RemoveBankAccount:
    """`reason` is for whoever has to approve it, and for whoever wonders later."""

    idempotency_key: str
    bank_account_id: UUID
    reason: str


async def remove_bank_account(
    ports: BankAccountPorts, actor: Actor, command: RemoveBankAccount
) -> BankAccountResult | ApprovalRequest:
    """The request for approval, of an account that is paid to.

    One that is not paid to yet goes at once: whoever sees a change that nobody meant can stop it alone.

    Raises `NotFound`, `Forbidden`, `Invalid`, `BankAccountStateForbids`, `IdempotencyConflict` and `Unavailable`.
    """
    clean_text(command.reason, ("reason",))

    async def work(unit: BankAccountUnit) -> BankAccountResult | ApprovalRequest:
        at = ports.clock.now()
        account = await unit.bank_accounts.for_update(command.bank_account_id)
        actor.require(Permission.BANK_ACCOUNTS_WRITE, account.merchant_id)
        claim = _claim(command, account, at)
        if (earlier := await unit.keys.claim(claim)) is not None:
            earlier.ensure_same(claim)
            return await earlier_result(unit, account.id, earlier.operation_id)
        result = await _remove_or_ask(unit, actor, account, command.reason, claim)
        await unit.commit()
        return result

    return await in_unit(ports.units, actor, "bank_account.remove", work)


def _claim(command: RemoveBankAccount, account: BankAccount, at: datetime) -> KeyClaim:
    return KeyClaim(
        merchant_id=account.merchant_id,
        mutation="removeBankAccount",
        key=command.idempotency_key,
        input_hash=input_hash(command),
        # What the key is about: there is no payment.
        payment_id=account.id,
        operation_id=new_uuid(at),
        claimed_at=at,
    )


async def _remove_or_ask(
    unit: BankAccountUnit, actor: Actor, account: BankAccount, reason: str, claim: KeyClaim
) -> BankAccountResult | ApprovalRequest:
    account.ensure_removable()
    if account.under_way:
        removed = await keep_account(
            unit, actor, "remove", account.remove(reason, claim.claimed_at), {"reason": reason}
        )
        return BankAccountResult(account=removed, replayed=False)
    proposal = Proposal(
        merchant_id=account.merchant_id,
        action=ApprovalAction.CHANGE_BANK_ACCOUNT,
        subject_type="bank_account",
        subject_id=account.id,
        operation_id=claim.operation_id,
        command={"change": "REMOVE", "reason": reason},
    )
    return await require_approval(unit, actor, proposal, None, claim.claimed_at)
