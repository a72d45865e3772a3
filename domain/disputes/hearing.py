"""What a dispute becomes by the network's word, and which money moves with it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from domain.disputes.dispute import Dispute
from domain.disputes.events import DisputeEventType
from domain.disputes.notice import NoticeType
from domain.disputes.stage import CLOSED, TRANSITIONS, DisputeStatus
from domain.disputes.stage_record import StageRecord
from domain.kernel.machine import advance

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from domain.disputes.category import DisputeCategory
    from domain.disputes.network_case import CaseStage, NetworkCase
    from domain.disputes.stage import DisputeStage
    from domain.kernel.events import JsonValue
    from domain.payments.payment import Payment

_S = DisputeStatus
_VERDICTS = {
    NoticeType.WON: _S.WON,
    NoticeType.LOST: _S.LOST,
    NoticeType.WITHDRAWN: _S.WITHDRAWN,
    NoticeType.PREVENTED: _S.PREVENTED,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Movement:
    """Funds that the network takes (positive) or gives back (negative), mostly by this stage, in minor units."""

    stage: DisputeStage
    minor: int


def open_dispute(
    case: NetworkCase,
    payment: Payment,
    dispute_id: UUID,
    *,
    category: DisputeCategory,
    time_zone: str,
    deadlines: dict[DisputeStage, datetime],
    at: datetime,
) -> Dispute:
    """A dispute of which nobody knew; its movements are told by `hear`, as of any other."""
    said, last = case.latest, case.stages[-1]
    records = _records(case, (), deadlines)
    fresh = Dispute(
        id=dispute_id,
        merchant_id=payment.merchant_id,
        payment_id=payment.id,
        gateway=said.gateway,
        case_reference=case.case_reference,
        network=said.network,
        network_case_id=case.network_case_id,
        arn=case.arn,
        reason_code=said.reason_code,
        category=category,
        stage=last.stage,
        status=records[-1].status,
        stages=records,
        currency=payment.currency,
        amount_minor=last.amount.minor,
        dispute_amount=case.dispute_amount,
        respond_by=records[-1].respond_by,
        time_zone=time_zone,
        opened_at=case.opened_at,
        closed_at=records[-1].closed_at,
        created_at=at,
        updated_at=at,
    )
    created = fresh.change(at, DisputeEventType.CREATED, _standing(fresh))
    return created.change(at, DisputeEventType.CLOSED, _standing(created)) if created.closed else created


def hear(
    dispute: Dispute,
    case: NetworkCase,
    *,
    category: DisputeCategory,
    deadlines: dict[DisputeStage, datetime],
    at: datetime,
) -> Dispute:
    """The dispute after all that the network has said; the same value when that is nothing new.

    Of a stage holds what the network decided last, by its own time and not by ours, also above what the merchant has
    done meanwhile. A stage that the merchant accepted is ACCEPTED when the network says nothing else than that it is
    lost; once it has decided anything else, its last word holds, and that is then LOST rather than ACCEPTED. A stage
    that a later one followed is over: without a decision it is lost, since the network went on and kept the funds.
    So the order in which notices and the outcome of the acceptance come changes nothing.
    """
    last = case.stages[-1]
    records = _records(case, dispute.stages, deadlines)
    later = last.stage is not dispute.stage
    heard = replace(
        dispute,
        case_reference=case.case_reference,
        network_case_id=case.network_case_id,
        arn=case.arn,
        reason_code=case.latest.reason_code,
        category=category,
        stage=last.stage,
        status=records[-1].status,
        stages=records,
        amount_minor=last.amount.minor,
        dispute_amount=case.dispute_amount,
        respond_by=records[-1].respond_by,
        warned_hours=None if later or records[-1].respond_by != dispute.respond_by else dispute.warned_hours,
        opened_at=case.opened_at,
        closed_at=records[-1].closed_at,
    )
    if heard == dispute:
        return dispute
    updated = heard.change(at, DisputeEventType.UPDATED, {"change": "network", **_standing(heard)})
    if heard.closed and (later or not dispute.closed):
        return updated.change(at, DisputeEventType.CLOSED, _standing(heard))
    return updated


def movements(dispute: Dispute, case: NetworkCase) -> list[Movement]:
    """What is still to be posted: all that the case moved less what has been posted.

    Over all stages, since a decision that comes late may move from one stage to another what was posted long ago.
    """
    posted = {record.stage: record for record in dispute.stages}
    taken = {one.stage: one.withdrawn_minor - posted[one.stage].withdrawn_minor for one in case.stages}
    returned = {one.stage: one.reinstated_minor - posted[one.stage].reinstated_minor for one in case.stages}
    withdrawn, reinstated = sum(taken.values()), sum(returned.values())
    if min(withdrawn, reinstated) < 0:
        # A corrected amount takes something back of what was posted: only what remains of both is moved.
        withdrawn, reinstated = max(withdrawn - reinstated, 0), max(reinstated - withdrawn, 0)
    steps = [
        Movement(stage=_most(returned), minor=-reinstated),
        Movement(stage=_most(taken), minor=withdrawn),
    ]
    # Nothing is given back that is not held.
    ordered = steps if reinstated <= dispute.withdrawn_minor else reversed(steps)
    return [step for step in ordered if step.minor]


def _most(minor: dict[DisputeStage, int]) -> DisputeStage:
    return max(minor, key=lambda stage: minor[stage])


def post(dispute: Dispute, case: NetworkCase) -> Dispute:
    """All that the case moved is posted."""
    moved = {stage.stage: stage for stage in case.stages}
    stages = tuple(
        replace(
            record,
            withdrawn_minor=moved[record.stage].withdrawn_minor,
            reinstated_minor=moved[record.stage].reinstated_minor,
        )
        for record in dispute.stages
    )
    return replace(dispute, stages=stages)


def _records(
    case: NetworkCase, known: tuple[StageRecord, ...], deadlines: dict[DisputeStage, datetime]
) -> tuple[StageRecord, ...]:
    before = {record.stage: record for record in known}
    followed = [*(stage.opened_at for stage in case.stages[1:]), None]
    return tuple(
        _record(stage, before.get(stage.stage), deadlines[stage.stage], followed_at)
        for stage, followed_at in zip(case.stages, followed, strict=True)
    )


def _record(
    case: CaseStage, before: StageRecord | None, respond_by: datetime, followed_at: datetime | None
) -> StageRecord:
    status = _status(case, before, followed=followed_at is not None)
    return StageRecord(
        stage=case.stage,
        status=status,
        amount_minor=case.amount.minor,
        opened_at=case.opened_at,
        respond_by=respond_by,
        submitted_at=before and before.submitted_at,
        accepted_at=before and before.accepted_at,
        overturned=case.overturned,
        closed_at=(case.verdict_at or _ended_at(status, before, followed_at)) if status in CLOSED else None,
        withdrawn_minor=before.withdrawn_minor if before else 0,
        reinstated_minor=before.reinstated_minor if before else 0,
    )


def _status(case: CaseStage, before: StageRecord | None, *, followed: bool) -> DisputeStatus:
    present = before.status if before else _S.NEEDS_RESPONSE
    target = _decided(case, before, followed=followed) or present
    if target is present and case.under_review and present in {_S.NEEDS_RESPONSE, _S.EVIDENCE_STAGED, _S.EXPIRED}:
        target = _S.UNDER_REVIEW
    return present if target is present else advance(TRANSITIONS, "dispute", present, target)


def _decided(case: CaseStage, before: StageRecord | None, *, followed: bool) -> DisputeStatus | None:
    """How the stage ended by the network's word or by its going on; None when neither has ended it."""
    accepted = before is not None and (before.accepted_at is not None or before.status is _S.ACCEPTED)
    if case.verdict is not None:
        # The network says the same in other words.
        return _S.ACCEPTED if accepted and not case.overturned else _VERDICTS[case.verdict]
    if not followed or accepted:
        return None
    # What has the evidence was not missed, though its word came late.
    return None if before is not None and before.status is _S.EXPIRED and not case.under_review else _S.LOST


def _ended_at(status: DisputeStatus, before: StageRecord | None, followed_at: datetime | None) -> datetime | None:
    """When a stage ended of which the network has decided nothing."""
    if before is None or status is _S.LOST:
        return followed_at
    if before.accepted_at is not None and followed_at is not None:
        return min(before.accepted_at, followed_at)
    return before.accepted_at or before.closed_at


def _standing(dispute: Dispute) -> dict[str, JsonValue]:
    return {
        "stage": dispute.stage.value,
        "status": dispute.status.value,
        "amount_minor": dispute.amount_minor,
        "currency": dispute.currency.code,
        "reason_code": dispute.reason_code,
        "respond_by": dispute.respond_by and dispute.respond_by.isoformat(),
    }
