"""The lines of a review's story, in the graph."""

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, TypeAlias
from uuid import UUID

import strawberry

from api.context import Reading
from api.derivation import derived
from api.fields import batched
from api.found import in_order
from api.fraud.enums import FraudReviewEventType, ReviewOutcome, ReviewStatus
from api.node import Node, identifier
from domain.fraud import story
from domain.identity.permission import Permission
from domain.kernel.events import JsonValue
from domain.kernel.ids import Prefix, format_id

if TYPE_CHECKING:
    from api.fraud.reviews import FraudReview

ReviewOf: TypeAlias = Annotated["FraudReview", strawberry.lazy("api.fraud.reviews")]
Data: TypeAlias = Mapping[str, JsonValue]


async def _reviews(rows: list["FraudReviewEvent"], reading: Reading) -> list[ReviewOf]:
    from api.fraud.reviews import fraud_review  # noqa: PLC0415 - a review shows its events, and an event its review

    found = await reading.reads.fraud.reviews_by_id(reading.scope, {row.entity.review_id for row in rows})
    ids = [row.entity.review_id for row in rows]
    return in_order(found, ids, lambda entity: fraud_review(entity, reading.actor), "The fraud review")


def _text(data: Data, *names: str) -> str | None:
    return next((value for name in names if isinstance(value := data.get(name), str)), None)


def _reason(data: Data) -> str | None:
    return _text(data, "reason", "decline_reason")


def _status(data: Data) -> ReviewStatus | None:
    status = _text(data, "status")
    return None if status is None else ReviewStatus(status)


def _outcome(data: Data) -> ReviewOutcome | None:
    outcome = _text(data, "outcome")
    return None if outcome is None else ReviewOutcome(outcome)


def _assignee_id(data: Data) -> strawberry.ID | None:
    person = _text(data, "assignee_id")
    return None if person is None else strawberry.ID(format_id(Prefix.USER, UUID(person)))


def _until(data: Data) -> datetime | None:
    moment = _text(data, "until")
    return None if moment is None else datetime.fromisoformat(moment)


@strawberry.type(description="Something that happened to a fraud review.")
class FraudReviewEvent(Node):
    """One event of the review's timeline."""

    entity: strawberry.Private[story.ReviewStoryLine]
    id: strawberry.ID = identifier(Prefix.EVENT)
    sequence: int = derived("Its place among the review's events, from 1 without gaps.", "entity.sequence")
    type: FraudReviewEventType = derived("What happened.", "entity.type")
    name: str = derived("The event's name, as it travels to every sink: fraud_review.closed.", "entity.type.value")
    occurred_at: datetime = derived("When it happened.", "entity.occurred_at")
    actor: str = derived("Who or what caused it.", "entity.actor_name")
    status: ReviewStatus | None = derived(
        "Where it stood from then on, when it was decided or released.", _status, "entity.data"
    )
    reason: str | None = derived("Why, if somebody said why.", _reason, "entity.data")
    outcome: ReviewOutcome | None = derived(
        "What the payment turned out to be, if that was said.", _outcome, "entity.data"
    )
    assignee_id: strawberry.ID | None = derived("Who took it, or was given it.", _assignee_id, "entity.data")
    until: datetime | None = derived("Until when it was put aside.", _until, "entity.data")
    review: ReviewOf = batched(Permission.FRAUD_READ, "The review.")(_reviews)


def fraud_review_event(entity: story.ReviewStoryLine) -> FraudReviewEvent:
    """A line as the graph shows it."""
    return FraudReviewEvent(entity=entity)
