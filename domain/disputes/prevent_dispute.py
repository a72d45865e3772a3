"""Refund a payment because of an early fraud warning, before anybody disputes it."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from domain.disputes.settle_prevention import SettlePrevention, settle_prevention
from domain.identity.permission import Permission
from domain.kernel.idempotency import KeyClaim, input_hash
from domain.kernel.unit import in_unit
from domain.payments.refund import RefundReason
from domain.payments.refund_payment import RefundPayment, refund_payment
from domain.payments.results import RefundResult

if TYPE_CHECKING:
    from uuid import UUID

    from domain.approvals.approval_request import ApprovalRequest
    from domain.disputes.early_fraud_warning import EarlyFraudWarning
    from domain.disputes.ports import DisputePorts, DisputesUnit
    from domain.identity.actor import Actor
    from domain.payments.refund import Refund


@dataclass(frozen=True, slots=True, kw_only=True)
class PreventDispute:
    """By giving back all that is left of the payment."""

    idempotency_key: str
    warning_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class PreventionResult:
    """`replayed` says that the same key had done it before."""

    warning: EarlyFraudWarning
    refund: Refund
    replayed: bool


async def prevent_dispute(
    ports: DisputePorts, actor: Actor, command: PreventDispute
) -> PreventionResult | ApprovalRequest:
    """The warning with its refund; or the request for approval that the refund needs.

    Raises `NotFound`, `Forbidden`, `WarningNotActionable`, what `refund_payment` raises, and `Unavailable`.
    """
    warning = await in_unit(ports.units, actor, "prevent.intent", lambda unit: _claim(unit, ports, actor, command))
    # A key of its own for each of the caller's: a refund that failed can be asked for again under another.
    digest = hashlib.sha256(command.idempotency_key.encode()).hexdigest()[:32]
    refunding = RefundPayment(
        idempotency_key=f"early-fraud-warning:{warning.id}:{digest}",
        payment_id=warning.payment_id,
        reason=RefundReason.DISPUTE_PREVENTION,
    )
    result = await refund_payment(ports.payments, actor, refunding)
    if not isinstance(result, RefundResult):
        return result

    warnings = await settle_prevention(ports, actor, SettlePrevention(refund=result.refund))
    settled = next(one for one in warnings if one.id == warning.id)
    return PreventionResult(warning=settled, refund=result.refund, replayed=result.replayed)


async def _claim(unit: DisputesUnit, ports: DisputePorts, actor: Actor, command: PreventDispute) -> EarlyFraudWarning:
    warning = await unit.warnings.for_update(command.warning_id)
    actor.require(Permission.REFUNDS_WRITE, warning.merchant_id)
    claim = KeyClaim(
        merchant_id=warning.merchant_id,
        mutation="preventDispute",
        key=command.idempotency_key,
        input_hash=input_hash(command),
        payment_id=warning.payment_id,
        operation_id=warning.id,
        claimed_at=ports.clock.now(),
    )
    if (earlier := await unit.keys.claim(claim)) is not None:
        earlier.ensure_same(claim)
        return warning
    warning.ensure_actionable()
    data = {"payment_id": str(warning.payment_id)}
    await unit.audit.record(actor, "disputes.prevent", "early_fraud_warning", warning.id, warning.merchant_id, data)
    await unit.commit()
    return warning
