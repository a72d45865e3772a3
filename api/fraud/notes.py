"""The notes on reviews, in the graph."""

from datetime import datetime
from typing import TYPE_CHECKING, Annotated, TypeAlias
from uuid import UUID

import strawberry

from api.context import Reading
from api.derivation import derived
from api.disputes.enums import Audience
from api.fields import batched
from api.found import in_order
from api.identity.enums import Realm
from api.node import Node, identifier
from domain.fraud import review_note as notes
from domain.identity.permission import Permission
from domain.kernel.ids import Prefix, format_id

if TYPE_CHECKING:
    from api.fraud.reviews import FraudReview

ReviewOf: TypeAlias = Annotated["FraudReview", strawberry.lazy("api.fraud.reviews")]


async def _reviews(rows: list["FraudReviewNote"], reading: Reading) -> list[ReviewOf]:
    from api.fraud.reviews import fraud_review  # noqa: PLC0415 - a review shows its notes, and a note its review

    found = await reading.reads.fraud.reviews_by_id(reading.scope, {row.entity.review_id for row in rows})
    ids = [row.entity.review_id for row in rows]
    return in_order(found, ids, lambda entity: fraud_review(entity, reading.actor), "The fraud review")


async def _names(rows: list["FraudReviewNote"], reading: Reading) -> list[list[str]]:
    wanted = {person for row in rows for person in row.entity.mentions}
    found = await reading.reads.disputes.names(reading.scope, wanted) if wanted else {}
    return [[found[person] for person in row.entity.mentions if person in found] for row in rows]


def _ids(mentions: tuple[UUID, ...]) -> list[strawberry.ID]:
    return [strawberry.ID(format_id(Prefix.USER, person)) for person in mentions]


def _audience(audience: notes.Audience) -> Audience:
    """In the words of disputes: the graph has one enum for the notes of both."""
    return Audience(audience.value)


@strawberry.type(description="A note on a fraud review, for whoever looks at it next; it never changes.")
class FraudReviewNote(Node):
    """Of the merchant or of staff."""

    entity: strawberry.Private[notes.ReviewNote]
    id: strawberry.ID = identifier(Prefix.REVIEW_NOTE)
    text: str = derived("The text.", "entity.text")
    audience: Audience = derived("Who reads it.", _audience, "entity.audience")
    author: str = derived("The name of whoever wrote it.", "entity.author_name")
    author_realm: Realm = derived("Whether that was staff or the merchant.", "entity.author_realm")
    mention_ids: list[strawberry.ID] = derived("Whose attention it wants.", _ids, "entity.mentions")
    created_at: datetime = derived("When it was written.", "entity.created_at")
    mentions: list[str] = batched(Permission.FRAUD_READ, "What those are called whose attention it wants.")(_names)
    review: ReviewOf = batched(Permission.FRAUD_READ, "The review.")(_reviews)


def fraud_review_note(entity: notes.ReviewNote) -> FraudReviewNote:
    """A note as the graph shows it."""
    return FraudReviewNote(entity=entity)
