"""A file can be taken out until the evidence is submitted."""

from __future__ import annotations

from typing import Any

import pytest

from domain.disputes.errors import DisputeStateForbids
from domain.disputes.evidence import Evidence
from domain.disputes.evidence_file import FileStatus
from domain.disputes.evidence_kind import EvidenceKind
from domain.disputes.stage import DisputeStage, DisputeStatus
from domain.identity.permission import MerchantRole
from domain.kernel.errors import Forbidden, NotFound, Unavailable
from domain.kernel.machine import TransitionNotAllowed
from tests.builders.files import a_document
from tests.builders.identity import an_actor
from tests.builders.moments import MORNING
from tests.fakes.file_desk import FileDesk

S = FileStatus
CONTENT = a_document()


async def test_a_removed_file_has_no_content() -> None:
    desk = FileDesk()
    file = await desk.stored(CONTENT)
    removed = await desk.remove(file)
    assert (removed.status, desk.row(file), desk.storage.objects) == (S.REMOVED, removed, {})
    assert desk.actions[-1] == "disputes.remove_evidence_file"
    # It was all that there was.
    assert desk.tables.disputes[desk.dispute.id].status is DisputeStatus.NEEDS_RESPONSE
    assert await desk.remove(file) == removed
    assert desk.actions.count("disputes.remove_evidence_file") == 1


async def test_an_upload_that_is_not_wanted_any_more() -> None:
    desk = FileDesk()
    file = await desk.send(CONTENT)
    assert (await desk.remove(file)).status is S.REMOVED
    assert desk.storage.objects == {}
    assert desk.tables.disputes[desk.dispute.id].status is DisputeStatus.NEEDS_RESPONSE


async def test_other_evidence_stays() -> None:
    desk = FileDesk()
    first, second = await desk.stored(CONTENT), await desk.stored(CONTENT)
    await desk.remove(first)
    assert desk.tables.disputes[desk.dispute.id].status is DisputeStatus.EVIDENCE_STAGED
    evidence = Evidence(
        merchant_id=desk.dispute.merchant_id,
        dispute_id=desk.dispute.id,
        stage=desk.dispute.stage,
        texts={EvidenceKind.RECEIPT: "Sold on Monday."},
        updated_at=MORNING,
    )
    desk.tables.evidence[desk.dispute.id, desk.dispute.stage] = evidence
    await desk.remove(second)
    assert desk.tables.disputes[desk.dispute.id].status is DisputeStatus.EVIDENCE_STAGED


@pytest.mark.parametrize(
    "changed",
    [
        {"status": DisputeStatus.UNDER_REVIEW},
        {"status": DisputeStatus.LOST},
        {"response_pending": True},
        {"stage": DisputeStage.PRE_ARBITRATION},
    ],
)
async def test_submitted_evidence_stays_as_it_is(changed: dict[str, Any]) -> None:
    desk = FileDesk()
    file = await desk.stored(CONTENT)
    desk.change_dispute(**changed)
    with pytest.raises(DisputeStateForbids):
        await desk.remove(file)
    assert (desk.row(file), desk.storage.objects) == (file, {file.stored_key: CONTENT})


async def test_what_was_refused_cannot_be_removed() -> None:
    desk = FileDesk()
    refused = await desk.verify(await desk.send(b"MZ"))
    with pytest.raises(TransitionNotAllowed):
        await desk.remove(refused)


async def test_permissions() -> None:
    desk = FileDesk()
    file = await desk.stored(CONTENT)
    desk.actor = an_actor(desk.dispute.merchant_id, role=MerchantRole.FINANCE)
    with pytest.raises(Forbidden):
        await desk.remove(file)
    desk.actor = an_actor(desk.add_dispute().merchant_id)
    with pytest.raises(NotFound):
        await desk.remove(file)
    assert desk.row(file) == file


async def test_a_storage_that_does_not_answer_deletes_later() -> None:
    desk = FileDesk()
    file = await desk.stored(CONTENT)
    deleting = desk.storage.delete

    async def away(key: str) -> None:
        raise Unavailable(key)

    desk.storage.delete = away  # ty: ignore[invalid-assignment]
    assert (await desk.remove(file)).status is S.REMOVED
    desk.storage.delete = deleting  # ty: ignore[invalid-assignment]
    assert file.stored_key in desk.storage.objects
    await desk.sweep(after_seconds=2 * 60 * 60)
    assert desk.storage.objects == {}
