"""Ask for a merchant's money to be paid to an account."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from domain.approvals.approval_action import ApprovalAction
from domain.approvals.asking import require_approval
from domain.approvals.proposal import Proposal
from domain.identity.permission import Permission
from domain.kernel.idempotency import KeyClaim, input_hash
from domain.kernel.ids import new_uuid
from domain.kernel.text import clean_text
from domain.kernel.unit import in_unit
from domain.settlements.bank_account import LONGEST_HOLDER, new_bank_account
from domain.settlements.bank_account_errors import BankAccountUnderWay
from domain.settlements.earlier_change import BankAccountResult, earlier_result
from domain.settlements.keeping_bank_accounts import keep_account, note_account, why_unapproved

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from domain.approvals.approval_request import ApprovalRequest
    from domain.identity.actor import Actor
    from domain.kernel.money import Currency
    from domain.settlements.account_number import AccountEntry, AccountNumber
    from domain.settlements.bank_account_ports import BankAccountPorts, BankAccountUnit


@dataclass(frozen=True, slots=True, kw_only=True)
class AddBankAccount:
    """`currency` is what is paid there, and that of the `entry`."""

    idempotency_key: str
    merchant_id: UUID
    currency: Currency
    holder_name: str
    entry: AccountEntry


async def add_bank_account(
    ports: BankAccountPorts, actor: Actor, command: AddBankAccount
) -> BankAccountResult | ApprovalRequest:
    """The request for approval; the account waits for it, and the same key answers with the account afterwards.

    Nothing is paid there before somebody else has approved it, we have verified it and the cooling period is over. The
    account that is paid to so far goes on until then.

    Raises `NotFound`, `Forbidden`, `Invalid`, `BankAccountKnown`, `BankAccountUnderWay`, `IdempotencyConflict` and
    `Unavailable`.
    """
    actor.require(Permission.BANK_ACCOUNTS_WRITE, command.merchant_id)
    number = ports.numbers.parse(command.entry)
    clean_text(command.holder_name, ("holderName",), longest=LONGEST_HOLDER)
    fingerprint = ports.vault.fingerprint(command.merchant_id, number)

    async def work(unit: BankAccountUnit) -> BankAccountResult | ApprovalRequest:
        at = ports.clock.now()
        await unit.merchants.get(command.merchant_id)
        claim = _claim(command, fingerprint, at)
        if (earlier := await unit.keys.claim(claim)) is not None:
            earlier.ensure_same(claim)
            return await earlier_result(unit, earlier.payment_id, earlier.operation_id)
        await _make_way(unit, actor, command, at)
        request = await _ask(ports, unit, actor, command, number, claim)
        await unit.commit()
        return request

    return await in_unit(ports.units, actor, "bank_account.add", work)


def _claim(command: AddBankAccount, fingerprint: bytes, at: datetime) -> KeyClaim:
    # A plain hash of a number could be guessed: there are not that many.
    known = replace(command, entry=replace(command.entry, number=fingerprint.hex()))
    return KeyClaim(
        merchant_id=command.merchant_id,
        mutation="addBankAccount",
        key=command.idempotency_key,
        input_hash=input_hash(known),
        payment_id=new_uuid(at),
        operation_id=new_uuid(at),
        claimed_at=at,
    )


async def _make_way(unit: BankAccountUnit, actor: Actor, command: AddBankAccount, at: datetime) -> None:
    """Raise `BankAccountUnderWay` for another one; one that nobody will approve any more is none."""
    other = await unit.bank_accounts.under_way(command.merchant_id, command.currency)
    if other is None:
        return
    reason = await why_unapproved(unit, other)
    if reason is None:
        raise BankAccountUnderWay(other.id)
    await keep_account(unit, actor, "reject", other.reject(reason, at))


async def _ask(
    ports: BankAccountPorts,
    unit: BankAccountUnit,
    actor: Actor,
    command: AddBankAccount,
    number: AccountNumber,
    claim: KeyClaim,
) -> ApprovalRequest:
    # What the key is about: there is no payment, and the account's own id finds it again.
    account_id = claim.payment_id
    account = new_bank_account(
        number,
        id=account_id,
        merchant_id=command.merchant_id,
        currency=command.currency,
        holder_name=command.holder_name,
        sealed=ports.vault.seal(command.merchant_id, account_id, number),
        fingerprint=ports.vault.fingerprint(command.merchant_id, number),
        operation_id=claim.operation_id,
        actor=actor,
        at=claim.claimed_at,
    )
    saved = await unit.bank_accounts.add(account)
    await note_account(unit, actor, "add", saved, {"scheme": saved.scheme.value, "holder_name": saved.holder_name})
    proposal = Proposal(
        merchant_id=saved.merchant_id,
        action=ApprovalAction.CHANGE_BANK_ACCOUNT,
        subject_type="bank_account",
        subject_id=saved.id,
        operation_id=claim.operation_id,
        command={"change": "ADD"},
    )
    return await require_approval(unit, actor, proposal, None, claim.claimed_at)
