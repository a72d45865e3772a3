"""What the mutations of fraud reviews answer with: a payload, or one of the errors that can happen."""

from typing import Annotated, TypeAlias

import strawberry

from api.describing import attribute
from api.errors import (
    IdempotencyConflict,
    IdempotencyInProgress,
    InvalidInput,
    InvalidState,
    NotFound,
    NothingToReview,
    PermissionDenied,
    UserError,
)
from api.fraud.notes import FraudReviewNote
from api.fraud.reviews import FraudReview
from api.payments.results import REPLAYED
from api.payments.types import Payment

_REVIEW = "The review."
_REVIEW_AFTER = "The review, as it is after the decision."
_PAYMENT_AFTER = "Its payment, after the gateway's first answer."


@strawberry.type(description="The next review is yours.")
class ClaimNextFraudReviewPayload:
    """Of `claimNextFraudReview`."""

    review: FraudReview = attribute(_REVIEW)


@strawberry.type(description="The review is yours.")
class ClaimFraudReviewPayload:
    """Of `claimFraudReview`."""

    review: FraudReview = attribute(_REVIEW)


@strawberry.type(description="The review is nobody's again.")
class ReleaseFraudReviewPayload:
    """Of `releaseFraudReview`."""

    review: FraudReview = attribute(_REVIEW)


@strawberry.type(description="Somebody works on the review, or nobody.")
class AssignFraudReviewPayload:
    """Of `assignFraudReview`."""

    review: FraudReview = attribute("The review with its assignee.")


@strawberry.type(description="The review waits before all others.")
class EscalateFraudReviewPayload:
    """Of `escalateFraudReview`."""

    review: FraudReview = attribute(_REVIEW)


@strawberry.type(description="The review is put aside, or back in the queue.")
class SnoozeFraudReviewPayload:
    """Of `snoozeFraudReview`."""

    review: FraudReview = attribute(_REVIEW)


@strawberry.type(description="The note was added.")
class AddFraudReviewNotePayload:
    """Of `addFraudReviewNote`."""

    note: FraudReviewNote = attribute("The note.")


@strawberry.type(description="The payment goes on; one of automatic capture is captured.")
class ApproveFraudReviewPayload:
    """Of `approveFraudReview`."""

    review: FraudReview = attribute(_REVIEW_AFTER)
    payment: Payment = attribute(_PAYMENT_AFTER)
    replayed: bool = attribute(REPLAYED)


@strawberry.type(description="The payment is given back.")
class DeclineFraudReviewPayload:
    """Of `declineFraudReview`."""

    review: FraudReview = attribute(_REVIEW_AFTER)
    payment: Payment = attribute(_PAYMENT_AFTER)
    replayed: bool = attribute(REPLAYED)


@strawberry.type(description="What became of one of many reviews.")
class DecidedFraudReview:
    """Decided, or left as it is with an error that says why."""

    review_id: strawberry.ID = attribute("The review's id, as it was given.")
    review: FraudReview | None = attribute("The review after the decision, if it was decided.")
    payment: Payment | None = attribute("Its payment, after the gateway's first answer.")
    replayed: bool = attribute(REPLAYED)
    error: UserError | None = attribute("Why it was not decided.")


@strawberry.type(description="Each review was decided by itself, or not.")
class DecideFraudReviewsPayload:
    """Of `decideFraudReviews`."""

    rows: list[DecidedFraudReview] = attribute("One for each review, in their order.")


@strawberry.type(description="The review is open again, and its payment held.")
class ReopenFraudReviewPayload:
    """Of `reopenFraudReview`."""

    review: FraudReview = attribute(_REVIEW)


@strawberry.type(description="The outcome was written down.")
class RecordFraudReviewOutcomePayload:
    """Of `recordFraudReviewOutcome`."""

    review: FraudReview = attribute("The review with its outcome.")


_Refusal: TypeAlias = InvalidInput | NotFound | PermissionDenied
_StateRefusal: TypeAlias = _Refusal | InvalidState
_KeyRefusal: TypeAlias = _StateRefusal | IdempotencyConflict | IdempotencyInProgress
ClaimNextFraudReviewResult = Annotated[
    ClaimNextFraudReviewPayload | _StateRefusal | NothingToReview,
    strawberry.union("ClaimNextFraudReviewResult", description="What `claimNextFraudReview` answers with."),
]
ClaimFraudReviewResult = Annotated[
    ClaimFraudReviewPayload | _StateRefusal,
    strawberry.union("ClaimFraudReviewResult", description="What `claimFraudReview` answers with."),
]
ReleaseFraudReviewResult = Annotated[
    ReleaseFraudReviewPayload | _StateRefusal,
    strawberry.union("ReleaseFraudReviewResult", description="What `releaseFraudReview` answers with."),
]
AssignFraudReviewResult = Annotated[
    AssignFraudReviewPayload | _StateRefusal,
    strawberry.union("AssignFraudReviewResult", description="What `assignFraudReview` answers with."),
]
EscalateFraudReviewResult = Annotated[
    EscalateFraudReviewPayload | _StateRefusal,
    strawberry.union("EscalateFraudReviewResult", description="What `escalateFraudReview` answers with."),
]
SnoozeFraudReviewResult = Annotated[
    SnoozeFraudReviewPayload | _StateRefusal,
    strawberry.union("SnoozeFraudReviewResult", description="What `snoozeFraudReview` answers with."),
]
AddFraudReviewNoteResult = Annotated[
    AddFraudReviewNotePayload | _Refusal,
    strawberry.union("AddFraudReviewNoteResult", description="What `addFraudReviewNote` answers with."),
]
ApproveFraudReviewResult = Annotated[
    ApproveFraudReviewPayload | _KeyRefusal,
    strawberry.union("ApproveFraudReviewResult", description="What `approveFraudReview` answers with."),
]
DeclineFraudReviewResult = Annotated[
    DeclineFraudReviewPayload | _KeyRefusal,
    strawberry.union("DeclineFraudReviewResult", description="What `declineFraudReview` answers with."),
]
DecideFraudReviewsResult = Annotated[
    DecideFraudReviewsPayload | _Refusal,
    strawberry.union("DecideFraudReviewsResult", description="What `decideFraudReviews` answers with."),
]
ReopenFraudReviewResult = Annotated[
    ReopenFraudReviewPayload | _StateRefusal,
    strawberry.union("ReopenFraudReviewResult", description="What `reopenFraudReview` answers with."),
]
RecordFraudReviewOutcomeResult = Annotated[
    RecordFraudReviewOutcomePayload | _StateRefusal,
    strawberry.union("RecordFraudReviewOutcomeResult", description="What `recordFraudReviewOutcome` answers with."),
]
