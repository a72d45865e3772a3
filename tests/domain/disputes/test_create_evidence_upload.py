"""A file is declared before anything can be uploaded, and what cannot be taken is refused at once."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from domain.disputes.errors import DisputeStateForbids
from domain.disputes.evidence_file import UPLOAD_LINK_LASTS, FileStatus
from domain.disputes.file_errors import FileRefusal, FileRefused, QuotaExceeded
from domain.disputes.file_quota import QUOTA
from domain.disputes.network import LIMITS, Network
from domain.disputes.stage import ANSWERABLE, DisputeStage, DisputeStatus
from domain.identity.permission import MerchantRole
from domain.kernel.errors import Forbidden, Invalid, NotFound
from tests.builders.files import a_document, an_evidence_file
from tests.builders.identity import an_actor
from tests.builders.moments import MORNING
from tests.fakes.crash import Crash
from tests.fakes.file_desk import FileDesk

CONTENT = a_document()


async def test_a_declared_file_awaits_its_upload() -> None:
    desk = FileDesk()
    made = await desk.declare(CONTENT, file_name="../Réceipt.PDF", content_type=" Application/PDF ", sha256="AB" * 32)
    file = desk.row(made.file)
    assert file == made.file
    assert (file.status, file.name, file.sha256) == (FileStatus.AWAITING_UPLOAD, "Réceipt.pdf", "ab" * 32)
    assert (file.stage, file.created_by) == (DisputeStage.CHARGEBACK, desk.actor.id)
    assert file.expires_at == MORNING + UPLOAD_LINK_LASTS == made.link.expires_at
    assert file.upload_key in made.link.url
    assert desk.actions == ["disputes.create_evidence_upload"]
    assert desk.storage.objects == {}


async def test_keys_are_random() -> None:
    desk = FileDesk()
    keys = {(await desk.declare(CONTENT)).file.key for _ in range(10)}
    assert len(keys) == 10
    assert all(len(key) >= 43 for key in keys)


@pytest.mark.parametrize(
    ("wrong", "reason"),
    [
        ({"content_type": "image/gif"}, FileRefusal.TYPE_NOT_ALLOWED),
        ({"content_type": "application/zip"}, FileRefusal.TYPE_NOT_ALLOWED),
        ({"content_type": "image/svg+xml"}, FileRefusal.TYPE_NOT_ALLOWED),
        ({"size_bytes": 0}, FileRefusal.EMPTY),
        ({"size_bytes": -5}, FileRefusal.EMPTY),
        ({"size_bytes": LIMITS[Network.VISA].largest_pdf_bytes + 1}, FileRefusal.TOO_LARGE),
    ],
)
async def test_what_is_refused_before_it_is_sent(wrong: dict[str, Any], reason: FileRefusal) -> None:
    desk = FileDesk()
    with pytest.raises(FileRefused) as refused:
        await desk.declare(CONTENT, **wrong)
    assert refused.value.reason is reason
    assert desk.tables.evidence_files == {}
    assert desk.actions == []


@pytest.mark.parametrize(
    ("wrong", "path"),
    [({"sha256": "abc"}, "sha256"), ({"file_name": "/"}, "fileName"), ({"file_name": ""}, "fileName")],
)
async def test_what_is_no_declaration_at_all(wrong: dict[str, Any], path: str) -> None:
    desk = FileDesk()
    with pytest.raises(Invalid) as refused:
        await desk.declare(CONTENT, **wrong)
    assert refused.value.path == (path,)


@pytest.mark.parametrize("status", DisputeStatus)
async def test_only_while_the_dispute_can_be_answered(status: DisputeStatus) -> None:
    desk = FileDesk()
    desk.change_dispute(status=status)
    if status in ANSWERABLE:
        await desk.declare(CONTENT)
        return
    with pytest.raises(DisputeStateForbids):
        await desk.declare(CONTENT)
    assert desk.tables.evidence_files == {}


async def test_not_while_an_answer_is_on_its_way() -> None:
    desk = FileDesk()
    desk.change_dispute(response_pending=True)
    with pytest.raises(DisputeStateForbids, match="on its way"):
        await desk.declare(CONTENT)


async def test_permissions() -> None:
    desk = FileDesk()
    desk.actor = an_actor(desk.dispute.merchant_id, role=MerchantRole.VIEWER)
    with pytest.raises(Forbidden):
        await desk.declare(CONTENT)
    desk.actor = an_actor(desk.add_dispute().merchant_id)
    with pytest.raises(NotFound):
        await desk.declare(CONTENT)
    assert desk.tables.evidence_files == {}


async def test_requests_at_once_do_not_pass_the_limit_together() -> None:
    desk = FileDesk()
    desk.change_dispute(network=Network.AMEX)
    attempts = [desk.declare(CONTENT) for _ in range(20)]
    results = await asyncio.gather(*attempts, return_exceptions=True)
    assert sum(isinstance(result, QuotaExceeded) for result in results) == 15
    assert len(desk.tables.evidence_files) == LIMITS[Network.AMEX].most_files == 5


async def test_all_disputes_of_a_merchant_share_its_quota() -> None:
    desk = FileDesk()
    other = desk.add_dispute(merchant_id=desk.dispute.merchant_id, network=Network.MASTERCARD)
    nearly = an_evidence_file(other, size_bytes=QUOTA.merchant_bytes - len(CONTENT) + 1)
    desk.tables.evidence_files[nearly.id] = nearly
    with pytest.raises(QuotaExceeded, match="within 30 days"):
        await desk.declare(CONTENT)
    # Another merchant has a quota of its own, and what is long ago counts no more.
    desk.clock.pass_by(int(QUOTA.window.total_seconds()) + 1)
    await desk.declare(CONTENT)


@pytest.mark.parametrize("gone", [FileStatus.REFUSED, FileStatus.EXPIRED, FileStatus.REMOVED])
async def test_what_is_gone_takes_no_room(gone: FileStatus) -> None:
    desk = FileDesk()
    desk.change_dispute(network=Network.AMEX)
    for _ in range(10):
        file = an_evidence_file(desk.dispute, status=gone)
        desk.tables.evidence_files[file.id] = file
    await desk.declare(CONTENT)


async def test_a_process_that_dies_after_the_row() -> None:
    desk = FileDesk()
    desk.units.die_at("file.create.committed")
    with pytest.raises(Crash):
        await desk.declare(CONTENT)
    (file,) = desk.tables.evidence_files.values()
    await desk.sweep(after_seconds=15 * 60)
    assert desk.row(file).status is FileStatus.EXPIRED
