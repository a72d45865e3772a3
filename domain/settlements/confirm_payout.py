"""A bank statement has the debit of a payout: the money has left."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from domain.identity.permission import Permission
from domain.kernel.unit import in_unit
from domain.settlements.paying_out import keep_payout, lock_payout
from domain.settlements.payout_postings import payment_entry

if TYPE_CHECKING:
    from datetime import date
    from uuid import UUID

    from domain.identity.actor import Actor
    from domain.settlements.payout import Payout
    from domain.settlements.payout_ports import PayoutPorts, PayoutUnit


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfirmPayout:
    """`bank_account` is the name of the house account that was debited, `bank_entry_id` the statement's entry."""

    payout_id: UUID
    bank_account: str
    bank_entry_id: UUID
    booked_on: date


async def confirm_payout(ports: PayoutPorts, actor: Actor, command: ConfirmPayout) -> Payout:
    """The payout, which is `PAID`, and so are its settlements. By the same entry again, nothing changes.

    Raises `NotFound`, `Forbidden`, `PayoutPaidAlready` for another entry, `TransitionNotAllowed` and `Unavailable`.
    """

    async def work(unit: PayoutUnit) -> Payout:
        at = ports.clock.now()
        payout, _ = await lock_payout(unit, command.payout_id)
        actor.require(Permission.RECONCILIATION_WRITE, payout.merchant_id)
        paid = payout.confirm(command.bank_entry_id, at)
        if not paid.events:
            return paid
        data = {
            "bank_account": command.bank_account,
            "bank_entry_id": str(command.bank_entry_id),
            "booked_on": command.booked_on.isoformat(),
        }
        saved = await keep_payout(unit, actor, "confirm", paid, data, payment_entry(paid, command.bank_account, at))
        for settlement in await unit.paid_settlements.of_payout(saved.merchant_id, saved.id):
            await unit.settlements.save(settlement.pay_out(saved.id, at))
        await unit.commit()
        return saved

    return await in_unit(ports.units, actor, "payout.confirm", work)
