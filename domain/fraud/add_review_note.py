"""Leave a note on a review."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from domain.fraud.review_note import Audience, ReviewNote, usual_audience
from domain.identity.permission import Permission
from domain.kernel.errors import Invalid, NotFound
from domain.kernel.ids import PLATFORM, new_uuid
from domain.kernel.unit import in_unit

if TYPE_CHECKING:
    from uuid import UUID

    from domain.fraud.ports import FraudPorts, FraudUnit
    from domain.identity.actor import Actor
    from domain.kernel.events import JsonValue


@dataclass(frozen=True, slots=True, kw_only=True)
class AddReviewNote:
    """`mentions` are people who can read the note, each once.

    Without an `audience` what staff write is for staff alone, and what merchants write for both.
    """

    review_id: UUID
    text: str
    mentions: tuple[UUID, ...] = ()
    audience: Audience | None = None


async def add_review_note(ports: FraudPorts, actor: Actor, command: AddReviewNote) -> ReviewNote:
    """The note; it never changes. Raises `NotFound` (also for a mention), `Forbidden` and `Invalid`."""

    async def work(unit: FraudUnit) -> ReviewNote:
        at = ports.clock.now()
        review = await unit.fraud_reviews.get(command.review_id)
        actor.require(Permission.FRAUD_REVIEW, review.merchant_id)
        note = ReviewNote(
            id=new_uuid(at),
            merchant_id=review.merchant_id,
            review_id=review.id,
            audience=command.audience or usual_audience(actor.realm),
            text=command.text,
            mentions=tuple(dict.fromkeys(command.mentions)),
            author_id=actor.id,
            author_name=actor.name,
            author_realm=actor.realm,
            created_at=at,
        )
        for index, person in enumerate(command.mentions):
            await _ensure_reader(unit, person, note, ("mentions", str(index)))
        await unit.fraud_reviews.note(note)
        data: dict[str, JsonValue] = {
            "note_id": str(note.id),
            "audience": note.audience.value,
            "mentions": [str(person) for person in note.mentions],
        }
        # That staff talk among themselves is not the merchant's to see either.
        seen_by = review.merchant_id if note.audience is Audience.MERCHANT else None
        await unit.audit.record(actor, "fraud.add_review_note", "fraud_review", review.id, seen_by, data)
        await unit.commit()
        return note

    return await in_unit(ports.units, actor, "review.note", work)


async def _ensure_reader(unit: FraudUnit, person: UUID, note: ReviewNote, path: tuple[str, ...]) -> None:
    try:
        await unit.reviewers.ensure(person, note.merchant_id)
    except NotFound as error:
        what = "The person"
        raise NotFound(what, path) from error
    if note.audience is Audience.STAFF:
        await _ensure_staff(unit, person, path)


async def _ensure_staff(unit: FraudUnit, person: UUID, path: tuple[str, ...]) -> None:
    try:
        # Nobody but staff is with the platform.
        await unit.reviewers.ensure(person, PLATFORM)
    except NotFound as error:
        message = (
            "The merchant's people do not read notes for staff alone; mention staff, or use the audience MERCHANT."
        )
        raise Invalid(path, message) from error
