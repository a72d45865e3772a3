"""What a dispute becomes by the merchant's hand and by the clock: staged, answered, accepted, warned of, expired."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from domain.disputes.events import DisputeEventType
from domain.disputes.gateway import ResponseKind
from domain.disputes.stage import ANSWERABLE, TRANSITIONS, DisputeStatus
from domain.kernel.machine import advance
from domain.payments.operation import OperationStatus

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from domain.disputes.dispute import Dispute
    from domain.disputes.response import DisputeResponse
    from domain.disputes.stage_record import StageRecord
    from domain.kernel.events import JsonValue

_S = DisputeStatus


def mark_staged(dispute: Dispute, at: datetime, *, empty: bool) -> Dispute:
    """Evidence is staged, or all of it was taken away again; the same value when nothing changes by it.

    Raises `DisputeStateForbids` when the merchant cannot answer now.
    """
    dispute.ensure_answerable()
    target = _S.NEEDS_RESPONSE if empty else _S.EVIDENCE_STAGED
    if target is dispute.status:
        return dispute
    moved = _move(dispute, target)
    return moved.change(at, DisputeEventType.UPDATED, {"change": "evidence", "status": target.value})


def begin_answer(dispute: Dispute, response: DisputeResponse, at: datetime) -> Dispute:
    """An answer is about to be handed over; raise `DisputeStateForbids` when it cannot be."""
    if response.kind is ResponseKind.ACCEPT:
        dispute.ensure_acceptable()
    else:
        dispute.ensure_answerable()
    data: dict[str, JsonValue] = {"change": "response", "kind": response.kind.value, "response_id": str(response.id)}
    return dispute.change(at, DisputeEventType.UPDATED, data, response_pending=True)


def end_answer(dispute: Dispute, response: DisputeResponse, at: datetime) -> Dispute:
    """What became of the answer; the network may have decided meanwhile, and a later stage may have begun.

    What the network decided stands, but for this: a stage that it only ever called lost was accepted, whichever of the
    two was known first.
    """
    freed = replace(dispute, response_pending=False)
    data: dict[str, JsonValue] = {"response_id": str(response.id), "stage": response.stage.value}
    if response.status is not OperationStatus.SUCCEEDED:
        failed = {"change": "response_failed", "response_code": response.response_code, **data}
        return freed.change(at, DisputeEventType.UPDATED, failed)
    stages = tuple(
        _answered(record, response, at) if record.stage is response.stage else record for record in freed.stages
    )
    told = replace(freed, stages=stages, status=stages[-1].status, closed_at=stages[-1].closed_at)
    if response.kind is ResponseKind.COUNTER:
        return told.change(at, DisputeEventType.EVIDENCE_SUBMITTED, {"sha256": response.sha256, **data})
    updated = told.change(at, DisputeEventType.UPDATED, {"change": "accepted", **data})
    if dispute.closed or not told.closed:
        return updated
    return updated.change(at, DisputeEventType.CLOSED, {"status": told.status.value, **data})


def assign(dispute: Dispute, assignee_id: UUID | None, at: datetime) -> Dispute:
    """Somebody's, or nobody's; the same value when it is so already."""
    if dispute.assignee_id == assignee_id:
        return dispute
    data: dict[str, JsonValue] = {"change": "assignee", "assignee_id": assignee_id and str(assignee_id)}
    return dispute.change(at, DisputeEventType.UPDATED, data, assignee_id=assignee_id)


def warn(dispute: Dispute, hours: int, at: datetime) -> Dispute:
    """So many hours are left at most, and nobody has answered."""
    return dispute.change(at, DisputeEventType.UPDATED, {"change": "due_soon", "hours": hours}, warned_hours=hours)


def expire(dispute: Dispute, at: datetime) -> Dispute:
    """The time to answer has passed; raise `TransitionNotAllowed` where nothing is waited for."""
    expired = _move(dispute, _S.EXPIRED, at)
    data: dict[str, JsonValue] = {"status": _S.EXPIRED.value, "stage": dispute.stage.value}
    updated = expired.change(at, DisputeEventType.UPDATED, {"change": "expired", **data})
    return updated.change(at, DisputeEventType.CLOSED, data)


def _answered(record: StageRecord, response: DisputeResponse, at: datetime) -> StageRecord:
    if response.kind is ResponseKind.COUNTER:
        taken = replace(record, submitted_at=response.requested_at)
        return _become(taken, _S.UNDER_REVIEW) if record.status in ANSWERABLE else taken
    taken = replace(record, accepted_at=at)
    if record.overturned or record.status not in {*ANSWERABLE, _S.UNDER_REVIEW, _S.LOST}:
        return taken
    return _become(taken, _S.ACCEPTED, record.closed_at or at)


def _become(record: StageRecord, target: DisputeStatus, closed_at: datetime | None = None) -> StageRecord:
    return replace(record, status=advance(TRANSITIONS, "dispute", record.status, target), closed_at=closed_at)


def _move(dispute: Dispute, target: DisputeStatus, closed_at: datetime | None = None) -> Dispute:
    record = _become(dispute.record, target, closed_at)
    return replace(dispute, status=target, stages=(*dispute.stages[:-1], record), closed_at=closed_at)
