"""The thread between merchant and staff, and what staff write for themselves."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from domain.disputes.add_note import AddNote, add_note
from domain.disputes.note import Audience
from domain.disputes.notice import NoticeType
from domain.identity.actor import Realm
from domain.identity.permission import MerchantRole
from domain.kernel.errors import Forbidden, Invalid, NotFound
from tests.builders.identity import a_staff_actor, an_actor
from tests.builders.merchants import a_merchant

if TYPE_CHECKING:
    from domain.disputes.dispute import Dispute
    from domain.disputes.note import Note
    from domain.identity.actor import Actor
    from domain.merchants.merchant import Merchant
    from tests.fakes.dispute_desk import DisputeDesk
    from tests.fakes.tables import Tables


async def write(desk: DisputeDesk, dispute: Dispute, actor: Actor | None = None, **more: Any) -> Note:
    values: dict[str, Any] = {"dispute_id": dispute.id, "text": "We have asked the carrier.", **more}
    return await add_note(desk.ports, actor or desk.actor, AddNote(**values))


async def test_a_merchant_writes(desk: DisputeDesk, tables: Tables) -> None:
    dispute = await desk.opened()
    note = await write(desk, dispute)
    assert tables.notes == {note.id: note}
    assert (note.merchant_id, note.dispute_id, note.audience, note.author_realm, note.author_id) == (
        dispute.merchant_id, dispute.id, Audience.MERCHANT, Realm.MERCHANT, desk.actor.id,
    )  # fmt: skip
    (record,) = [record for record in tables.audit if record.action == "disputes.add_note"]
    # The text itself is none of the audit log's business.
    assert record.data == {"note_id": str(note.id), "audience": "MERCHANT"}
    assert tables.disputes[dispute.id] == dispute


async def test_staff_write_for_both_or_for_themselves(desk: DisputeDesk, tables: Tables) -> None:
    dispute = await desk.hear_of(await desk.opened(), NoticeType.WON)
    for audience in Audience:
        note = await write(desk, dispute, a_staff_actor(), audience=audience)
        assert (note.audience, note.author_realm) == (audience, Realm.STAFF)
    written = {
        record.data["audience"]: record.merchant_id for record in tables.audit if record.action == "disputes.add_note"
    }
    # Of what staff say to each other the merchant's own log knows nothing.
    assert written == {"MERCHANT": dispute.merchant_id, "STAFF": None}


async def test_who_and_what_is_refused(desk: DisputeDesk, tables: Tables, merchant: Merchant) -> None:
    dispute = await desk.opened()
    with pytest.raises(Invalid, match="Only staff"):
        await write(desk, dispute, audience=Audience.STAFF)
    with pytest.raises(Invalid, match="card number"):
        await write(desk, dispute, text="It was 4242 4242 4242 4242.")
    with pytest.raises(Forbidden, match="disputes:write"):
        await write(desk, dispute, an_actor(merchant, role=MerchantRole.VIEWER))
    with pytest.raises(NotFound, match="The dispute"):
        await write(desk, dispute, an_actor(a_merchant()))
    assert tables.notes == {}
