"""Take a payout back before a bank hears of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from domain.kernel.unit import in_unit
from domain.settlements.paying_out import keep_payout, lock_payout
from domain.settlements.payout import MOVING
from domain.settlements.payout_postings import reversal_entry

if TYPE_CHECKING:
    from uuid import UUID

    from domain.identity.actor import Actor
    from domain.settlements.payout import Payout
    from domain.settlements.payout_ports import PayoutPorts, PayoutUnit


@dataclass(frozen=True, slots=True, kw_only=True)
class CancelPayout:
    """Which one, and why."""

    payout_id: UUID
    reason: str


async def cancel_payout(ports: PayoutPorts, actor: Actor, command: CancelPayout) -> Payout:
    """The payout, for good; its money is payable again.

    Raises `NotFound`, `Forbidden`, `Invalid`, `PayoutIsFiled`, `TransitionNotAllowed` and `Unavailable`.
    """

    async def work(unit: PayoutUnit) -> Payout:
        at = ports.clock.now()
        payout, _ = await lock_payout(unit, command.payout_id)
        canceled = payout.cancel(actor, command.reason, at)
        entry = reversal_entry(payout, at) if payout.status in MOVING else None
        saved = await keep_payout(unit, actor, "cancel", canceled, {"reason": command.reason}, entry)
        await unit.paid_settlements.detach(saved.merchant_id, saved.id)
        await unit.commit()
        return saved

    return await in_unit(ports.units, actor, "payout.cancel", work)
