"""Follow the clock and the decisions: accounts whose cooling period is over are paid to, and unwanted ones end."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from domain.kernel.ids import Prefix, format_id
from domain.kernel.unit import in_unit
from domain.settlements.keeping_bank_accounts import keep_account, take_over, why_unapproved

if TYPE_CHECKING:
    from uuid import UUID

    from domain.identity.actor import Actor
    from domain.settlements.bank_account_ports import BankAccountPorts, BankAccountUnit


@dataclass(frozen=True, slots=True, kw_only=True)
class SweepBankAccounts:
    """At most so many of each kind at a time."""

    limit: int = 100


async def sweep_bank_accounts(ports: BankAccountPorts, actor: Actor, command: SweepBankAccounts) -> int:
    """How many accounts have changed. One that somebody else has changed meanwhile is left as it is.

    Accounts do not wait for each other; what went wrong with some is raised as an `ExceptionGroup` once all have been
    tried.
    """

    async def found(unit: BankAccountUnit) -> list[UUID]:
        queue = unit.bank_account_queue
        return [*await queue.due(ports.clock.now(), command.limit), *await queue.undecided(command.limit)]

    changed = 0
    errors: list[Exception] = []
    for account_id in await in_unit(ports.units, actor, "bank_account.find", found):
        try:
            changed += await _follow(ports, actor, account_id)
        except Exception as error:  # noqa: BLE001 - raised below, with the others'
            error.add_note(format_id(Prefix.BANK_ACCOUNT, account_id))
            errors.append(error)
    if errors:
        message = "some bank accounts could not be gone on with"
        raise ExceptionGroup(message, errors)
    return changed


async def _follow(ports: BankAccountPorts, actor: Actor, account_id: UUID) -> bool:
    async def work(unit: BankAccountUnit) -> bool:
        at = ports.clock.now()
        account = await unit.bank_accounts.for_update(account_id)
        if (reason := await why_unapproved(unit, account)) is not None:
            await keep_account(unit, actor, "reject", account.reject(reason, at), {"reason": reason})
        elif account.due(at):
            active = account.activate(at)
            await take_over(unit, actor, active, at)
            await keep_account(unit, actor, "activate", active)
        else:
            return False
        await unit.commit()
        return True

    return await in_unit(ports.units, actor, "bank_account.sweep", work)
