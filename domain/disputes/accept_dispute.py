"""Concede a dispute: the funds stay with the cardholder."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from domain.approvals.approval_action import ApprovalAction
from domain.approvals.asking import ask_for_approval
from domain.approvals.proposal import Proposal
from domain.disputes.beginning import Answer, DisputeResult, begin, current_dispute, keep_response
from domain.disputes.deliver_response import DeliverResponse, deliver_response
from domain.disputes.gateway import ResponseKind

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from domain.approvals.approval_request import ApprovalRequest
    from domain.disputes.dispute import Dispute
    from domain.disputes.ports import DisputePorts, DisputesUnit
    from domain.disputes.response import DisputeResponse
    from domain.identity.actor import Actor


@dataclass(frozen=True, slots=True, kw_only=True)
class AcceptDispute:
    """Which one."""

    idempotency_key: str
    dispute_id: UUID


async def accept_dispute(ports: DisputePorts, actor: Actor, command: AcceptDispute) -> DisputeResult | ApprovalRequest:
    """The dispute after the gateway's first answer: accepted, or with the answer still on its way.

    Where a policy of the merchant wants the amount approved, nothing is accepted: the answer is the request for
    approval, also for the same key again, until somebody approves it.

    Raises `NotFound`, `Forbidden`, `Invalid`, `DisputeStateForbids`, `IdempotencyConflict`, `IdempotencyInProgress` and
    `Unavailable`.
    """

    async def change(unit: DisputesUnit, dispute: Dispute, response_id: UUID, at: datetime) -> DisputeResponse | None:
        dispute.ensure_acceptable()
        if await ask_for_approval(unit, actor, _proposal(dispute, response_id), at) is not None:
            return None
        return await keep_response(unit, actor, dispute, response_id, ResponseKind.ACCEPT, at)

    answer = Answer(
        name="accept",
        mutation="acceptDispute",
        dispute_id=command.dispute_id,
        idempotency_key=command.idempotency_key,
        command=command,
    )
    begun = await begin(ports, actor, answer, change)
    if begun.response is not None:
        await deliver_response(ports, actor, DeliverResponse(response=begun.response))
    return await current_dispute(ports, actor, command.dispute_id, begun.response_id, replayed=begun.earlier)


def _proposal(dispute: Dispute, response_id: UUID) -> Proposal:
    return Proposal(
        merchant_id=dispute.merchant_id,
        action=ApprovalAction.ACCEPT_DISPUTE,
        amount=dispute.money(dispute.amount_minor),
        subject_type="dispute",
        subject_id=dispute.id,
        operation_id=response_id,
        command={"stage": dispute.stage.value},
    )
