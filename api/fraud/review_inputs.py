"""What the mutations of fraud reviews take."""

from datetime import datetime

import strawberry

from api.describing import attribute
from api.disputes.enums import Audience
from api.fraud.enums import DeclineReason, ListKind, ReviewDecision, ReviewOutcome
from api.payments.inputs import KEY
from api.scalars import CurrencyCode

REVIEW = "The review."
_BLOCK = (
    "What of the payment is refused from now on, at its merchant: its EMAIL, CARD, IP or CUSTOMER. What nobody knows of"
    " it is left out."
)
_EVERYWHERE = "Whether it is refused at all merchants. Staff only."
_AUDIENCE = (
    "Who reads it; only staff write for staff alone. Left out, what staff write is for staff alone, and what merchants"
    " write for both."
)
_OUTCOME = "What the payment turns out to be, as far as anyone knows; it can be recorded later as well."


@strawberry.input(description="Which reviews somebody wants the next of.")
class ClaimNextFraudReviewInput:
    """For `claimNextFraudReview`."""

    merchant_ids: list[strawberry.ID] | None = attribute("Of these merchants alone.", default=None)
    currency: list[CurrencyCode] | None = attribute("In these currencies alone.", default=None)


@strawberry.input(description="A review to work on.")
class ClaimFraudReviewInput:
    """For `claimFraudReview`."""

    review_id: strawberry.ID = attribute(REVIEW)


@strawberry.input(description="A review to put back.")
class ReleaseFraudReviewInput:
    """For `releaseFraudReview`."""

    review_id: strawberry.ID = attribute(REVIEW)


@strawberry.input(description="Who works on a review.")
class AssignFraudReviewInput:
    """For `assignFraudReview`."""

    review_id: strawberry.ID = attribute(REVIEW)
    assignee_id: strawberry.ID | None = attribute("The person; nobody when left out.", default=None)


@strawberry.input(description="A review that somebody with more say has to take.")
class EscalateFraudReviewInput:
    """For `escalateFraudReview`."""

    review_id: strawberry.ID = attribute(REVIEW)
    reason: str = attribute("Why, for whoever takes it; at most 255 characters.")


@strawberry.input(description="A review to put aside for a while.")
class SnoozeFraudReviewInput:
    """For `snoozeFraudReview`."""

    review_id: strawberry.ID = attribute(REVIEW)
    until: datetime | None = attribute(
        "Until when, before the review would be escalated; left out, it is back in the queue at once.", default=None
    )


@strawberry.input(description="A note.")
class AddFraudReviewNoteInput:
    """For `addFraudReviewNote`."""

    review_id: strawberry.ID = attribute(REVIEW)
    text: str = attribute("The text, at most 4,000 characters.")
    mentions: list[strawberry.ID] | None = attribute("People whose attention it wants, 20 at most.", default=None)
    audience: Audience | None = attribute(_AUDIENCE, default=None)


@strawberry.input(description="A payment to let go.")
class ApproveFraudReviewInput:
    """For `approveFraudReview`."""

    idempotency_key: str = attribute(KEY)
    review_id: strawberry.ID = attribute(REVIEW)
    outcome: ReviewOutcome | None = attribute(_OUTCOME, default=None)


@strawberry.input(description="A payment to give back.")
class DeclineFraudReviewInput:
    """For `declineFraudReview`."""

    idempotency_key: str = attribute(KEY)
    review_id: strawberry.ID = attribute(REVIEW)
    reason: DeclineReason = attribute("Why.")
    outcome: ReviewOutcome | None = attribute(_OUTCOME, default=None)
    block: list[ListKind] | None = attribute(_BLOCK, default=None)
    block_everywhere: bool | None = attribute(_EVERYWHERE, default=False)


@strawberry.input(description="The same decision about many payments.")
class DecideFraudReviewsInput:
    """For `decideFraudReviews`."""

    idempotency_key: str = attribute(KEY)
    review_ids: list[strawberry.ID] = attribute("The reviews, 100 at most.")
    decision: ReviewDecision = attribute("What is decided.")
    reason: DeclineReason | None = attribute("Why the payments are declined, when they are.", default=None)
    outcome: ReviewOutcome | None = attribute(_OUTCOME, default=None)
    block: list[ListKind] | None = attribute(_BLOCK, default=None)
    block_everywhere: bool | None = attribute(_EVERYWHERE, default=False)


@strawberry.input(description="A review to decide anew.")
class ReopenFraudReviewInput:
    """For `reopenFraudReview`."""

    review_id: strawberry.ID = attribute(REVIEW)
    reason: str = attribute("Why, for whoever decides it then; at most 255 characters.")


@strawberry.input(description="What a reviewed payment turned out to be.")
class RecordFraudReviewOutcomeInput:
    """For `recordFraudReviewOutcome`."""

    review_id: strawberry.ID = attribute(REVIEW)
    outcome: ReviewOutcome = attribute("What it turned out to be; a later finding replaces an earlier one.")
