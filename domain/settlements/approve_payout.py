"""Let a payout go, as a second person."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from domain.kernel.unit import in_unit
from domain.settlements.paying_out import ensure_payee, ensure_still_covered, keep_payout, lock_payout
from domain.settlements.payout_errors import BankAccountChanged
from domain.settlements.payout_postings import approval_entry

if TYPE_CHECKING:
    from uuid import UUID

    from domain.identity.actor import Actor
    from domain.settlements.payout import Payout
    from domain.settlements.payout_ports import PayoutPorts, PayoutUnit


@dataclass(frozen=True, slots=True, kw_only=True)
class ApprovePayout:
    """Which one."""

    payout_id: UUID


async def approve_payout(ports: PayoutPorts, actor: Actor, command: ApprovePayout) -> Payout:
    """The payout, whose money is in transit from now on. Approved by the same person again, it stays as it is.

    Raises `NotFound`, `Forbidden`, `TransitionNotAllowed`, `ApproverIsNoPerson`, `ApproverIsRequester`,
    `PayeeSuspended`, `PayoutsOnHold`, `BankAccountChanged`, `InsufficientBalance` when the money is not there any more,
    and `Unavailable`.
    """

    async def work(unit: PayoutUnit) -> Payout:
        at = ports.clock.now()
        payout, account = await lock_payout(unit, command.payout_id)
        if payout.was_approved_by(actor):
            return payout
        approved = payout.approve(actor, at)
        ensure_payee(await unit.merchants.get(payout.merchant_id), account)
        paid_to = await unit.bank_accounts.usable(payout.merchant_id, payout.currency, at)
        if paid_to is None or paid_to.id != payout.bank_account_id:
            raise BankAccountChanged
        await ensure_still_covered(unit, payout)
        saved = await keep_payout(unit, actor, "approve", approved, {}, approval_entry(approved, at))
        await unit.commit()
        return saved

    return await in_unit(ports.units, actor, "payout.approve", work)
