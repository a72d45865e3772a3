"""Reads of disputes keep to their scope by themselves, whatever the fence of the connection lets through."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from adapters.postgres.disputes.reads import DisputeReads
from adapters.postgres.ledger.reads import LedgerReads
from domain.disputes.add_note import AddNote, add_note
from domain.disputes.filter import DisputeFilter, DisputeOrder, NoticeFilter, WarningFilter
from domain.disputes.kept_notice import NoticeState
from domain.disputes.note import Audience
from domain.disputes.notice import NoticeType
from domain.disputes.stage import DisputeStage
from domain.identity.actor import Realm, Scope
from domain.kernel.ids import new_uuid
from domain.kernel.paging import PageRequest
from tests.builders.disputes import a_notice_of, a_warning_notice
from tests.builders.moments import MORNING
from tests.fakes.desk import JOBS

if TYPE_CHECKING:
    from adapters.postgres.database import Database
    from domain.disputes.dispute import Dispute
    from tests.fakes.dispute_desk import DisputeDesk

ALL = Scope(None)
NOBODYS = Scope(frozenset({new_uuid(MORNING)}))
PAGE = PageRequest()
WAITING = NoticeFilter(state=(NoticeState.UNMATCHED, NoticeState.REFUSED))


@pytest.fixture
def reads(database: Database) -> DisputeReads:
    return DisputeReads(database)


async def disputed(desk: DisputeDesk) -> Dispute:
    """A dispute of a payment that was warned of."""
    payment = await desk.desk.captured()
    await desk.be_warned(a_warning_notice(payment))
    case = f"simd_{payment.id}"
    dispute = await desk.hear(a_notice_of(payment, NoticeType.OPENED, DisputeStage.CHARGEBACK, case_reference=case))
    assert dispute is not None
    return dispute


async def test_a_scope_without_the_merchant_finds_nothing(desk: DisputeDesk, reads: DisputeReads) -> None:
    dispute = await disputed(desk)
    ids, order = [dispute.id], DisputeOrder.RESPOND_BY_ASC
    payment: Any = replace(dispute, id=dispute.payment_id)
    for scope, many in ((ALL, 1), (Scope(frozenset({dispute.merchant_id})), 1), (NOBODYS, 0)):
        assert len((await reads.search(scope, DisputeFilter(), order, PAGE)).rows) == many
        assert len(await reads.tallies(scope, DisputeFilter())) == many
        assert len(await reads.disputes(scope, ids)) == many
        assert [len(found) for found in await reads.disputes_of(scope, [payment])] == [many]
        assert [len(found) for found in await reads.warnings_of(scope, [payment])] == [many]
        assert len((await reads.search_warnings(scope, WarningFilter(), PAGE)).rows) == many
        assert [len(found) for found in await reads.notices_of(scope, [dispute])] == [many]
        assert len(await reads.card_histories(scope, [dispute])) == many
        (page,) = await reads.disputes_of_merchants(scope, [desk.desk.merchant], PAGE)
        assert len(page.rows) == many


async def test_what_hangs_on_a_dispute_is_found_wherever_it_stands_in_a_level(
    desk: DisputeDesk, database: Database, reads: DisputeReads
) -> None:
    """The same object twice among the parents has its children twice, not twice as many."""
    dispute, other = await disputed(desk), await disputed(desk)
    await add_note(desk.ports, desk.actor, AddNote(dispute_id=dispute.id, text="Seen."))
    level = [dispute, other, dispute]
    assert [len(one) for one in await reads.notices_of(ALL, level)] == [1, 1, 1]
    assert [len(one.rows) for one in await reads.notes_of(ALL, level, PAGE, Realm.MERCHANT)] == [1, 0, 1]
    stories = await reads.timelines(ALL, level, PAGE)
    assert stories[0] == stories[2]
    assert [line.dispute_id for line in stories[1].rows] == [other.id] * len(stories[1].rows)
    entries = await LedgerReads(database).entries_of_disputes(ALL, level)
    assert [[entry.dispute_id for entry in found] for found in entries] == [[dispute.id], [other.id], [dispute.id]]
    assert await reads.evidence_files_of(ALL, level) == [[], [], []]


async def test_what_is_for_staff_alone_is_not_even_read(desk: DisputeDesk, reads: DisputeReads) -> None:
    dispute = await disputed(desk)
    for audience in Audience:
        await add_note(desk.ports, JOBS, AddNote(dispute_id=dispute.id, text=audience.value, audience=audience))
    for realm, texts in ((Realm.STAFF, {"MERCHANT", "STAFF"}), (Realm.MERCHANT, {"MERCHANT"})):
        (page,) = await reads.notes_of(ALL, [dispute], PAGE, realm)
        assert {note.text for note in page.rows} == texts
        assert (page.has_next, page.has_previous) == (False, False)
    (everything,) = await reads.notes_of(ALL, [dispute], PAGE, Realm.STAFF)
    ids = [note.id for note in everything.rows]
    assert len(await reads.notes(ALL, ids, Realm.STAFF)) == 2
    assert [note.text for note in (await reads.notes(ALL, ids, Realm.MERCHANT)).values()] == ["MERCHANT"]


async def test_notices_that_wait_for_staff(desk: DisputeDesk, reads: DisputeReads) -> None:
    await disputed(desk)
    payment = await desk.desk.captured()
    stranger = a_notice_of(payment, NoticeType.OPENED, DisputeStage.CHARGEBACK, payment_reference="nobody's")
    assert await desk.hear(stranger) is None
    (kept,) = (await reads.search_notices(ALL, WAITING, PAGE)).rows
    assert (kept.notice, kept.state, kept.merchant_id) == (stranger, NoticeState.UNMATCHED, None)
    everything = await reads.search_notices(ALL, NoticeFilter(state=tuple(NoticeState)), PAGE)
    assert {one.state for one in everything.rows} == {NoticeState.APPLIED, NoticeState.UNMATCHED}
    assert (await reads.search_notices(ALL, NoticeFilter(state=()), PAGE)).rows == []
