"""Links to files are short-lived, and whoever gets one is written down."""

from __future__ import annotations

from datetime import timedelta

import pytest

from domain.disputes.evidence_file import DOWNLOAD_LINK_LASTS
from domain.identity.permission import MerchantRole, Permission
from domain.kernel.errors import Forbidden, NotFound
from domain.kernel.ids import Prefix, format_id
from tests.builders.files import a_document, an_evidence_file
from tests.builders.identity import a_staff_actor, an_actor
from tests.fakes.file_desk import FileDesk

CONTENT = a_document()


async def test_a_link_to_a_stored_file() -> None:
    desk = FileDesk()
    file = await desk.stored(CONTENT)
    desk.clock.pass_by(61)
    (link,) = await desk.links(file)
    assert file.stored_key in link
    record = desk.tables.audit[-1]
    assert (record.action, record.subject_id) == ("disputes.download_evidence", file.id)
    assert (record.merchant_id, record.actor_id) == (file.merchant_id, desk.actor.id)
    assert record.data == {"files": [format_id(Prefix.EVIDENCE, file.id)]}
    until = desk.clock.now() + DOWNLOAD_LINK_LASTS
    assert f"until={until.replace(second=0).isoformat()}" in link
    assert timedelta(minutes=5) >= DOWNLOAD_LINK_LASTS


async def test_a_list_of_files_is_one_line() -> None:
    desk = FileDesk()
    files = [await desk.stored(CONTENT) for _ in range(3)]
    before = len(desk.actions)
    assert len(set(await desk.links(*files))) == 3
    assert desk.actions[before:] == ["disputes.download_evidence"]
    assert len(desk.tables.audit[-1].data["files"]) == 3  # type: ignore[arg-type]
    assert desk.tables.audit[-1].subject_id is None


async def test_what_is_not_stored_has_no_link() -> None:
    desk = FileDesk()
    awaited, refused = await desk.send(CONTENT), await desk.verify(await desk.send(b"MZ"))
    before = len(desk.actions)
    assert await desk.links(awaited, refused) == []
    assert await desk.links() == []
    assert len(desk.actions) == before


async def test_whoever_may_read_disputes() -> None:
    desk = FileDesk()
    file = await desk.stored(CONTENT)
    for actor in (an_actor(file.merchant_id, role=MerchantRole.VIEWER), a_staff_actor()):
        desk.actor = actor
        assert await desk.links(file)
    desk.actor = an_actor(file.merchant_id, permissions=set(Permission) - {Permission.DISPUTES_READ})
    with pytest.raises(Forbidden):
        await desk.links(file)


async def test_another_merchants_file() -> None:
    desk = FileDesk()
    own = await desk.stored(CONTENT)
    theirs = an_evidence_file(desk.add_dispute())
    before = len(desk.actions)
    with pytest.raises(NotFound):
        await desk.links(own, theirs)
    assert len(desk.actions) == before
