"""A payout will not leave: its bank refused it, or it never reached one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from domain.identity.permission import Permission
from domain.kernel.unit import in_unit
from domain.settlements.paying_out import keep_payout, lock_payout
from domain.settlements.payout_postings import reversal_entry

if TYPE_CHECKING:
    from uuid import UUID

    from domain.identity.actor import Actor
    from domain.settlements.payout import Payout
    from domain.settlements.payout_ports import PayoutPorts, PayoutUnit


@dataclass(frozen=True, slots=True, kw_only=True)
class FailPayout:
    """`code` is of ISO 20022's ExternalReturnReason1Code, `message` what the bank or we say to it."""

    payout_id: UUID
    code: str
    message: str | None = None


async def fail_payout(ports: PayoutPorts, actor: Actor, command: FailPayout) -> Payout:
    """The payout, for good; its money is available again. For the same code again, nothing changes.

    Raises `NotFound`, `Forbidden`, `Invalid`, `TransitionNotAllowed` and `Unavailable`.
    """

    async def work(unit: PayoutUnit) -> Payout:
        at = ports.clock.now()
        payout, _ = await lock_payout(unit, command.payout_id)
        actor.require(Permission.PAYOUTS_WRITE, payout.merchant_id)
        failed = payout.fail(command.code, command.message, at)
        if not failed.events:
            return failed
        saved = await keep_payout(unit, actor, "fail", failed, {"code": command.code}, reversal_entry(failed, at))
        await unit.paid_settlements.detach(saved.merchant_id, saved.id)
        await unit.commit()
        return saved

    return await in_unit(ports.units, actor, "payout.fail", work)
