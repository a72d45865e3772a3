"""Take in an early fraud warning, once however often it comes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from domain.disputes.listening import be_warned
from domain.kernel.unit import in_unit

if TYPE_CHECKING:
    from domain.disputes.early_fraud_warning import EarlyFraudWarning, WarningNotice
    from domain.disputes.ports import DisputePorts, DisputesUnit
    from domain.identity.actor import Actor


@dataclass(frozen=True, slots=True, kw_only=True)
class TakeWarning:
    """One warning, from a webhook or from polling."""

    notice: WarningNotice


async def take_warning(ports: DisputePorts, actor: Actor, command: TakeWarning) -> EarlyFraudWarning | None:
    """The new warning; None when it is known already, and while its payment is not known."""
    notice = command.notice

    async def work(unit: DisputesUnit) -> EarlyFraudWarning | None:
        at = ports.clock.now()
        payment_id = await unit.payments.of_reference(notice.gateway, notice.payment_reference)
        if payment_id is None:
            await unit.warnings.park(notice, at)
            await unit.commit()
            return None
        warning = await be_warned(unit, actor, notice, payment_id, at)
        await unit.commit()
        return warning

    return await in_unit(ports.units, actor, "dispute.warning", work)
