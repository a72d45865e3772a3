"""Let a held payout be approved again."""

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
class ReleasePayout:
    """Which one."""

    payout_id: UUID


async def release_payout(ports: PayoutPorts, actor: Actor, command: ReleasePayout) -> Payout:
    """The payout, which waits for approval; raise `NotFound`, `Forbidden`, `TransitionNotAllowed`, `Unavailable`."""

    async def work(unit: PayoutUnit) -> Payout:
        payout, _ = await lock_payout(unit, command.payout_id)
        released = payout.release(actor, ports.clock.now())
        saved = await keep_payout(unit, actor, "release", released, {"held_for": payout.hold_reason})
        await unit.commit()
        return saved

    return await in_unit(ports.units, actor, "payout.release", work)
