"""Try a payment file at once, rather than when its pause is over."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from domain.identity.permission import Permission
from domain.kernel.ids import PLATFORM
from domain.kernel.unit import in_unit

if TYPE_CHECKING:
    from uuid import UUID

    from domain.identity.actor import Actor
    from domain.settlements.file_ports import PaymentFilePorts, PaymentFileUnit
    from domain.settlements.payment_file import PaymentFile


@dataclass(frozen=True, slots=True, kw_only=True)
class RetryPaymentFile:
    """For somebody who has seen to what kept it back."""

    payment_file_id: UUID


async def retry_payment_file(ports: PaymentFilePorts, actor: Actor, command: RetryPaymentFile) -> PaymentFile:
    """The file, which the next worker tries.

    Raises `NotFound`, `Forbidden`, and `PaymentFileStateForbids` for a file that is done with: the payouts of one that
    has failed have failed too, and a new payout goes into a new file.
    """

    async def work(unit: PaymentFileUnit) -> PaymentFile:
        file = await unit.payment_files.for_update(command.payment_file_id)
        actor.require(Permission.PAYOUTS_WRITE, PLATFORM)
        retried = file.retry(ports.clock.now())
        await unit.payment_files.save(retried)
        data = {"attempts": file.attempts, "last_error": file.last_error}
        await unit.audit.record(actor, "payment_files.retry", "payment_file", file.id, None, data)
        await unit.commit()
        return retried

    return await in_unit(ports.units, actor, "payment_file.retry", work)
