"""Notes are kept as they were written, and mention people who can read them."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest

from domain.fraud.add_review_note import AddReviewNote, add_review_note
from domain.fraud.review_note import Audience
from domain.identity.actor import Realm
from domain.identity.permission import MerchantRole
from domain.kernel.errors import Forbidden, Invalid, NotFound
from tests.builders.identity import a_staff_actor, an_actor
from tests.fakes.review_desk import ReviewDesk


async def test_a_note_and_whom_it_mentions() -> None:
    desk = ReviewDesk.in_memory()
    colleague, staff = uuid4(), uuid4()
    desk.tables.fraud.reviewers |= {colleague: frozenset({desk.desk.merchant.id}), staff: None}
    review = await desk.held()
    await desk.approve(review)
    command = AddReviewNote(review_id=review.id, text="I called mary@example.com.", mentions=(colleague, staff, staff))
    note = await add_review_note(desk.ports, desk.actor, command)
    assert (note.mentions, note.author_id, note.author_name) == ((colleague, staff), desk.actor.id, desk.actor.name)
    assert (note.audience, note.author_realm) == (Audience.MERCHANT, Realm.MERCHANT)
    assert desk.tables.fraud.review_notes == {note.id: note}
    (audited,) = [record for record in desk.tables.audit if record.action == "fraud.add_review_note"]
    mentions = [str(colleague), str(staff)]
    assert audited.data == {"note_id": str(note.id), "audience": "MERCHANT", "mentions": mentions}
    assert audited.merchant_id == review.merchant_id


async def test_nobody_is_mentioned_who_cannot_see_it() -> None:
    desk = ReviewDesk.in_memory()
    colleague, stranger = uuid4(), uuid4()
    desk.tables.fraud.reviewers |= {colleague: frozenset({desk.desk.merchant.id}), stranger: frozenset({uuid4()})}
    review = await desk.held()
    with pytest.raises(NotFound) as error:
        await add_review_note(
            desk.ports, desk.actor, AddReviewNote(review_id=review.id, text="Look.", mentions=(colleague, stranger))
        )
    assert error.value.path == ("mentions", "1")
    assert desk.tables.fraud.review_notes == {}


async def test_who_may_not_and_what_is_no_note() -> None:
    desk = ReviewDesk.in_memory()
    review = await desk.held()
    with pytest.raises(Forbidden):
        await add_review_note(
            desk.ports,
            an_actor(desk.desk.merchant, role=MerchantRole.VIEWER),
            AddReviewNote(review_id=review.id, text="Look."),
        )
    with pytest.raises(Invalid):
        await add_review_note(desk.ports, desk.actor, AddReviewNote(review_id=review.id, text=" "))
    command = AddReviewNote(review_id=review.id, text="Psst.", audience=Audience.STAFF)
    with pytest.raises(Invalid, match="Only staff") as refused:
        await add_review_note(desk.ports, desk.actor, command)
    assert refused.value.path == ("audience",)
    assert desk.tables.fraud.review_notes == {}


@pytest.mark.parametrize(
    ("given", "audience"), [(None, Audience.STAFF), (Audience.STAFF, Audience.STAFF), (Audience.MERCHANT,) * 2]
)
async def test_staff_write_for_themselves_unless_they_say_otherwise(given: Audience | None, audience: Audience) -> None:
    desk = ReviewDesk.in_memory()
    review = await desk.held()
    note = await add_review_note(
        desk.ports, a_staff_actor(), AddReviewNote(review_id=review.id, text="The third one.", audience=given)
    )
    assert (note.audience, note.author_realm) == (audience, Realm.STAFF)
    (audited,) = [record for record in desk.tables.audit if record.action == "fraud.add_review_note"]
    assert audited.data["audience"] == audience.value
    # Of what staff say to each other the merchant's own log knows nothing.
    assert audited.merchant_id == (review.merchant_id if audience is Audience.MERCHANT else None)


async def test_whoever_is_mentioned_can_read_the_note() -> None:
    desk = ReviewDesk.in_memory()
    person, colleague, stranger = uuid4(), uuid4(), uuid4()
    desk.tables.fraud.reviewers |= {person: frozenset({desk.desk.merchant.id}), colleague: None}
    desk.tables.fraud.reviewers |= {stranger: frozenset({uuid4()})}
    review = await desk.held()
    values: dict[str, Any] = {"review_id": review.id, "text": "Look."}
    with pytest.raises(Invalid, match="do not read notes for staff alone") as refused:
        await add_review_note(desk.ports, a_staff_actor(), AddReviewNote(**values, mentions=(colleague, person)))
    assert refused.value.path == ("mentions", "1")
    with pytest.raises(NotFound, match="The person"):
        await add_review_note(desk.ports, a_staff_actor(), AddReviewNote(**values, mentions=(stranger,)))
    assert desk.tables.fraud.review_notes == {}
    shown = AddReviewNote(**values, mentions=(colleague, person), audience=Audience.MERCHANT)
    assert (await add_review_note(desk.ports, a_staff_actor(), shown)).mentions == (colleague, person)
    inner = AddReviewNote(**values, mentions=(colleague,))
    assert (await add_review_note(desk.ports, a_staff_actor(), inner)).mentions == (colleague,)
