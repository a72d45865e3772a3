"""A fraud review: a payment that is held until somebody has decided whether it is fraud."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from domain.fraud.events import FraudReviewEvent, FraudReviewEventType
from domain.kernel.money import Currency, Money

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime
    from uuid import UUID

    from domain.kernel.events import JsonValue


class ReviewStatus(StrEnum):
    """Where the review stands; a snooze is an overlay, not a status."""

    OPEN = "OPEN"
    ASSIGNED = "ASSIGNED"
    ESCALATED = "ESCALATED"
    APPROVED = "APPROVED"
    DECLINED = "DECLINED"


_S = ReviewStatus
TRANSITIONS: dict[ReviewStatus, frozenset[ReviewStatus]] = {
    # Undecided ones that nobody has claimed are approved by whoever manages reviews, and declined also by the clock.
    _S.OPEN: frozenset({_S.ASSIGNED, _S.ESCALATED, _S.APPROVED, _S.DECLINED}),
    _S.ASSIGNED: frozenset({_S.OPEN, _S.ASSIGNED, _S.ESCALATED, _S.APPROVED, _S.DECLINED}),
    _S.ESCALATED: frozenset({_S.ASSIGNED, _S.ESCALATED, _S.APPROVED, _S.DECLINED}),
    # Back again, while the money still allows it.
    _S.APPROVED: frozenset({_S.OPEN}),
    _S.DECLINED: frozenset({_S.OPEN}),
}
WAITING = frozenset({_S.OPEN, _S.ASSIGNED, _S.ESCALATED})
"""The statuses in which it is still to be decided."""


class DeclineReason(StrEnum):
    """Why a payment was declined in review."""

    STOLEN_CARD = "STOLEN_CARD"
    ACCOUNT_TAKEOVER = "ACCOUNT_TAKEOVER"
    CARD_TESTING = "CARD_TESTING"
    FRIENDLY_FRAUD = "FRIENDLY_FRAUD"
    SYNTHETIC_IDENTITY = "SYNTHETIC_IDENTITY"
    POLICY_VIOLATION = "POLICY_VIOLATION"
    OTHER = "OTHER"
    NOT_DECIDED_IN_TIME = "NOT_DECIDED_IN_TIME"
    """Nobody decided before the authorization would have lapsed."""
    PAYMENT_ENDED = "PAYMENT_ENDED"
    """The payment was voided or lapsed, so that nothing is left to decide."""


class ReviewOutcome(StrEnum):
    """What it turned out to be, as far as anyone knows; a later finding replaces an earlier one."""

    CONFIRMED_FRAUD = "CONFIRMED_FRAUD"
    SUSPECTED_FRAUD = "SUSPECTED_FRAUD"
    FALSE_POSITIVE = "FALSE_POSITIVE"
    LEGITIMATE = "LEGITIMATE"
    UNKNOWN = "UNKNOWN"


@dataclass(frozen=True, slots=True, kw_only=True)
class FraudReview:
    """`amount_minor` is what is held, in minor units of `currency`.

    `score` is the screening's and `risk_score` the gateway's. `rule_ids` are the rules that sent it here. An escalated
    one still names whoever had it before, and anybody may claim it.

    `warn_at`, `escalate_at` and `due_at` are its clock (`review_clock`); `warned` and `escalated_at` what of it has
    passed. `snoozed_until` hides it from the queue until then. `decided_by_id` is None for Paydesk's own clock.
    `version` counts the events; `events` are those not yet saved.
    """

    id: UUID
    merchant_id: UUID
    payment_id: UUID
    status: ReviewStatus = ReviewStatus.OPEN
    currency: Currency
    amount_minor: int
    score: int = 0
    risk_score: int | None = None
    rule_ids: tuple[UUID, ...] = ()
    assignee_id: UUID | None = None
    snoozed_until: datetime | None = None
    warn_at: datetime
    escalate_at: datetime
    due_at: datetime
    warned: bool = False
    escalated_at: datetime | None = None
    escalation_reason: str | None = None
    decline_reason: DeclineReason | None = None
    outcome: ReviewOutcome | None = None
    decided_by_id: UUID | None = None
    decided_by_name: str | None = None
    decided_at: datetime | None = None
    opened_at: datetime
    updated_at: datetime
    version: int = 0
    events: tuple[FraudReviewEvent, ...] = ()

    def __post_init__(self) -> None:
        decided = self.status not in WAITING
        # Asserted on each hydration and each change: a row that breaks these must not be acted upon.
        if not (
            self.amount_minor > 0
            and (self.status is not _S.ASSIGNED or self.assignee_id is not None)
            and (self.status is not _S.OPEN or self.assignee_id is None)
            and (self.status is not _S.ESCALATED or self.escalated_at is not None)
            and (self.snoozed_until is None or self.status in {_S.OPEN, _S.ASSIGNED})
            and (self.decided_at is not None) == (self.decided_by_name is not None) == decided
            and (self.decline_reason is not None) == (self.status is _S.DECLINED)
        ):
            message = f"fraud review {self.id} breaks an invariant"
            raise AssertionError(message)

    @property
    def amount(self) -> Money:
        """What is held."""
        return Money(self.amount_minor, self.currency)

    @property
    def waiting(self) -> bool:
        """Whether it is still to be decided."""
        return self.status in WAITING

    def change(
        self,
        at: datetime,
        event: FraudReviewEventType,
        data: Mapping[str, JsonValue],
        **values: Any,  # noqa: ANN401
    ) -> FraudReview:
        """A new value that carries one more event. Only the transitions of this context call it."""
        return replace(
            self,
            **values,
            updated_at=at,
            version=self.version + 1,
            events=(*self.events, FraudReviewEvent(type=event, occurred_at=at, data=data)),
        )
