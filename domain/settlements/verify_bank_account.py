"""Say that an account is the merchant's, or that it is not."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from domain.identity.actor import ActorKind, Realm
from domain.identity.permission import Permission
from domain.kernel.unit import in_unit
from domain.settlements.bank_account_errors import VerifierIsNoStaff
from domain.settlements.keeping_bank_accounts import keep_account, take_over

if TYPE_CHECKING:
    from uuid import UUID

    from domain.identity.actor import Actor
    from domain.settlements.bank_account import BankAccount
    from domain.settlements.bank_account_ports import BankAccountPorts, BankAccountUnit


@dataclass(frozen=True, slots=True, kw_only=True)
class VerifyBankAccount:
    """`verified` says how it ended; `note` how it was found out, and has to be given when it failed."""

    bank_account_id: UUID
    verified: bool
    note: str | None = None


async def verify_bank_account(ports: BankAccountPorts, actor: Actor, command: VerifyBankAccount) -> BankAccount:
    """The account: verified, and paid to once its cooling period is over; or rejected, also when it was paid to.

    Raises `NotFound`, `Forbidden`, `VerifierIsNoStaff`, `VerifierIsRequester`, `Invalid`, `BankAccountStateForbids` and
    `Unavailable`.
    """

    async def work(unit: BankAccountUnit) -> BankAccount:
        at = ports.clock.now()
        account = await unit.bank_accounts.for_update(command.bank_account_id)
        actor.require(Permission.BANK_ACCOUNTS_WRITE, account.merchant_id)
        if actor.realm is not Realm.STAFF or actor.kind is not ActorKind.USER:
            raise VerifierIsNoStaff
        judge = account.verify if command.verified else account.fail_verification
        judged = judge(actor, command.note, at)
        await take_over(unit, actor, judged, at)
        told = {"verification": judged.verification.value, "note": command.note}
        saved = await keep_account(unit, actor, "verify", judged, told)
        await unit.commit()
        return saved

    return await in_unit(ports.units, actor, "bank_account.verify", work)
