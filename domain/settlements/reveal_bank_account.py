"""Read the number of an account in full, which is written down each time."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from domain.approvals.party import party_of
from domain.identity.actor import ActorKind
from domain.identity.permission import Permission
from domain.kernel.errors import Forbidden
from domain.kernel.unit import in_unit
from domain.settlements.bank_account_errors import TooManyReveals
from domain.settlements.bank_account_reveal import MOST_REVEALS, REVEAL_WINDOW, new_reveal
from domain.settlements.keeping_bank_accounts import note_account

if TYPE_CHECKING:
    from uuid import UUID

    from domain.identity.actor import Actor
    from domain.settlements.bank_account import BankAccount
    from domain.settlements.bank_account_ports import BankAccountPorts, BankAccountUnit


@dataclass(frozen=True, slots=True, kw_only=True)
class RevealBankAccount:
    """`reason` says what for."""

    bank_account_id: UUID
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RevealedBankAccount:
    """An account with its number in full."""

    account: BankAccount
    number: str = field(repr=False)


async def reveal_bank_account(ports: BankAccountPorts, actor: Actor, command: RevealBankAccount) -> RevealedBankAccount:
    """The number; that it was read is committed before anybody sees it.

    Raises `NotFound`, `Forbidden` (also for a program), `Invalid`, `TooManyReveals` and `Unavailable`.
    """

    async def work(unit: BankAccountUnit) -> RevealedBankAccount:
        at = ports.clock.now()
        account = await unit.bank_accounts.get(command.bank_account_id)
        actor.require(Permission.BANK_ACCOUNTS_REVEAL, account.merchant_id)
        party = party_of(actor)
        if party.kind is not ActorKind.USER or party.id is None:
            raise Forbidden(Permission.BANK_ACCOUNTS_REVEAL, "Only people read numbers in full.")
        reveal = new_reveal(account, party, command.reason, at)
        if await unit.bank_account_reveals.count(party.id, at - REVEAL_WINDOW) >= MOST_REVEALS:
            raise TooManyReveals(MOST_REVEALS)
        number = ports.vault.number_of(account)
        await unit.bank_account_reveals.add(reveal)
        await note_account(unit, actor, "reveal", account, {"reason": reveal.reason})
        await unit.commit()
        return RevealedBankAccount(account=account, number=number)

    return await in_unit(ports.units, actor, "bank_account.reveal", work)
