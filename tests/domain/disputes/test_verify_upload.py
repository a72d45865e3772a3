"""What was uploaded is kept when it is what was declared, and deleted when it is not."""

from __future__ import annotations

import asyncio
import hashlib
from typing import Any

import pytest

from domain.disputes.evidence_file import FileStatus
from domain.disputes.file_content import FileType
from domain.disputes.file_errors import FileRefusal
from domain.disputes.network import Network
from domain.disputes.stage import DisputeStage, DisputeStatus
from domain.disputes.storage import Verdict, VerdictKind
from domain.identity.permission import MerchantRole
from domain.kernel.errors import Forbidden, NotFound, Unavailable
from tests.builders.files import a_document, a_picture, an_archive
from tests.builders.identity import an_actor
from tests.fakes.file_desk import FileDesk

S, R = FileStatus, FileRefusal
CONTENT = a_document()
PNG = {"file_name": "photo.png", "content_type": "image/png"}


async def test_what_was_declared_is_kept() -> None:
    desk = FileDesk()
    file = await desk.verify(await desk.send(CONTENT))
    assert (file.status, file.stored_at) == (S.STORED, desk.clock.now())
    assert desk.row(file) == file
    assert desk.storage.objects == {file.stored_key: CONTENT}
    assert desk.scanner.seen == [CONTENT]
    assert desk.actions[-1] == "disputes.verify_upload"
    assert desk.tables.disputes[desk.dispute.id].status is DisputeStatus.EVIDENCE_STAGED


@pytest.mark.parametrize(
    ("content", "more"),
    [
        (a_picture(FileType.PNG), PNG),
        (a_picture(FileType.JPEG), {"file_name": "photo.jpg", "content_type": "image/jpeg"}),
    ],
)
async def test_pictures(content: bytes, more: dict[str, str]) -> None:
    desk = FileDesk()
    assert (await desk.stored(content, **more)).status is S.STORED


REFUSED: dict[str, tuple[bytes, dict[str, Any], FileRefusal]] = {
    "shorter": (CONTENT[:-1], {"declared": CONTENT}, R.SIZE_MISMATCH),
    "longer": (CONTENT + b"\n", {"declared": CONTENT}, R.SIZE_MISMATCH),
    "empty": (b"", {"declared": CONTENT}, R.SIZE_MISMATCH),
    "another of the same size": (CONTENT[:-7] + b"x" + CONTENT[-6:], {"declared": CONTENT}, R.HASH_MISMATCH),
    "a program": (b"MZ" + bytes(100), {}, R.TYPE_NOT_ALLOWED),
    "a page": (b"<html><script>alert(1)</script></html>", {}, R.TYPE_NOT_ALLOWED),
    "a picture that says it is a document": (a_picture(), {}, R.TYPE_MISMATCH),
    "a document that says it is a picture": (CONTENT, PNG, R.TYPE_MISMATCH),
    "a document that breaks off": (CONTENT[:-20], {}, R.UNREADABLE),
    "a document and an archive": (an_archive(CONTENT, b"\n%%EOF"), {}, R.UNREADABLE),
    "a picture and an archive": (an_archive(a_picture()), PNG, R.UNREADABLE),
}


@pytest.mark.parametrize(("content", "more", "reason"), REFUSED.values(), ids=REFUSED)
async def test_what_was_not_declared_is_deleted(content: bytes, more: dict[str, Any], reason: FileRefusal) -> None:
    desk = FileDesk()
    file = await desk.verify(await desk.send(content, **more))
    assert (file.status, file.refusal) == (S.REFUSED, reason)
    assert desk.row(file) == file
    assert desk.storage.objects == {}
    assert desk.tables.disputes[desk.dispute.id].status is DisputeStatus.NEEDS_RESPONSE
    assert desk.tables.audit[-1].data["refusal"] == reason.value
    # Nothing that is wrong already is looked into.
    assert desk.scanner.seen == []


@pytest.mark.parametrize(
    ("verdict", "reason"),
    [
        (Verdict(kind=VerdictKind.INFECTED, found="EICAR"), R.INFECTED),
        (Verdict(kind=VerdictKind.UNREADABLE, found="encrypted"), R.UNREADABLE),
        (Verdict(kind=VerdictKind.CLEAN, pages=101), R.TOO_MANY_PAGES),
    ],
)
async def test_what_the_scanner_finds(verdict: Verdict, reason: FileRefusal) -> None:
    desk = FileDesk()
    desk.scanner.verdict = verdict
    file = await desk.verify(await desk.send(CONTENT))
    assert (file.status, file.refusal, desk.storage.objects) == (S.REFUSED, reason, {})


async def test_a_scanner_that_does_not_answer_lets_nothing_through() -> None:
    desk = FileDesk()
    sent = await desk.send(CONTENT)
    desk.scanner.verdict = None
    with pytest.raises(Unavailable):
        await desk.verify(sent)
    assert desk.row(sent).awaits_upload
    assert desk.storage.objects == {sent.upload_key: CONTENT}
    desk.scanner.verdict = Verdict(kind=VerdictKind.CLEAN)
    assert (await desk.verify(sent)).stored


async def test_nothing_was_uploaded_yet() -> None:
    desk = FileDesk()
    file = (await desk.declare(CONTENT)).file
    assert await desk.verify(file) == file
    assert desk.scanner.seen == []


@pytest.mark.parametrize("status", [S.STORED, S.REFUSED, S.EXPIRED, S.REMOVED])
async def test_the_first_verdict_holds(status: FileStatus) -> None:
    desk = FileDesk()
    sent = await desk.send(CONTENT)
    moved = {"STORED": sent.store(desk.clock.now()), "EXPIRED": sent.expire(), "REMOVED": sent.remove()}
    desk.tables.evidence_files[sent.id] = decided = moved.get(status.value) or (
        await desk.verify(await desk.send(b"MZ"))
    )
    assert await desk.verify(decided) == decided
    assert desk.scanner.seen == []


async def test_what_was_verified_cannot_be_replaced() -> None:
    desk = FileDesk()
    file = await desk.stored(CONTENT)
    desk.storage.objects[file.upload_key] = b"MZ something else, through a link that still works"
    assert await desk.verify(file) == file
    assert await desk.storage.read(file.stored_key, file.size_bytes) == CONTENT
    await desk.sweep(after_seconds=2 * 60 * 60)
    assert desk.storage.objects == {file.stored_key: CONTENT}


async def test_many_at_once_store_it_once() -> None:
    desk = FileDesk()
    sent = await desk.send(CONTENT)
    files = await asyncio.gather(*(desk.verify(sent) for _ in range(10)))
    assert {file.status for file in files} == {S.STORED}
    assert desk.actions.count("disputes.verify_upload") == 1
    assert desk.storage.objects == {sent.stored_key: CONTENT}


async def test_a_file_that_somebody_else_has_just_verified() -> None:
    desk = FileDesk()
    sent = await desk.send(CONTENT)
    original = desk.storage.size

    async def late(key: str) -> int | None:
        desk.storage.size = original  # ty: ignore[invalid-assignment]
        await desk.verify(sent)
        return await original(key)

    desk.storage.size = late  # ty: ignore[invalid-assignment]
    assert (await desk.verify(sent)).stored
    assert desk.actions.count("disputes.verify_upload") == 1


async def test_an_object_that_is_replaced_while_it_is_looked_at() -> None:
    desk = FileDesk()
    sent = await desk.send(CONTENT)
    original = desk.storage.size

    async def size_then_replace(key: str) -> int | None:
        size = await original(key)
        desk.storage.objects[key] = CONTENT + b"MZ"
        return size

    desk.storage.size = size_then_replace  # ty: ignore[invalid-assignment]
    file = await desk.verify(sent)
    # Never more than was declared is read, and just that was verified.
    assert (file.status, desk.storage.objects) == (S.STORED, {file.stored_key: CONTENT})


@pytest.mark.parametrize(
    "changed",
    [
        {"status": DisputeStatus.UNDER_REVIEW},
        {"status": DisputeStatus.ACCEPTED},
        {"stage": DisputeStage.PRE_ARBITRATION},
        {"response_pending": True},
    ],
)
async def test_a_file_that_comes_too_late(changed: dict[str, Any]) -> None:
    desk = FileDesk()
    sent = await desk.send(CONTENT)
    desk.change_dispute(**changed)
    file = await desk.verify(sent)
    assert (file.refusal, desk.storage.objects) == (R.TOO_LATE, {})
    assert desk.tables.disputes[desk.dispute.id] == desk.dispute


async def test_the_limits_are_those_of_the_network() -> None:
    desk = FileDesk()
    desk.change_dispute(network=Network.MASTERCARD)
    desk.scanner.verdict = Verdict(kind=VerdictKind.CLEAN, pages=20)
    assert (await desk.verify(await desk.send(CONTENT))).refusal is R.TOO_MANY_PAGES


async def test_permissions() -> None:
    desk = FileDesk()
    sent = await desk.send(CONTENT)
    desk.actor = an_actor(desk.dispute.merchant_id, role=MerchantRole.VIEWER)
    with pytest.raises(Forbidden):
        await desk.verify(sent)
    desk.actor = an_actor(desk.add_dispute().merchant_id)
    with pytest.raises(NotFound):
        await desk.verify(sent)
    assert desk.row(sent).awaits_upload


async def test_a_storage_that_does_not_delete_does_not_undo_the_verdict() -> None:
    desk = FileDesk()
    sent = await desk.send(CONTENT)
    deleting = desk.storage.delete

    async def away(key: str) -> None:
        raise Unavailable(key)

    desk.storage.delete = away  # ty: ignore[invalid-assignment]
    assert (await desk.verify(sent)).stored
    desk.storage.delete = deleting  # ty: ignore[invalid-assignment]
    await desk.sweep(after_seconds=2 * 60 * 60)
    assert desk.storage.objects == {sent.stored_key: CONTENT}
    assert hashlib.sha256(CONTENT).hexdigest() == sent.sha256
