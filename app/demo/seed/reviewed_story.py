"""A payment that is held: what reviewers do about it, and what comes of that."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, cast

from app.demo.seed.past_screening import done
from app.demo.seed.story_record import StoryRecord
from domain.fraud import reviewing
from domain.fraud.blocking import entries_of, values_of
from domain.fraud.list_kind import STANDARD_LISTS
from domain.fraud.review_note import Audience, ReviewNote, usual_audience
from domain.identity.actor import system_actor
from domain.kernel.ids import PLATFORM
from domain.payments import review_hold

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine
    from datetime import datetime
    from uuid import UUID

    from domain.fraud.list_kind import ListKind
    from domain.fraud.review import DeclineReason, FraudReview, ReviewOutcome
    from domain.identity.actor import Actor
    from domain.kernel.events import JsonValue
    from domain.payments.capture import Capture
    from domain.payments.operation import Operation
    from domain.payments.payment import Payment
    from domain.payments.ports import PaymentsUnit

_WATCHER = system_actor("jobs.watch_reviews")
# Long enough for every call and its outcome.
_MOMENT = timedelta(minutes=1)


class NotYet(Exception):
    """What would come next lies in the future, or never comes: the story ends here for now."""


class ReviewedStory(StoryRecord):
    """`reviewed_by` goes through a review, if there is one, until it is decided or still open now."""

    reviewed_by: Callable[[ReviewedStory], None] | None = None
    _review: FraudReview | None = None

    @property
    def review(self) -> FraudReview:
        """The review as it is."""
        assert self._review is not None, "only what is held is reviewed"
        return self._review

    def later(self, shortest: timedelta, longest: timedelta) -> None:
        """Let some time pass; raise `NotYet` when that leads beyond now."""
        span = (longest - shortest) // timedelta(milliseconds=1)
        self.jump(self.at + shortest + timedelta(milliseconds=self.dice.randrange(span)))

    def jump(self, at: datetime) -> None:
        """Go on at a moment; raise `NotYet` when it lies beyond now."""
        if at + _MOMENT > self.now:
            self._watch_until(self.now)
            raise NotYet
        self._watch_until(at)
        self.at = at

    def go_through(self, review: FraudReview, by: Actor) -> None:
        """The review is opened, and people work on it; raise `NotYet` unless the payment is let pass."""
        self._review, self._review_causes = review, [by] * len(review.events)
        assert self.reviewed_by is not None, "somebody looks at what is held"
        self.reviewed_by(self)

    def wait(self) -> None:
        """Nothing more has happened."""
        self._watch_until(self.now)
        raise NotYet

    def claim(self, by: Actor) -> None:
        """Somebody takes it on."""
        self._work(reviewing.claim(self.review, by, self.at), by, "claim_review")

    def escalate(self, by: Actor, reason: str) -> None:
        """Before all others."""
        self._work(reviewing.escalate(self.review, by, reason, self.at), by, "escalate_review")

    def snooze(self, by: Actor, until: datetime) -> None:
        """Out of the queue until then."""
        audited: dict[str, JsonValue] = {"until": until.isoformat()}
        self._work(reviewing.snooze(self.review, by, until, self.at), by, "snooze_review", audited)

    def note(self, by: Actor, text: str, *mentioned: Actor) -> None:
        """Somebody writes something down."""
        review = self.review
        mentions = tuple(one.id for one in mentioned if one.id is not None)
        note = ReviewNote(
            id=self._history.identifiers.new(self.at),
            merchant_id=review.merchant_id,
            review_id=review.id,
            audience=usual_audience(by.realm),
            text=text,
            mentions=mentions,
            author_id=by.id,
            author_name=by.name,
            author_realm=by.realm,
            created_at=self.at,
        )
        self._history.keep_note(note)
        audited: dict[str, JsonValue] = {
            "note_id": str(note.id),
            "audience": note.audience.value,
            "mentions": [str(one) for one in mentions],
        }
        seen_by = review.merchant_id if note.audience is Audience.MERCHANT else None
        self._history.audit(by, "fraud.add_review_note", ("fraud_review", review.id), seen_by, self.at, audited)

    def let_pass(self, by: Actor, outcome: ReviewOutcome | None = None) -> None:
        """Approved: the payment goes on."""
        at = self.at
        decided = reviewing.approve(self.review, self._payment, by, outcome, at)
        self._keep_review(decided, by)
        self._audit_review("approve_review", by, {"outcome": outcome and outcome.value, **self._held()})
        self._intend(lambda unit, id_: review_hold.release(unit, self._payment, id_, at), by)

    def turn_down(
        self,
        by: Actor,
        reason: DeclineReason,
        outcome: ReviewOutcome | None = None,
        block: tuple[ListKind, ...] = (),
        *,
        everywhere: bool = False,
    ) -> None:
        """Declined: the payment is given back, and what it came from is blocked where that is wanted."""
        at, review = self.at, self.review
        decided = reviewing.decline(review, self._payment, by, reason, outcome, at)
        if block:
            author = PLATFORM if everywhere else review.merchant_id
            values = values_of(self._payment, self._screening.screened(self._payment), block)
            for entry in entries_of(review, values, reason, by, author, at):
                kind = STANDARD_LISTS[entry.list_name][0]
                self._history.keep_list_entry(entry, kind)
                self._screening.block(kind, entry)
        self._keep_review(decided, by)
        audited: dict[str, JsonValue] = {
            "reason": reason.value,
            "outcome": outcome and outcome.value,
            "block": [*sorted(kind.value for kind in block)],
            "block_everywhere": everywhere,
        }
        self._audit_review("decline_review", by, {**audited, **self._held()})
        self._intend(lambda unit, id_: review_hold.refuse(unit, self._payment, id_, at, reason.value), by)
        raise NotYet

    def _intend(
        self,
        begin: Callable[[PaymentsUnit, UUID], Coroutine[object, None, tuple[Payment, Operation | None]]],
        by: Actor,
    ) -> None:
        """What the domain begins of itself is performed at once: a capture or a void, or nothing."""
        intents = _Intents()
        payment, operation = done(begin(cast("PaymentsUnit", intents), self._history.identifiers.new(self.at)))
        self._change(payment, by)
        if operation is not None and intents.capture is not None:
            self._take(operation, intents.capture, by)
        elif operation is not None:
            self._give_back(operation, by)

    def _end_review(self) -> None:
        if self._review is not None:
            self._history.keep_review(self._review, self._review_causes)

    def _watch_until(self, at: datetime) -> None:
        """The clock warns and escalates, while nobody has decided."""
        if self._review is None:
            return
        for moment in (self._review.warn_at, self._review.escalate_at):
            noticed = moment + timedelta(milliseconds=self.dice.randint(300, 58_000))
            if not (self._review.waiting and self.at < noticed <= at):
                continue
            if moment == self._review.warn_at:
                self._keep_review(reviewing.warn(self._review, noticed), _WATCHER)
            elif reviewing.escalation_due(self._review, noticed):
                self._keep_review(reviewing.escalate_by_clock(self._review, noticed), _WATCHER)
            audited: dict[str, JsonValue] = {
                "status": self._review.status.value,
                "decline_reason": None,
                "warned": True,
                "operation_id": None,
            }
            self._audit_review("watch_review", _WATCHER, audited, noticed)

    def _work(self, review: FraudReview, by: Actor, verb: str, audited: dict[str, JsonValue] | None = None) -> None:
        self._keep_review(review, by)
        self._audit_review(verb, by, audited or {})

    def _keep_review(self, review: FraudReview, by: Actor) -> None:
        self._review_causes.extend([by] * (len(review.events) - len(self._review_causes)))
        self._review = review

    def _audit_review(self, verb: str, by: Actor, data: dict[str, JsonValue], at: datetime | None = None) -> None:
        subject = ("fraud_review", self.review.id)
        self._history.audit(by, f"fraud.{verb}", subject, self.review.merchant_id, at or self.at, data)

    def _held(self) -> dict[str, JsonValue]:
        payment = self._payment
        return {
            "payment_id": str(payment.id),
            "amount_minor": payment.authorized_minor,
            "currency": payment.currency.code,
        }


class _Intents:
    """A unit in which something is begun."""

    def __init__(self) -> None:
        self.operation: Operation | None = None
        self.capture: Capture | None = None

    @property
    def operations(self) -> _Kept:
        """The call that is to be made."""
        return _Kept(self, "operation")

    @property
    def captures(self) -> _Kept:
        """What it captures."""
        return _Kept(self, "capture")


class _Kept:
    def __init__(self, intents: _Intents, name: str) -> None:
        self._intents = intents
        self._name = name

    async def add(self, thing: Operation | Capture) -> None:
        """Keep it until it is performed."""
        setattr(self._intents, self._name, thing)
