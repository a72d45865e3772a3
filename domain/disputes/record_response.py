"""What a gateway said about an answer becomes part of the dispute, once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from domain.disputes.answering import end_answer
from domain.disputes.gateway import ResponseKind
from domain.kernel.unit import in_unit
from domain.payments.gateway import OutcomeKind
from domain.payments.operation import OperationStatus

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from domain.disputes.dispute import Dispute
    from domain.disputes.ports import DisputePorts, DisputesUnit
    from domain.disputes.response import DisputeResponse
    from domain.identity.actor import Actor
    from domain.payments.gateway import Outcome


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordResponse:
    """The outcome of one answer, from its call or from a look-up."""

    response_id: UUID
    outcome: Outcome


async def record_response(ports: DisputePorts, actor: Actor, command: RecordResponse) -> DisputeResponse:
    """Record it. An outcome for an answer that is concluded already changes nothing.

    Raises `NotFound` for an answer that the actor cannot see.
    """

    async def work(unit: DisputesUnit) -> DisputeResponse:
        at = ports.clock.now()
        before = await unit.responses.get(command.response_id)
        dispute = await unit.disputes.for_update(before.dispute_id)
        # Read again under the dispute's lock: somebody else may have recorded an outcome in between.
        response = await unit.responses.get(command.response_id)
        if not response.open:
            return response
        concluded = _judge(response, command.outcome, at)
        await unit.responses.save(concluded)
        if not concluded.open:
            await unit.disputes.save(end_answer(dispute, concluded, at))
        if concluded.status is OperationStatus.SUCCEEDED and concluded.kind is ResponseKind.COUNTER:
            await _seal_evidence(unit, dispute, concluded, at)
        data = {"response_id": str(response.id), "outcome": command.outcome.kind.value}
        await unit.audit.record(actor, "disputes.record_response", "dispute", dispute.id, dispute.merchant_id, data)
        await unit.commit()
        return concluded

    return await in_unit(ports.units, actor, "response.outcome", work)


async def _seal_evidence(unit: DisputesUnit, dispute: Dispute, response: DisputeResponse, at: datetime) -> None:
    evidence = await unit.evidence.of_stage(dispute, response.stage)
    # Nobody can have changed it: while an answer is on its way, nothing is staged.
    assert evidence is not None
    assert evidence.content_sha256 == response.sha256
    await unit.evidence.save(evidence.submit(response.requested_by, at))


def _judge(response: DisputeResponse, outcome: Outcome, at: datetime) -> DisputeResponse:
    # Once a check was made, the answer may have left with that, whatever became of the first attempt.
    never_left = outcome.kind is OutcomeKind.NOT_SENT and response.checks == 0
    if outcome.kind is OutcomeKind.SUCCEEDED:
        return response.conclude(OperationStatus.SUCCEEDED, at, outcome.response_code)
    if outcome.kind is OutcomeKind.FAILED or never_left:
        return response.conclude(OperationStatus.FAILED, at, outcome.response_code)
    return response.doubt(at, outcome.response_code)
