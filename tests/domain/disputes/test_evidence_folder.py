"""A folder holds what there is of one stage, and of submitted evidence only what went along."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from domain.disputes.evidence import Evidence, EvidenceStatus, ListedFile
from domain.disputes.evidence_file import EvidenceFile, FileStatus
from domain.disputes.evidence_folder import evidence_folder, evidence_folders
from domain.disputes.evidence_kind import EvidenceKind
from domain.disputes.stage import DisputeStage
from domain.disputes.stage_record import StageRecord
from tests.builders.files import a_dispute, an_evidence_file
from tests.builders.moments import MORNING
from tests.builders.money import eur

K, S = EvidenceKind, DisputeStage
DISPUTE = a_dispute(reason_code="13.1")


def an_evidence(stage: DisputeStage = S.CHARGEBACK, **values: Any) -> Evidence:
    return Evidence(merchant_id=DISPUTE.merchant_id, dispute_id=DISPUTE.id, stage=stage, updated_at=MORNING, **values)


def listed(file: EvidenceFile) -> ListedFile:
    return ListedFile(
        id=file.id,
        kind=file.kind,
        name=file.name,
        content_type=file.content_type,
        size_bytes=file.size_bytes,
        sha256=file.sha256,
    )


def test_an_empty_folder_is_open_and_wants_everything() -> None:
    folder = evidence_folder(DISPUTE, S.CHARGEBACK, [], [])
    assert (folder.status, dict(folder.texts), folder.staged, folder.files) == (
        EvidenceStatus.STAGED, {}, frozenset(), (),
    )  # fmt: skip
    assert folder.completeness.score == 0
    assert folder.completeness.missing == folder.template.fields
    assert folder.amount == eur(40)


def test_texts_and_stored_files_count() -> None:
    stored = an_evidence_file(DISPUTE, kind=K.SHIPPING_PROOF, status=FileStatus.STORED)
    awaited = an_evidence_file(DISPUTE, kind=K.CUSTOMER_COMMUNICATION)
    refused = an_evidence_file(DISPUTE, kind=K.OTHER, status=FileStatus.REFUSED)
    evidence = an_evidence(texts={K.RECEIPT: "A bicycle."})
    folder = evidence_folder(DISPUTE, S.CHARGEBACK, [evidence], [stored, awaited, refused])
    assert folder.staged == {K.RECEIPT, K.SHIPPING_PROOF}
    assert folder.files == (stored, awaited, refused)
    assert folder.completeness == folder.template.completeness({K.RECEIPT, K.SHIPPING_PROOF})


def test_submitted_evidence_has_the_files_that_went_along() -> None:
    sent = an_evidence_file(DISPUTE, status=FileStatus.STORED)
    late = an_evidence_file(DISPUTE, kind=K.OTHER, status=FileStatus.REFUSED)
    evidence = an_evidence(files=(listed(sent),)).submit("Ada", MORNING)
    folder = evidence_folder(DISPUTE, S.CHARGEBACK, [evidence], [sent, late])
    assert (folder.status, folder.files) == (EvidenceStatus.SUBMITTED, (sent,))


def test_each_stage_has_its_own() -> None:
    inquiry = StageRecord(
        stage=S.INQUIRY, status=DISPUTE.status, amount_minor=900, opened_at=MORNING, respond_by=MORNING
    )
    dispute = replace(DISPUTE, stages=(inquiry, *DISPUTE.stages))
    of_inquiry = an_evidence(S.INQUIRY, texts={K.RECEIPT: "The first."})
    of_arbitration = an_evidence_file(dispute, stage=S.ARBITRATION)
    folders = evidence_folders(dispute, [of_inquiry], [of_arbitration])
    assert [(one.stage, one.evidence, one.files) for one in folders] == [
        (S.INQUIRY, of_inquiry, ()),
        (S.ARBITRATION, None, (of_arbitration,)),
    ]
    # Of a stage that nobody knows of, the amount of the present one is the best there is.
    assert [one.amount for one in folders] == [eur(9), eur(40)]
