"""The mutations of fraud reviews: read the input, run the verb, show the result."""

from uuid import UUID

import strawberry

from api.context import Context
from api.errors import as_user_error
from api.fields import mutation
from api.fraud.enums import ListKind
from api.fraud.notes import fraud_review_note
from api.fraud.review_inputs import (
    AddFraudReviewNoteInput,
    ApproveFraudReviewInput,
    AssignFraudReviewInput,
    ClaimFraudReviewInput,
    ClaimNextFraudReviewInput,
    DecideFraudReviewsInput,
    DeclineFraudReviewInput,
    EscalateFraudReviewInput,
    RecordFraudReviewOutcomeInput,
    ReleaseFraudReviewInput,
    ReopenFraudReviewInput,
    SnoozeFraudReviewInput,
)
from api.fraud.review_results import (
    AddFraudReviewNotePayload,
    AddFraudReviewNoteResult,
    ApproveFraudReviewPayload,
    ApproveFraudReviewResult,
    AssignFraudReviewPayload,
    AssignFraudReviewResult,
    ClaimFraudReviewPayload,
    ClaimFraudReviewResult,
    ClaimNextFraudReviewPayload,
    ClaimNextFraudReviewResult,
    DecidedFraudReview,
    DecideFraudReviewsPayload,
    DecideFraudReviewsResult,
    DeclineFraudReviewPayload,
    DeclineFraudReviewResult,
    EscalateFraudReviewPayload,
    EscalateFraudReviewResult,
    RecordFraudReviewOutcomePayload,
    RecordFraudReviewOutcomeResult,
    ReleaseFraudReviewPayload,
    ReleaseFraudReviewResult,
    ReopenFraudReviewPayload,
    ReopenFraudReviewResult,
    SnoozeFraudReviewPayload,
    SnoozeFraudReviewResult,
)
from api.fraud.reviews import fraud_review
from api.identifiers import many_ids, optional_id
from api.money import codes_of
from api.payments.types import payment
from domain.fraud.add_review_note import AddReviewNote, add_review_note
from domain.fraud.approve_review import ApproveReview, approve_review
from domain.fraud.assign_review import AssignReview, assign_review
from domain.fraud.claim_next_review import ClaimNextReview, claim_next_review
from domain.fraud.claim_review import ClaimReview, claim_review
from domain.fraud.decide_reviews import DecidedReview, DecideReviews, decide_reviews
from domain.fraud.decline_review import DeclineReview, decline_review
from domain.fraud.escalate_review import EscalateReview, escalate_review
from domain.fraud.record_review_outcome import RecordReviewOutcome, record_review_outcome
from domain.fraud.release_review import ReleaseReview, release_review
from domain.fraud.reopen_review import ReopenReview, reopen_review
from domain.fraud.review_note import Audience
from domain.fraud.snooze_review import SnoozeReview, snooze_review
from domain.identity.permission import Permission
from domain.kernel.ids import Prefix, format_id, parse_id


@mutation(
    Permission.FRAUD_REVIEW,
    "Take on the most urgent review that nobody works on: escalated ones first, then by their time, then the larger"
    " amount. No two people are given the same one.",
)
async def claim_next(context: Context, input: ClaimNextFraudReviewInput) -> ClaimNextFraudReviewResult:  # noqa: A002 - GraphQL's word
    """Run `claim_next_review`."""
    merchants = input.merchant_ids
    command = ClaimNextReview(
        merchant_ids=None if merchants is None else tuple(many_ids(Prefix.MERCHANT, merchants, "merchantIds")),
        currency=codes_of(input.currency, context.currency_of, "currency"),
    )
    review = await claim_next_review(context.fraud, context.actor, command)
    return ClaimNextFraudReviewPayload(review=fraud_review(review, context.actor))


@mutation(Permission.FRAUD_REVIEW, "Take on one review; a snoozed one comes back by it.")
async def claim(context: Context, input: ClaimFraudReviewInput) -> ClaimFraudReviewResult:  # noqa: A002
    """Run `claim_review`."""
    review = await claim_review(context.fraud, context.actor, ClaimReview(review_id=_review_id(input.review_id)))
    return ClaimFraudReviewPayload(review=fraud_review(review, context.actor))


@mutation(Permission.FRAUD_REVIEW, "Put a review back, undecided.")
async def release(context: Context, input: ReleaseFraudReviewInput) -> ReleaseFraudReviewResult:  # noqa: A002
    """Run `release_review`."""
    review = await release_review(context.fraud, context.actor, ReleaseReview(review_id=_review_id(input.review_id)))
    return ReleaseFraudReviewPayload(review=fraud_review(review, context.actor))


@mutation(Permission.FRAUD_MANAGE, "Make a review somebody's to work on, or nobody's.")
async def assign(context: Context, input: AssignFraudReviewInput) -> AssignFraudReviewResult:  # noqa: A002
    """Run `assign_review`."""
    command = AssignReview(
        review_id=_review_id(input.review_id),
        assignee_id=optional_id(Prefix.USER, input.assignee_id, "assigneeId"),
    )
    review = await assign_review(context.fraud, context.actor, command)
    return AssignFraudReviewPayload(review=fraud_review(review, context.actor))


@mutation(Permission.FRAUD_REVIEW, "Put a review before all others, for somebody with more say.")
async def escalate(context: Context, input: EscalateFraudReviewInput) -> EscalateFraudReviewResult:  # noqa: A002
    """Run `escalate_review`."""
    command = EscalateReview(review_id=_review_id(input.review_id), reason=input.reason)
    review = await escalate_review(context.fraud, context.actor, command)
    return EscalateFraudReviewPayload(review=fraud_review(review, context.actor))


@mutation(Permission.FRAUD_REVIEW, "Put a review aside for a while, or back into the queue.")
async def snooze(context: Context, input: SnoozeFraudReviewInput) -> SnoozeFraudReviewResult:  # noqa: A002
    """Run `snooze_review`."""
    command = SnoozeReview(review_id=_review_id(input.review_id), until=input.until)
    review = await snooze_review(context.fraud, context.actor, command)
    return SnoozeFraudReviewPayload(review=fraud_review(review, context.actor))


@mutation(Permission.FRAUD_REVIEW, "Leave a note on a review.")
async def write(context: Context, input: AddFraudReviewNoteInput) -> AddFraudReviewNoteResult:  # noqa: A002
    """Run `add_review_note`."""
    command = AddReviewNote(
        review_id=_review_id(input.review_id),
        text=input.text,
        mentions=tuple(many_ids(Prefix.USER, input.mentions or (), "mentions")),
        audience=None if input.audience is None else Audience(input.audience.value),
    )
    return AddFraudReviewNotePayload(
        note=fraud_review_note(await add_review_note(context.fraud, context.actor, command))
    )


@mutation(Permission.FRAUD_REVIEW, "Let a held payment go on; one of automatic capture is captured.")
async def approve(context: Context, input: ApproveFraudReviewInput) -> ApproveFraudReviewResult:  # noqa: A002
    """Run `approve_review`."""
    command = ApproveReview(
        idempotency_key=input.idempotency_key, review_id=_review_id(input.review_id), outcome=input.outcome
    )
    result = await approve_review(context.fraud, context.actor, command)
    return ApproveFraudReviewPayload(
        review=fraud_review(result.review, context.actor), payment=payment(result.payment), replayed=result.replayed
    )


@mutation(
    Permission.FRAUD_REVIEW, "Give a held payment back, and refuse from now on what it came from if that is wanted."
)
async def decline(context: Context, input: DeclineFraudReviewInput) -> DeclineFraudReviewResult:  # noqa: A002
    """Run `decline_review`."""
    command = DeclineReview(
        idempotency_key=input.idempotency_key,
        review_id=_review_id(input.review_id),
        reason=input.reason,
        outcome=input.outcome,
        block=_kinds(input.block),
        block_everywhere=bool(input.block_everywhere),
    )
    result = await decline_review(context.fraud, context.actor, command)
    return DeclineFraudReviewPayload(
        review=fraud_review(result.review, context.actor), payment=payment(result.payment), replayed=result.replayed
    )


@mutation(Permission.FRAUD_MANAGE, "Decide many reviews at once, each by itself: what fails leaves the others alone.")
async def decide(context: Context, input: DecideFraudReviewsInput) -> DecideFraudReviewsResult:  # noqa: A002
    """Run `decide_reviews`."""
    command = DecideReviews(
        idempotency_key=input.idempotency_key,
        review_ids=tuple(many_ids(Prefix.REVIEW, input.review_ids, "reviewIds")),
        decision=input.decision,
        reason=input.reason,
        outcome=input.outcome,
        block=_kinds(input.block),
        block_everywhere=bool(input.block_everywhere),
    )
    rows = await decide_reviews(context.fraud, context.actor, command)
    return DecideFraudReviewsPayload(rows=[_decided(row, context) for row in rows])


@mutation(Permission.FRAUD_MANAGE, "Have a review decided anew, while the money still allows it.")
async def reopen(context: Context, input: ReopenFraudReviewInput) -> ReopenFraudReviewResult:  # noqa: A002
    """Run `reopen_review`."""
    command = ReopenReview(review_id=_review_id(input.review_id), reason=input.reason)
    review = await reopen_review(context.fraud, context.actor, command)
    return ReopenFraudReviewPayload(review=fraud_review(review, context.actor))


@mutation(Permission.FRAUD_REVIEW, "Write down what a reviewed payment turned out to be.")
async def record(context: Context, input: RecordFraudReviewOutcomeInput) -> RecordFraudReviewOutcomeResult:  # noqa: A002
    """Run `record_review_outcome`."""
    command = RecordReviewOutcome(review_id=_review_id(input.review_id), outcome=input.outcome)
    review = await record_review_outcome(context.fraud, context.actor, command)
    return RecordFraudReviewOutcomePayload(review=fraud_review(review, context.actor))


def _review_id(text: str) -> UUID:
    return parse_id(Prefix.REVIEW, text, ("reviewId",))


def _kinds(given: list[ListKind] | None) -> tuple[ListKind, ...]:
    return tuple(dict.fromkeys(given or ()))


def _decided(row: DecidedReview, context: Context) -> DecidedFraudReview:
    result = row.result
    return DecidedFraudReview(
        review_id=strawberry.ID(format_id(Prefix.REVIEW, row.review_id)),
        review=None if result is None else fraud_review(result.review, context.actor),
        payment=None if result is None else payment(result.payment),
        replayed=result is not None and result.replayed,
        error=None if row.error is None else as_user_error(row.error),
    )


@strawberry.type
class FraudReviewMutations:
    """The fields that reviews add to Mutation."""

    claim_next_fraud_review = claim_next
    claim_fraud_review = claim
    release_fraud_review = release
    assign_fraud_review = assign
    escalate_fraud_review = escalate
    snooze_fraud_review = snooze
    add_fraud_review_note = write
    approve_fraud_review = approve
    decline_fraud_review = decline
    decide_fraud_reviews = decide
    reopen_fraud_review = reopen
    record_fraud_review_outcome = record
