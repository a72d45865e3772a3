"""Disputes with all that hangs on them, written by the stores: one for each payment that there is."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from domain.approvals.approval_action import ApprovalAction
from domain.disputes.early_fraud_warning import new_warning
from domain.disputes.events import DisputeEvent, DisputeEventType
from domain.disputes.evidence import Evidence
from domain.disputes.evidence_file import FileStatus
from domain.disputes.evidence_kind import EvidenceKind
from domain.disputes.gateway import ResponseKind
from domain.disputes.note import Audience, Note
from domain.disputes.postings import withdrawal_entry
from domain.disputes.response import begin_response
from domain.identity.actor import ActorKind, Realm
from domain.kernel.ids import new_uuid
from tests.api.graph import SYSTEM
from tests.builders.approvals import an_approval_request
from tests.builders.disputes import a_notice, a_warning_notice
from tests.builders.files import a_dispute, an_evidence_file
from tests.builders.moments import MORNING
from tests.builders.money import eur

if TYPE_CHECKING:
    from uuid import UUID

    from domain.disputes.dispute import Dispute
    from domain.disputes.ports import DisputesUnit
    from tests.api.graph import Graph


async def write_cases(graph: Graph, assignee: UUID | None = None) -> None:
    """One for each payment of the blue merchant, and as many notices that were not understood."""
    payments = await graph.database.fetch("SELECT id FROM payments WHERE merchant_id = $1", graph.blue.id)
    refunds = await graph.database.fetch("SELECT payment_id, id FROM refunds")
    refund_of = {row["payment_id"]: row["id"] for row in refunds}
    async with graph.disputes.units.begin(SYSTEM, "tests") as unit:
        for row in payments:
            dispute = _dispute(graph, row["id"], assignee)
            await unit.disputes.add(dispute)
            await _write(unit, replace(dispute, events=()), refund_of.get(row["id"]))
        await unit.commit()


def _dispute(graph: Graph, payment_id: UUID, assignee: UUID | None) -> Dispute:
    created = DisputeEvent(type=DisputeEventType.CREATED, occurred_at=MORNING, data={"amount_minor": 4000})
    return a_dispute(
        id=_new(),
        merchant_id=graph.blue.id,
        payment_id=payment_id,
        case_reference=f"case-{uuid4()}",
        assignee_id=assignee,
        version=1,
        events=(created,),
    )


async def _write(unit: DisputesUnit, dispute: Dispute, refund_id: UUID | None) -> None:
    evidence = Evidence(
        merchant_id=dispute.merchant_id,
        dispute_id=dispute.id,
        stage=dispute.stage,
        texts={EvidenceKind.RECEIPT: "Sold."},
        updated_at=MORNING,
    )
    await unit.evidence.save(evidence)
    await unit.evidence_files.add(an_evidence_file(dispute, id=_new(), status=FileStatus.STORED))
    await unit.responses.add(begin_response(dispute, _new(), ResponseKind.ACCEPT, "Ada", MORNING))
    await unit.notes.add(_note(dispute))
    notice = a_notice(id=_new(), case_reference=dispute.case_reference)
    for one in (notice, a_notice(id=_new(), payment_reference="nobody's")):
        await unit.notices.take(one)
    await unit.notices.apply(notice.id, dispute)
    warning = new_warning(a_warning_notice(), _new(), dispute.merchant_id, dispute.payment_id, MORNING)
    await unit.warnings.add(warning)
    if refund_id is not None:
        await unit.warnings.save(replace(warning, events=()).refunded(refund_id, MORNING))
    await unit.ledger.post((withdrawal_entry(dispute, eur(40), eur(15), _new(), MORNING),))
    await unit.approvals.add(
        an_approval_request(
            id=_new(),
            merchant_id=dispute.merchant_id,
            action=ApprovalAction.ACCEPT_DISPUTE,
            subject_type="dispute",
            subject_id=dispute.id,
            operation_id=_new(),
            command={"stage": dispute.stage.value},
        )
    )


def _note(dispute: Dispute) -> Note:
    return Note(
        id=_new(),
        merchant_id=dispute.merchant_id,
        dispute_id=dispute.id,
        audience=Audience.MERCHANT,
        author_kind=ActorKind.SYSTEM,
        author_id=None,
        author_name="tests",
        author_realm=Realm.STAFF,
        text="Seen.",
        created_at=MORNING,
    )


def _new() -> Any:
    return new_uuid(MORNING)
