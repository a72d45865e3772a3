"""A payment was refunded to keep it from being disputed: its early fraud warnings say so."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from domain.disputes.early_fraud_warning import WarningStatus
from domain.kernel.unit import in_unit
from domain.payments.refund import RefundReason, RefundStatus

if TYPE_CHECKING:
    from domain.disputes.early_fraud_warning import EarlyFraudWarning
    from domain.disputes.ports import DisputePorts, DisputesUnit
    from domain.identity.actor import Actor
    from domain.payments.refund import Refund


@dataclass(frozen=True, slots=True, kw_only=True)
class SettlePrevention:
    """The refund, whatever became of it."""

    refund: Refund


async def settle_prevention(ports: DisputePorts, actor: Actor, command: SettlePrevention) -> list[EarlyFraudWarning]:
    """The payment's warnings afterwards; one that did not succeed, or was for something else, changes none."""
    refund = command.refund

    async def work(unit: DisputesUnit) -> list[EarlyFraudWarning]:
        warnings = await unit.warnings.of_payment(refund.merchant_id, refund.payment_id)
        if refund.reason is not RefundReason.DISPUTE_PREVENTION or refund.status is not RefundStatus.SUCCEEDED:
            return warnings
        at = ports.clock.now()
        settled = [
            await unit.warnings.save(warning.refunded(refund.id, at))
            if warning.status is WarningStatus.OPEN
            else warning
            for warning in warnings
        ]
        await unit.commit()
        return settled

    return await in_unit(ports.units, actor, "prevent.outcome", work)
