"""Take in by hand what a network said by letter, by telephone or in its own portal."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from domain.disputes.listening import listen
from domain.disputes.notice import DisputeNotice, NoticeSource
from domain.identity.permission import Permission
from domain.kernel.errors import Forbidden, NotFound
from domain.kernel.idempotency import KeyClaim, input_hash
from domain.kernel.ids import new_uuid
from domain.kernel.unit import in_unit

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from domain.disputes.dispute import Dispute
    from domain.disputes.network import Network
    from domain.disputes.notice import NoticeType
    from domain.disputes.ports import DisputePorts, DisputesUnit
    from domain.disputes.stage import DisputeStage
    from domain.identity.actor import Actor
    from domain.kernel.money import Money
    from domain.payments.payment import Payment


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordNotice:
    """As of a notice; `amount` empty means all of the payment.

    `case_reference` empty means the dispute of the payment that it fits, and a new one when there is none.
    """

    idempotency_key: str
    payment_id: UUID
    case_reference: str | None = None
    type: NoticeType
    stage: DisputeStage
    network: Network
    reason_code: str
    amount: Money | None = None
    dispute_amount: Money | None = None
    network_case_id: str | None = None
    arn: str | None = None
    respond_by: datetime | None = None
    occurred_at: datetime | None = None


async def record_notice(ports: DisputePorts, actor: Actor, command: RecordNotice) -> Dispute:
    """The dispute after it. Staff only: a network's word moves money.

    Raises `NotFound`, `Forbidden`, `Invalid`, `NoticeNotUnderstood` and `IdempotencyConflict`.
    """
    if Permission.DISPUTES_MANAGE not in actor.everywhere:
        raise Forbidden(Permission.DISPUTES_MANAGE)

    async def work(unit: DisputesUnit) -> Dispute:
        at = ports.clock.now()
        payment = await unit.payments.for_update(command.payment_id)
        notice = _notice(command, payment, new_uuid(at), at)
        claim = KeyClaim(
            merchant_id=payment.merchant_id,
            mutation="recordDisputeNotice",
            key=command.idempotency_key,
            input_hash=input_hash(command),
            payment_id=payment.id,
            operation_id=notice.id,
            claimed_at=at,
        )
        if (earlier := await unit.keys.claim(claim)) is not None:
            earlier.ensure_same(claim)
            dispute_id = await unit.notices.told_of(earlier.operation_id)
            if dispute_id is None:
                what = "The notice"
                raise NotFound(what)
            return await unit.disputes.get(dispute_id)
        await unit.notices.take(notice)
        dispute = await listen(unit, actor, notice, payment.id, at)
        await unit.commit()
        return dispute

    return await in_unit(ports.units, actor, "dispute.record", work)


def _notice(command: RecordNotice, payment: Payment, notice_id: UUID, at: datetime) -> DisputeNotice:
    return DisputeNotice(
        id=notice_id,
        gateway=payment.gateway,
        notice_id=f"manual:{notice_id}",
        source=NoticeSource.MANUAL,
        type=command.type,
        stage=command.stage,
        case_reference=command.case_reference or f"manual:{notice_id}",
        payment_reference=payment.gateway_reference or f"manual:{payment.id}",
        network=command.network,
        network_case_id=command.network_case_id,
        arn=command.arn,
        reason_code=command.reason_code,
        amount=command.amount or payment.money(payment.captured_minor or payment.amount_minor),
        dispute_amount=command.dispute_amount,
        respond_by=command.respond_by,
        occurred_at=command.occurred_at or at,
        received_at=at,
    )
