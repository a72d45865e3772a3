"""Keep a payout from going on until somebody has looked into it."""

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
class HoldPayout:
    """Which one, and why."""

    payout_id: UUID
    reason: str


async def hold_payout(ports: PayoutPorts, actor: Actor, command: HoldPayout) -> Payout:
    """The payout, whose money is available again in the ledger, and promised to nothing else.

    An approval is taken back: once it is released, a person has to approve it anew, whatever the policy says.

    Raises `NotFound`, `Forbidden`, `Invalid`, `PayoutIsFiled`, `TransitionNotAllowed` and `Unavailable`.
    """

    async def work(unit: PayoutUnit) -> Payout:
        at = ports.clock.now()
        payout, _ = await lock_payout(unit, command.payout_id)
        held = payout.hold(actor, command.reason, at)
        entry = reversal_entry(payout, at) if payout.status in MOVING else None
        saved = await keep_payout(unit, actor, "hold", held, {"reason": command.reason}, entry)
        await unit.commit()
        return saved

    return await in_unit(ports.units, actor, "payout.hold", work)
