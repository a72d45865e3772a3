"""A bank statement has the credit of a payout that came back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from domain.identity.permission import Permission
from domain.kernel.unit import in_unit
from domain.settlements.paying_out import keep_payout, lock_payout
from domain.settlements.payout_postings import return_entry

if TYPE_CHECKING:
    from datetime import date
    from uuid import UUID

    from domain.identity.actor import Actor
    from domain.settlements.payout import Payout
    from domain.settlements.payout_ports import PayoutPorts, PayoutUnit


@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnPayout:
    """`bank_account` is the house account that was credited; `code` is of ExternalReturnReason1Code (ISO 20022)."""

    payout_id: UUID
    bank_account: str
    bank_entry_id: UUID
    booked_on: date
    code: str
    message: str | None = None


async def return_payout(ports: PayoutPorts, actor: Actor, command: ReturnPayout) -> Payout:
    """The payout, for good; its money is available again, for the next payout.

    Its settlements stay `PAID_OUT`, as they were. By the same entry again, nothing changes.

    Raises `NotFound`, `Forbidden`, `Invalid`, `NotPaidYet`, `PayoutReturnedAlready` for another entry,
    `TransitionNotAllowed` and `Unavailable`.
    """

    async def work(unit: PayoutUnit) -> Payout:
        at = ports.clock.now()
        payout, _ = await lock_payout(unit, command.payout_id)
        actor.require(Permission.RECONCILIATION_WRITE, payout.merchant_id)
        returned = payout.return_(command.code, command.message, command.bank_entry_id, at)
        if not returned.events:
            return returned
        data = {
            "bank_account": command.bank_account,
            "bank_entry_id": str(command.bank_entry_id),
            "booked_on": command.booked_on.isoformat(),
            "code": command.code,
        }
        saved = await keep_payout(
            unit, actor, "return", returned, data, return_entry(returned, command.bank_account, at)
        )
        await unit.commit()
        return saved

    return await in_unit(ports.units, actor, "payout.return", work)
