"""The first beat of an answer, whether it is asked for or was approved, and the wait for an earlier one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from domain.disputes.answering import begin_answer
from domain.disputes.response import begin_response
from domain.identity.permission import Permission
from domain.kernel.errors import NotFound
from domain.kernel.idempotency import IdempotencyInProgress, KeyClaim, input_hash
from domain.kernel.ids import new_uuid
from domain.kernel.unit import in_unit
from domain.payments.replay import WAIT_MILLISECONDS

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from datetime import datetime
    from uuid import UUID

    from domain.approvals.approval_request import ApprovalRequest
    from domain.disputes.dispute import Dispute
    from domain.disputes.gateway import ResponseKind
    from domain.disputes.ports import DisputePorts, DisputesUnit
    from domain.disputes.response import DisputeResponse
    from domain.identity.actor import Actor

    Begin = Callable[["DisputesUnit", "Dispute", "UUID", "datetime"], Awaitable["DisputeResponse | None"]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """Which mutation answers which dispute, under which key."""

    name: str
    mutation: str
    dispute_id: UUID
    idempotency_key: str
    command: object


@dataclass(frozen=True, slots=True, kw_only=True)
class Begun:
    """The committed intent; `response` is None when it waits for approval, or was begun by the same key before."""

    response_id: UUID
    response: DisputeResponse | None
    earlier: bool


async def begin(ports: DisputePorts, actor: Actor, answer: Answer, change: Begin) -> Begun:
    """Claim the key and commit what `change` begins; of a key that is claimed already, wait for the first answer.

    Raises `NotFound`, `Forbidden`, `Invalid`, `IdempotencyConflict`, `IdempotencyInProgress`, and what `change` raises.
    """

    async def work(unit: DisputesUnit) -> Begun:
        at = ports.clock.now()
        dispute = await unit.disputes.for_update(answer.dispute_id)
        actor.require(Permission.DISPUTES_WRITE, dispute.merchant_id)
        claim = KeyClaim(
            merchant_id=dispute.merchant_id,
            mutation=answer.mutation,
            key=answer.idempotency_key,
            input_hash=input_hash(answer.command),
            payment_id=dispute.payment_id,
            operation_id=new_uuid(at),
            claimed_at=at,
        )
        if (earlier := await unit.keys.claim(claim)) is not None:
            earlier.ensure_same(claim)
            return Begun(response_id=earlier.operation_id, response=None, earlier=True)
        response = await change(unit, dispute, claim.operation_id, at)
        await unit.commit()
        return Begun(response_id=claim.operation_id, response=response, earlier=False)

    begun = await in_unit(ports.units, actor, f"{answer.name}.intent", work)
    if begun.earlier:
        await _await_first_word(ports, actor, begun.response_id)
    return begun


async def keep_response(
    unit: DisputesUnit,
    actor: Actor,
    dispute: Dispute,
    response_id: UUID,
    kind: ResponseKind,
    at: datetime,
    *,
    sha256: str | None = None,
) -> DisputeResponse:
    """The answer that is about to be handed over, kept with the locked dispute that waits for its outcome.

    Raises `DisputeStateForbids`.
    """
    response = begin_response(dispute, response_id, kind, actor.name, at, sha256=sha256)
    await unit.disputes.save(begin_answer(dispute, response, at))
    await unit.responses.add(response)
    data = {"response_id": str(response.id), "kind": kind.value, "stage": response.stage.value, "sha256": sha256}
    await unit.audit.record(actor, "disputes.respond", "dispute", dispute.id, dispute.merchant_id, data)
    return response


@dataclass(frozen=True, slots=True, kw_only=True)
class DisputeResult:
    """`replayed` says that the same key had done it before."""

    dispute: Dispute
    replayed: bool


async def current_dispute(
    ports: DisputePorts, actor: Actor, dispute_id: UUID, response_id: UUID, *, replayed: bool
) -> DisputeResult | ApprovalRequest:
    """The dispute as it is; while nothing was answered, the request for approval that claimed the response."""

    async def work(unit: DisputesUnit) -> DisputeResult | ApprovalRequest:
        try:
            await unit.responses.get(response_id)
        except NotFound:
            if (request := await unit.approvals.of_operation(response_id)) is not None:
                return request
            raise
        return DisputeResult(dispute=await unit.disputes.get(dispute_id), replayed=replayed)

    return await in_unit(ports.units, actor, "result", work)


async def _await_first_word(ports: DisputePorts, actor: Actor, response_id: UUID) -> None:
    async def in_flight(unit: DisputesUnit) -> bool:
        try:
            return (await unit.responses.get(response_id)).in_flight
        except NotFound:
            # It waits for approval, and the key answers with that.
            return False

    for milliseconds in WAIT_MILLISECONDS:
        if not await in_unit(ports.units, actor, "replay", in_flight):
            return
        await ports.clock.sleep(milliseconds)
    raise IdempotencyInProgress
