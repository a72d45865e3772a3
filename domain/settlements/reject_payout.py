"""Refuse a payout, as a second person."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from domain.kernel.unit import in_unit
from domain.settlements.paying_out import keep_payout, lock_payout

if TYPE_CHECKING:
    from uuid import UUID

    from domain.identity.actor import Actor
    from domain.settlements.payout import Payout
    from domain.settlements.payout_ports import PayoutPorts, PayoutUnit


@dataclass(frozen=True, slots=True, kw_only=True)
class RejectPayout:
    """Which one, and why."""

    payout_id: UUID
    reason: str


async def reject_payout(ports: PayoutPorts, actor: Actor, command: RejectPayout) -> Payout:
    """The payout, for good; what was promised to it is payable again.

    Raises `NotFound`, `Forbidden`, `Invalid`, `TransitionNotAllowed`, `ApproverIsNoPerson`, `ApproverIsRequester` and
    `Unavailable`.
    """

    async def work(unit: PayoutUnit) -> Payout:
        payout, _ = await lock_payout(unit, command.payout_id)
        rejected = payout.reject(actor, command.reason, ports.clock.now())
        saved = await keep_payout(unit, actor, "reject", rejected, {"reason": command.reason})
        await unit.paid_settlements.detach(saved.merchant_id, saved.id)
        await unit.commit()
        return saved

    return await in_unit(ports.units, actor, "payout.reject", work)
